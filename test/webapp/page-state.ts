import type { Page } from "playwright-core";
import type { PredictionServer } from "./prediction-server.js";

/** A page in one of the states in which people meet it. */
export interface PageState {
  name: string;
  path: string;
  /** What the server holds, beyond nothing. */
  prepare?(server: PredictionServer): void;
  /** Brings the open page into the state, and waits for it. */
  reach(page: Page): Promise<void>;
}
