import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "./app.js";

/** Where and how patiently to listen. */
export interface ListenOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** How long a client may take to send a whole request, in milliseconds. */
  requestTimeoutMs: number;
}

/** An app that listens. */
export interface Listener {
  /** The address that it answers at. */
  url: string;
  /** Takes no more requests, lets those in flight finish for at most `STOP_DEADLINE_MS`, then ends. */
  stop(): Promise<void>;
}

/** How long requests in flight are waited for when the service stops, in milliseconds. */
export const STOP_DEADLINE_MS = 4000;

const STOP_POLL_MS = 100;

// Longer than the usual 60 s of a load balancer: it must never send on a connection being closed here.
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts to listen.
 * @throws NodeJS.ErrnoException when the address cannot be had, for one because its port is taken
 */
export async function listen(app: App, { host, port, requestTimeoutMs }: ListenOptions): Promise<Listener> {
  const server = createServer(
    {
      // A client that sends slowly or not at all must not hold a connection for long.
      headersTimeout: Math.min(10_000, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    app.handle,
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return { url: urlOf(server.address() as AddressInfo), stop: () => stop(server, app) };
}

async function stop(server: Server, app: App): Promise<void> {
  app.beginShutdown();
  const deadline = performance.now() + STOP_DEADLINE_MS;
  // Not at once: a request may be on its way through a connection that was open before.
  const poll = setInterval(() => {
    if (app.inFlight === 0 || performance.now() > deadline) server.closeAllConnections();
  }, STOP_POLL_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(poll);
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
