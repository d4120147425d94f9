import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.js";

/** A body that is too large is read and thrown away up to this many times the limit, so that its sender hears why. */
const DISCARDED = 32;

/**
 * Reads a request's body as UTF-8 text.
 * @param limit the most bytes that it may have
 * @throws HttpError 413 when it has more, 400 when it is not valid UTF-8
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    if (byteCount <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (byteCount > limit * DISCARDED) break;
  }
  if (byteCount > limit) throw tooLarge(limit);
  return decode(Buffer.concat(chunks, byteCount));
}

function tooLarge(limit: number): HttpError {
  const message = `The body is larger than ${limit} bytes (${limit / 1024} KB). Send less at a time.`;
  return new HttpError(413, "body", message, { connection: "close" });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // Replacing the broken bytes would store another text than the one that was sent.
    throw new HttpError(400, "body", "The body is not valid UTF-8. Encode it as UTF-8.");
  }
}
