import { type HeldOut, heldOutRows } from "./held-out.js";
import { softmax } from "./softmax.js";

/** What turns a network's outputs into probabilities that can be believed, and into doubts that can be named. */
export interface Calibration {
  /** Logits are divided by it before the softmax. */
  temperature: number;
  /** The calibrated probability under which the most probable emotion is not to be relied on. */
  lowConfidence: number;
  /** The probability of carrying no emotion from which a text counts as neutral; null without a gate. */
  neutral: number | null;
}

/**
 * The shares of held-out texts, all of which carry an emotion, that the doubts may be cast on: together they stay
 * well under an eighth of them. That of neutrality is the smaller one, because people also write of what moves them
 * in words that state a fact, more often than the held-out texts do.
 */
const DOUBTED_SHARE = { lowConfidence: 0.05, neutral: 0.03 } as const;

/** Fewer held-out rows say too little of the tails that thresholds are about. */
const MIN_ROWS_FOR_THRESHOLDS = 100;

/** Without enough rows of its own and without a parent: twice what guessing would give, and an even chance. */
const COMMON: Calibration = { temperature: 1, lowConfidence: 2 / 7, neutral: 0.5 };

/**
 * Fits the temperature, so that the texts' true emotions get as much probability as possible (Guo et al.,
 * "On Calibration of Modern Neural Networks", 2017), with a prior that keeps it near 1 when there are few
 * rows. The thresholds are quantiles: they cast doubt on the least confident and on the most neutral of the
 * held-out texts.
 * @param given what to keep when there are too few held-out rows for thresholds: a parent's calibration
 * @param unseen what the networks of a cross-validation said of rows that they did not learn from: many more
 *   rows to fit the temperature to
 */
export function calibrate(heldOut: HeldOut, given?: Calibration, unseen: readonly HeldOut[] = []): Calibration {
  const rows = heldOutRows(heldOut);
  const scarce = rows.length < MIN_ROWS_FOR_THRESHOLDS;
  if (scarce && given) return given;
  const all = [...rows, ...unseen.flatMap(heldOutRows)];
  const logTemperature = mostProbable((log) => {
    return all.reduce((loss, row) => loss - Math.log(softmax(row.logits, Math.exp(log))[row.truth] ?? 0), 0);
  });
  const temperature = Math.exp(logTemperature);
  if (scarce) return { ...COMMON, temperature, neutral: heldOut.neutral && COMMON.neutral };
  const confidences = rows.map(({ logits }) => Math.max(...softmax(logits, temperature)));
  const neutral = heldOut.neutral && Array.from(heldOut.neutral, (logit) => 1 / (1 + Math.exp(-logit)));
  return {
    temperature,
    lowConfidence: quantile(confidences, DOUBTED_SHARE.lowConfidence),
    neutral: neutral && quantile(neutral, 1 - DOUBTED_SHARE.neutral),
  };
}

/** The value under which a share of the values lies, between its two neighbours in proportion. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}

const PRIOR_SPREAD = 0.5;
const LIMIT = 3;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const PRECISION = 1e-6;

/**
 * The number from -3 to 3 that is most probable: the least loss (a negative log likelihood, with one
 * minimum) together with a normal prior around 0. Golden-section search (Kiefer, 1953).
 */
function mostProbable(loss: (x: number) => number): number {
  const cost = (x: number) => loss(x) + (x / PRIOR_SPREAD) ** 2 / 2;
  let [low, high] = [-LIMIT, LIMIT];
  while (high - low > PRECISION) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}
