import { IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { Writable } from "node:stream";

/** An HTTP request that came by another way than a socket. */
export interface PlainRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** The client's address. */
  remoteAddress: string | undefined;
}

/** What a server answered. */
export interface PlainAnswer {
  status: number;
  /** In the order in which they were sent; a name may occur more than once. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

/** They speak of a connection, and there is none. */
const CONNECTION_HEADERS = new Set(["connection", "keep-alive", "transfer-encoding", "date"]);

/**
 * Lets a node:http app answer a request without a socket, so that wherever requests come from, the same code
 * answers them.
 * @throws when the app breaks its answer off
 */
export async function answerInProcess(app: RequestListener, plain: PlainRequest): Promise<PlainAnswer> {
  const request = incoming(plain);
  const response = new ServerResponse(request);
  // Chunks would have to be put together again.
  response.useChunkedEncodingByDefault = false;
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  response.assignSocket(sink as unknown as Socket);
  await new Promise<void>((resolve, reject) => {
    response.once("finish", resolve);
    sink.once("close", () => reject(new Error("The answer was broken off.")));
    app(request, response);
  });
  response.emit("close");
  return parsed(response.statusCode, Buffer.concat(chunks));
}

function incoming({ method, url, headers, body, remoteAddress }: PlainRequest): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  const request = new IncomingMessage(socket);
  const { "content-length": _claimed, ...others } = headers;
  request.method = method;
  request.url = url;
  request.httpVersion = "1.1";
  request.headers = { ...others, ...(body.length > 0 && { "content-length": String(body.length) }) };
  request.rawHeaders = Object.entries(request.headers).flat() as string[];
  request.complete = true;
  request.push(body);
  request.push(null);
  return request;
}

/** Takes the head of an HTTP/1.1 answer apart from its body. */
function parsed(status: number, raw: Buffer): PlainAnswer {
  const end = raw.indexOf("\r\n\r\n");
  const [, ...lines] = raw.subarray(0, end).toString("latin1").split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status, headers: headers.filter(([name]) => !CONNECTION_HEADERS.has(name)), body: raw.subarray(end + 4) };
}
