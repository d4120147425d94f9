import type { IncomingMessage } from "node:http";
import type { Caller } from "./caller.js";

/** What a page or program must know before it can sign in; served to anybody as /config.json. */
export interface SignIn {
  /** `none`: everybody is let in; `key`: API keys; `openid`: API keys and tokens of the provider in `openId`. */
  readonly authentication: "none" | "key" | "openid";
  readonly openId: { readonly issuer: string; readonly clientId: string } | null;
}

/** Decides who is let in. */
export interface Access {
  readonly signIn: SignIn;
  /** Other origins that the page must be able to ask, for people to sign in. */
  signInOrigins(): Promise<readonly string[]>;
  /**
   * Who sends a request; not a promise where that takes no time, because waiting costs on every request.
   * @throws ClientError UNAUTHENTICATED, the same for whatever is wrong with the credentials
   */
  callerOf(request: IncomingMessage): Caller | Promise<Caller>;
}
