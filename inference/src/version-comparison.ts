import type { Manifest } from "./manifest.js";

/** What of a version says how good it is. */
export type Measured = Pick<Manifest, "version" | "testSha256" | "metrics">;

/** Whether two versions were measured with the same rows, and in words why not. */
export function comparability(a: Measured, b: Measured): { comparable: boolean; reason: string } {
  if (a.testSha256 === null || b.testSha256 === null) {
    const heldOut = a.testSha256 === null ? a : b;
    return not(a, b, `${heldOut.version} was measured with rows held out of its own training file`);
  }
  if (a.testSha256 !== b.testSha256 || a.metrics.testRows !== b.metrics.testRows) {
    return not(a, b, "they were measured with different rows");
  }
  return { comparable: true, reason: `Both were measured with the same ${a.metrics.testRows} rows.` };
}

function not(a: Measured, b: Measured, why: string) {
  return { comparable: false, reason: `The figures of ${a.version} and ${b.version} are not comparable: ${why}.` };
}
