import type { IncomingMessage } from "node:http";
import type { Access, SignIn } from "./access.js";
import type { Caller } from "./caller.js";
import { withImplied } from "./scope.js";

const EVERYTHING = withImplied(["admin"]);

/** Lets everybody in who reaches the server, which must therefore listen on this machine only. */
export class OpenAccess implements Access {
  readonly signIn: SignIn = { authentication: "none", openId: null };

  async signInOrigins(): Promise<readonly string[]> {
    return [];
  }

  callerOf(request: IncomingMessage): Caller {
    return { actor: "local", scopes: EVERYTHING, client: `address:${request.socket.remoteAddress}` };
  }
}
