import { type CompiledDocument, type Compiling, compileDocument } from "./compiled-document.js";
import type { CompiledOperation } from "./compiled-operation.js";
import type { TrustedDocument } from "./trusted-documents.js";

/** The operations that clients are known to send, compiled once, at the start. */
export class TrustedOperations {
  private readonly documents: ReadonlyMap<string, CompiledDocument>;

  /** @throws an error that names the file with a document that is not valid for the schema, and says why */
  constructor(documents: readonly TrustedDocument[], compiling: Compiling) {
    this.documents = new Map(documents.map((each) => [each.text, compiled(each, compiling)]));
  }

  /** @returns undefined for what is not trusted, character by character, or has no operation of that name */
  find(document: string, operationName: string | undefined): CompiledOperation | undefined {
    return this.documents.get(document)?.get(operationName);
  }
}

function compiled({ text, file }: TrustedDocument, compiling: Compiling): CompiledDocument {
  try {
    return compileDocument(text, compiling);
  } catch (error) {
    throw new Error(`An operation in ${file} cannot be trusted: ${(error as Error).message}`);
  }
}
