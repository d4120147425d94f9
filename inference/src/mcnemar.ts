/**
 * The exact two-sided p-value of McNemar's test ("Note on the sampling error of the difference between correlated
 * proportions", 1947): how probable a difference at least this large is when both classifiers are equally good. The
 * rows on which only one is right follow a binomial distribution with the share ½.
 * @param onlyFirst rows on which only the first classifier is right
 * @param onlySecond rows on which only the second is
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const rows = onlyFirst + onlySecond;
  let logProbability = -rows * Math.LN2;
  let tail = Math.exp(logProbability);
  for (let k = 1; k <= Math.min(onlyFirst, onlySecond); k += 1) {
    logProbability += Math.log((rows - k + 1) / k);
    tail += Math.exp(logProbability);
  }
  return Math.min(1, 2 * tail);
}
