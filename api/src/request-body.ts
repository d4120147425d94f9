import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { HttpError, OverloadError } from "./http-error.js";

/** A body that is too large is read and thrown away up to this many times the limit, so that its sender hears why. */
const DISCARDED = 32;

/** In seconds. */
const RETRY_AFTER = 1;

const BYTE_ORDER_MARK = 0xfeff;

/** In bytes. */
export interface BodyLimits {
  /** The most that one body may have. */
  body: number;
  /** The most that all bodies together may have that are being read at a time. */
  buffered: number;
}

export const BODY_LIMITS: BodyLimits = { body: 256 * 1024, buffered: 64 * 1024 * 1024 };

/** Reads the bodies of requests, all of them together within a bounded memory. */
export class BodyReader {
  private buffered = 0;

  constructor(private readonly limits: BodyLimits) {}

  /**
   * Reads a request's body as UTF-8 text, without a byte order mark.
   * @throws HttpError 413 when it is too large, 400 when it is not valid UTF-8, 503 when too many are being read
   */
  read(request: IncomingMessage): Promise<string> {
    return new Promise((resolve, reject) => {
      const declared = Number(request.headers["content-length"] ?? 0);
      if (declared > this.limits.body * DISCARDED) throw this.tooLarge();
      const chunks: Buffer[] = [];
      let held = 0;
      let byteCount = 0;
      const drop = () => {
        chunks.length = 0;
        this.buffered -= held;
        held = 0;
      };
      const fail = (error: Error) => {
        drop();
        reject(error);
      };
      request.on("data", (chunk: Buffer) => {
        byteCount += chunk.length;
        if (byteCount > this.limits.body) {
          drop();
          if (byteCount > this.limits.body * DISCARDED) reject(this.tooLarge());
          return;
        }
        chunks.push(chunk);
        held += chunk.length;
        this.buffered += chunk.length;
        if (this.buffered > this.limits.buffered) fail(this.tooManyBodies());
      });
      request.on("end", () => {
        const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        drop();
        if (byteCount > this.limits.body) reject(this.tooLarge());
        else if (isUtf8(bytes)) resolve(withoutMark(bytes.toString("utf8")));
        // Replacing broken bytes would store another text than the one that was sent.
        else reject(new HttpError(400, "body", "The body is not valid UTF-8. Encode it as UTF-8."));
      });
      request.on("error", fail);
      // One that was cut off before this listened tells nothing more.
      if (request.destroyed) fail(new Error("The request was cut off."));
    });
  }

  private tooLarge(): HttpError {
    const { body } = this.limits;
    const message = `The body is larger than ${body} bytes (${body / 1024} KB). Send less at a time.`;
    return new HttpError(413, "body", message, { connection: "close" });
  }

  private tooManyBodies(): OverloadError {
    const megabytes = this.limits.buffered / 1024 / 1024;
    return new OverloadError(`More than ${megabytes} MB of requests are being read. Try again soon.`, RETRY_AFTER);
  }
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
