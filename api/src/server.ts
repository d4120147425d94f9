import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { refuseMalformed } from "./malformed-requests.js";

/** What a client may take of the server before it has sent a whole request. Times are in milliseconds. */
export interface ServerLimits {
  /** For all headers to arrive. */
  headersTimeout: number;
  /** For the whole request to arrive. */
  requestTimeout: number;
  /** For which a connection is kept between requests. */
  keepAliveTimeout: number;
  /** How often time-outs are looked for. */
  connectionsCheckingInterval: number;
  /** Of the request line and all headers, in bytes. */
  maxHeaderSize: number;
  /** Beyond it connections are cut at once. */
  maxConnections: number;
}

/** Load balancers keep a connection for 60 s, and must not find it closed by us first. */
export const SERVER_LIMITS: ServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16 * 1024,
  maxConnections: 2000,
};

/** In-flight requests get this long to finish when the server stops, in milliseconds. */
const GRACE = 3000;

/** A listening HTTP server. */
export interface RunningServer {
  /** Like http://127.0.0.1:4000 */
  address: string;
  /** Takes no more connections, lets requests in flight finish and cuts what is left after three seconds. */
  stop(): Promise<void>;
}

/**
 * Serves an app.
 * @param port 0 for any free one
 * @throws an error whose message says what to do when the port cannot be had
 */
export async function listen(
  app: RequestListener,
  { host, port, limits = {} }: { host: string; port: number; limits?: Partial<ServerLimits> },
): Promise<RunningServer> {
  const { maxConnections, ...timeouts } = { ...SERVER_LIMITS, ...limits };
  const server = createServer({ ...timeouts, keepAlive: true }, app);
  server.maxConnections = maxConnections;
  // Node would silently leave out headers beyond a number of them; the app refuses such requests instead.
  server.maxHeadersCount = 0;
  refuseMalformed(server, timeouts);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explained(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return { address: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection that is kept alive becomes idle only after its last answer.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearInterval(closeIdle);
  clearTimeout(cut);
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new Error(
      `Port ${port} on ${host} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
    );
  }
  if (error.code === "EACCES")
    return new Error(`Port ${port} may not be opened by this user. Choose one above 1023 with PORT.`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND" || error.code === "EINVAL")
    return new Error(`HOST ${host} is no address of this machine. Use 127.0.0.1.`);
  return error;
}
