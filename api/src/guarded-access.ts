import type { IncomingMessage } from "node:http";
import type { Access, SignIn } from "./access.js";
import { isApiKey } from "./api-key.js";
import type { Authenticator } from "./authenticator.js";
import type { Caller } from "./caller.js";
import { unauthenticated } from "./errors.js";
import type { SignInAttempts } from "./sign-in-attempts.js";

/** RFC 6750; a token longer than this is none of ours, and Node refuses headers beyond 16 KB anyway. */
const BEARER = /^Bearer +([\w.~+/=-]{1,8192})$/i;

export interface GuardedAccessParts {
  keys: Authenticator;
  /** Without it no token but API keys is taken. */
  tokens?: Authenticator | undefined;
  attempts: SignInAttempts;
  signIn: SignIn;
  /** Where people sign in, where that is elsewhere. */
  origins?: { find(): Promise<readonly string[]> } | undefined;
}

/** Lets in who sends `Authorization: Bearer` with an API key or a token of the OpenID provider. */
export class GuardedAccess implements Access {
  readonly signIn: SignIn;

  constructor(private readonly parts: GuardedAccessParts) {
    this.signIn = parts.signIn;
  }

  async signInOrigins(): Promise<readonly string[]> {
    return (await this.parts.origins?.find()) ?? [];
  }

  async callerOf(request: IncomingMessage): Promise<Caller> {
    const token = BEARER.exec(request.headers.authorization ?? "")?.[1];
    const authenticator = token === undefined ? undefined : this.authenticatorOf(token);
    if (token === undefined || authenticator === undefined) throw unauthenticated();
    const { remoteAddress } = request.socket;
    const caller = await this.parts.attempts.verified(token, remoteAddress, () => authenticator.callerOf(token));
    if (caller === undefined) throw unauthenticated();
    return caller;
  }

  private authenticatorOf(token: string): Authenticator | undefined {
    return isApiKey(token) ? this.parts.keys : this.parts.tokens;
  }
}
