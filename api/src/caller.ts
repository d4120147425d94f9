import type { Scope } from "./scope.js";

/** Who sends a request, once that is known. */
export interface Caller {
  /** Recorded with each decision: `local`, `key:<id>` or `user:<subject>`; never a secret. */
  readonly actor: string;
  /** What the caller may do, with all that one scope implies. */
  readonly scopes: ReadonlySet<Scope>;
  /** Whose requests are counted together by the rate limit. */
  readonly client: string;
}
