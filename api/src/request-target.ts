import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.js";

/** The most headers of a request. */
export const MAX_HEADERS = 100;

const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/** A target with scheme and authority, which only proxies should be sent but every server must take (RFC 9112, 3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i;

/** What a request is for. */
export interface RequestTarget {
  /** Begins with a slash; with the query. */
  url: string;
  /** The path alone. */
  path: string;
}

/**
 * What a request is for, once its head has been looked at.
 * @param onlyLocalHosts refuse requests that a browser was tricked into sending here under another name (DNS rebinding)
 * @throws HttpError 400, 403 or 431
 */
export function targetOf(request: IncomingMessage, { onlyLocalHosts }: { onlyLocalHosts: boolean }): RequestTarget {
  const headerCount = request.rawHeaders.length / 2;
  if (headerCount > MAX_HEADERS) {
    throw new HttpError(431, "headers", `The request has ${headerCount} headers; at most ${MAX_HEADERS} are allowed.`);
  }
  const target = request.url ?? "/";
  const [, authority, rest] = target.startsWith("/") ? [] : (ABSOLUTE_FORM.exec(target) ?? []);
  const host = authority ?? request.headers.host ?? "";
  if (onlyLocalHosts && !LOCAL_HOST.test(host)) {
    throw new HttpError(403, "host", "This server answers only under localhost, 127.0.0.1 and [::1].");
  }
  const url = rest === undefined ? target : rest.startsWith("/") ? rest : `/${rest}`;
  if (!url.startsWith("/")) throw new HttpError(400, "target", "The target of the request must begin with a slash.");
  const query = url.indexOf("?");
  return { url, path: query < 0 ? url : url.slice(0, query) };
}
