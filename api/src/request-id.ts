import { randomUUID } from "node:crypto";

/** What proxies and clients call a request by; anything else could forge lines of a log. */
const WELL_FORMED = /^[\w.:=-]{8,64}$/;

/** The request's own id, so that it is found under one name in everybody's logs; a new one when it has none of use. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === "string" && WELL_FORMED.test(header) ? header : randomUUID();
}
