import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

/** What Node looks at before it passes a request on. Times are in milliseconds, sizes in bytes. */
export interface ParserLimits {
  headersTimeout: number;
  requestTimeout: number;
  maxHeaderSize: number;
}

/** Node's own listener looks there too for an answer that has begun, into which nothing else must be written. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null };

interface Refusal {
  status: number;
  part: string;
  message: string;
}

/** Answers what Node refuses by itself, because it is no HTTP or came too slowly, with the limit that it breaks. */
export function refuseMalformed(server: Server, limits: ParserLimits): void {
  server.on("clientError", (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as AnsweringSocket;
    if (error.code === "ECONNRESET" || !socket.writable || socket._httpMessage?.headersSent) return socket.destroy();
    // What it goes on sending is not read: the connection ends with the answer.
    socket.end(answerTo(refusalOf(error, limits)), () => socket.destroy());
  });
}

function refusalOf({ code }: NodeJS.ErrnoException, limits: ParserLimits): Refusal {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return {
        status: 431,
        part: "headers",
        message: `The headers are larger than ${limits.maxHeaderSize} bytes. Send fewer or shorter ones.`,
      };
    case "ERR_HTTP_REQUEST_TIMEOUT": {
      const [headers, whole] = [limits.headersTimeout / 1000, limits.requestTimeout / 1000];
      const message = `The headers must arrive within ${headers} s and the whole request within ${whole} s. Send it again.`;
      return { status: 408, part: "request", message };
    }
    default:
      return { status: 400, part: "request", message: "This is not a valid HTTP/1.1 request." };
  }
}

function answerTo({ status, part, message }: Refusal): string {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: "BAD_USER_INPUT", argument: part } }] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "connection: close",
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "x-content-type-options: nosniff",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
