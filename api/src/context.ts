import type { Caller } from "./caller.js";
import type { RequestObservation } from "./request-observation.js";
import type { Spending } from "./spending.js";

/** What every resolver knows of the request that it answers, and of who sent it. */
export interface Context extends Caller {
  /** Names the request in the log and, should it fail unexpectedly, to the client. */
  requestId: string;
  /** What the request costs its sender; undefined where nothing is limited. */
  spending?: Spending | undefined;
  /** Hears which root fields run; undefined where nobody looks. */
  observation?: RequestObservation | undefined;
}
