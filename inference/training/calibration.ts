import { type HeldOut, heldOutRows } from "./held-out.js";

/** What turns a network's outputs into probabilities that can be believed. */
export interface Calibration {
  /** Logits are divided by it before the softmax. */
  temperature: number;
  /** The calibrated probability at which the most probable emotion is wrong as often as it is right. */
  lowConfidence: number;
}

/**
 * Fits the temperature, so that the texts' true emotions get as much probability as possible (Guo et al.,
 * "On Calibration of Modern Neural Networks", 2017), and then the threshold of low confidence: the
 * probability p of being right is modelled as logit p = logit(confidence) + b, and the threshold is where
 * p = ½. With few rows, both stay close to what needs no fitting: 1 and ½.
 */
export function calibrate(heldOut: HeldOut): Calibration {
  const rows = heldOutRows(heldOut);
  const logTemperature = mostProbable((log) => {
    return rows.reduce((loss, row) => loss - Math.log(softmax(row.logits, Math.exp(log))[row.truth] ?? 0), 0);
  });
  const temperature = Math.exp(logTemperature);
  const answers = rows.map((row) => answerOf(softmax(row.logits, temperature), row.truth));
  const shift = mostProbable((b) => {
    return answers.reduce((loss, { right, logit }) => loss + Math.log1p(Math.exp((right ? -1 : 1) * (logit + b))), 0);
  });
  return { temperature, lowConfidence: 1 / (1 + Math.exp(shift)) };
}

const ALMOST_CERTAIN = 1 - 1e-6;

/** Whether the most probable emotion is right, and the log odds of its probability. */
function answerOf(probabilities: readonly number[], truth: number): { right: boolean; logit: number } {
  const confidence = Math.max(...probabilities);
  const bounded = Math.min(confidence, ALMOST_CERTAIN);
  return { right: probabilities[truth] === confidence, logit: Math.log(bounded / (1 - bounded)) };
}

function softmax(logits: Float32Array, temperature: number): number[] {
  const largest = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // Not 0, the logarithm of which would say nothing about where to look for something better.
  return weights.map((weight) => Math.max(weight / sum, Number.MIN_VALUE));
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
