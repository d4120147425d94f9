import { LRUCache } from "lru-cache";
import { type CompiledDocument, type Compiling, compileDocument } from "./compiled-document.js";
import type { CompiledOperation } from "./compiled-operation.js";

/** Compiling costs as much as running a document a few times: it is done for what comes again and again. */
const COMPILED_WHEN_SEEN = 3;

/**
 * Characters of all documents that are remembered, those forgotten first that were not sent for longest. What is
 * compiled takes up to 400 bytes a character: 40 MB together.
 */
const REMEMBERED = 100_000;

/** Characters of the longest document that is remembered. */
const LONGEST = 8192;

/** Only Apollo can say what is wrong with it. */
const INVALID: CompiledDocument = new Map();

/** The operations that clients send again and again, whoever wrote them: from the third time on they are compiled. */
export class RepeatedOperations {
  /** What was compiled, or how often something has been seen. */
  private readonly documents = new LRUCache<string, CompiledDocument | number>({
    maxSize: REMEMBERED,
    maxEntrySize: LONGEST,
    sizeCalculation: (_value, document) => document.length,
  });

  constructor(private readonly compiling: Compiling) {}

  /** @returns undefined for what has not been seen often enough, or only Apollo can run */
  find(document: string, operationName: string | undefined): CompiledOperation | undefined {
    const known = this.documents.get(document) ?? 0;
    if (typeof known !== "number") return known.get(operationName);
    const now = known + 1 < COMPILED_WHEN_SEEN ? known + 1 : this.compiled(document);
    this.documents.set(document, now);
    return typeof now === "number" ? undefined : now.get(operationName);
  }

  private compiled(document: string): CompiledDocument {
    try {
      return compileDocument(document, this.compiling);
    } catch {
      return INVALID;
    }
  }
}
