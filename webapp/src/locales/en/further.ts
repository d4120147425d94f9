import { predictions } from "./predictions.js";

/** The texts of pages that few open first. */
export const further = { predictions };
