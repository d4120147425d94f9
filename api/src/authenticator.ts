import type { Caller } from "./caller.js";

/** Tells whom a bearer token belongs to. */
export interface Authenticator {
  /**
   * @returns undefined for every token that is not good, whatever is wrong with it
   * @throws only when it cannot be found out now
   */
  callerOf(token: string): Promise<Caller | undefined>;
}
