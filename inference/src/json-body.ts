import type { IncomingMessage } from "node:http";
import { ServiceError } from "./service-error.js";

/** What a body may be. */
export interface BodyLimits {
  maxBytes: number;
  /** What to send instead of a body that is no JSON. */
  example: string;
}

/**
 * The JSON value in the body of a request.
 * @throws ServiceError 415 when it is not sent as plain JSON, 413 when it is over `maxBytes` bytes (the rest is
 *   then left unread), 400 when it is not UTF-8 or not JSON
 */
export async function readJsonBody(request: IncomingMessage, { maxBytes, example }: BodyLimits): Promise<unknown> {
  checkHeaders(request, maxBytes);
  const bytes = await readBytes(request, maxBytes);
  const text = decoded(bytes);
  if (text === undefined) throw malformed(`The body is not valid UTF-8. Send ${example}.`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, that is, what a person typed.
    throw malformed(`The body is not valid JSON. Send ${example}.`);
  }
}

function checkHeaders({ headers }: IncomingMessage, maxBytes: number): void {
  const type = headers["content-type"] ?? "";
  const encoding = headers["content-encoding"] ?? "identity";
  if (!/^application\/json\s*(?:;|$)/i.test(type) || encoding !== "identity") {
    throw new ServiceError(415, {
      code: "UNSUPPORTED_MEDIA_TYPE",
      message: "Send the body as JSON: with the header Content-Type: application/json and no Content-Encoding.",
    });
  }
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off("data", take).pause();
      reject(tooLarge(maxBytes));
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks, size)));
    request.once("error", reject);
  });
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function malformed(message: string): ServiceError {
  return new ServiceError(400, { code: "MALFORMED_BODY", message });
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError(
    413,
    { code: "BODY_TOO_LARGE", message: `The body is larger than ${maxBytes} bytes. Send fewer texts at a time.` },
    { connection: "close" },
  );
}
