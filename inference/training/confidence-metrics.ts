import { EMOTIONS, type Emotion } from "../contract/index.js";

/** A classification's probabilities beside the truth. */
export interface JudgedProbabilities {
  truth: Emotion;
  probabilities: Readonly<Record<Emotion, number>>;
  /** The probability of the emotion that was answered. */
  confidence: number;
  /** Whether the emotion that was answered is the true one. */
  right: boolean;
}

/** The answers whose confidence is from `from` (included) to `to` (1: included, else not). */
export interface ReliabilityBin {
  from: number;
  to: number;
  rows: number;
  /** The mean confidence of the answers; NaN without any. */
  confidence: number;
  /** The share of right answers; NaN without any. */
  accuracy: number;
}

/** How good the most confident answers are. */
export interface CoveragePoint {
  /** The share of all rows that is answered. */
  coverage: number;
  rows: number;
  /** The share of right answers among them. */
  accuracy: number;
  /** The least confidence among them. */
  confidence: number;
}

const BINS = 15;

/** Sorts answers into 15 equally wide bins of confidence, from 0 to 1. */
export function reliabilityBins(answers: readonly JudgedProbabilities[]): ReliabilityBin[] {
  const bins = Array.from({ length: BINS }, (): JudgedProbabilities[] => []);
  for (const answer of answers) bins[Math.min(BINS - 1, Math.floor(answer.confidence * BINS))]?.push(answer);
  return bins.map((inBin, index) => ({
    from: index / BINS,
    to: (index + 1) / BINS,
    rows: inBin.length,
    confidence: mean(inBin.map(({ confidence }) => confidence)),
    accuracy: shareRight(inBin),
  }));
}

/**
 * How far the confidence is from the share of right answers, on average over the answers, taken bin by bin
 * (Guo et al., "On Calibration of Modern Neural Networks", 2017).
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const filled = bins.filter(({ rows }) => rows > 0);
  const rows = filled.reduce((total, bin) => total + bin.rows, 0);
  return filled.reduce((error, bin) => error + (bin.rows * Math.abs(bin.confidence - bin.accuracy)) / rows, 0);
}

/**
 * What `expectedCalibrationError` would be, on average, if the confidence were exactly right: so few rows in a bin
 * are never right exactly as often as they should. By the mean absolute deviation of a normal distribution with the
 * spread of the bin's share of right answers.
 */
export function calibrationErrorByChance(bins: readonly ReliabilityBin[]): number {
  const filled = bins.filter(({ rows }) => rows > 0);
  const rows = filled.reduce((total, bin) => total + bin.rows, 0);
  return filled.reduce((error, bin) => {
    const spread = Math.sqrt((bin.confidence * (1 - bin.confidence)) / bin.rows);
    return error + (bin.rows / rows) * spread * Math.sqrt(2 / Math.PI);
  }, 0);
}

// A probability of 0 would make one wrong answer infinitely bad.
const LEAST_PROBABILITY = 1e-12;

/** The mean negative natural logarithm of the true emotion's probability, which counts as at least 1e-12. */
export function negativeLogLikelihood(answers: readonly JudgedProbabilities[]): number {
  return mean(answers.map(({ truth, probabilities }) => -Math.log(Math.max(probabilities[truth], LEAST_PROBABILITY))));
}

/** The mean squared distance of the seven probabilities from 1 for the truth and 0 for all others (Brier, 1950). */
export function brierScore(answers: readonly JudgedProbabilities[]): number {
  return mean(
    answers.map(({ truth, probabilities }) => {
      return EMOTIONS.reduce((sum, each) => sum + (probabilities[each] - (each === truth ? 1 : 0)) ** 2, 0);
    }),
  );
}

const COVERAGE_STEPS = 20;

/**
 * The accuracy when only the most confident share of the rows is answered, in steps of 5 % (El-Yaniv and Wiener,
 * "On the Foundations of Noise-free Selective Classification", 2010). Of equally confident rows the earlier counts first.
 */
export function coverageCurve(answers: readonly JudgedProbabilities[]): CoveragePoint[] {
  const sorted = answers.toSorted((a, b) => b.confidence - a.confidence);
  const points = Array.from({ length: COVERAGE_STEPS }, (_, step) => {
    const rows = Math.ceil(((step + 1) / COVERAGE_STEPS) * sorted.length);
    const answered = sorted.slice(0, rows);
    return {
      coverage: (step + 1) / COVERAGE_STEPS,
      rows,
      accuracy: shareRight(answered),
      confidence: answered.at(-1)?.confidence ?? Number.NaN,
    };
  });
  // With few rows several steps take the same ones.
  return points.filter(({ rows }, index) => rows !== points[index + 1]?.rows);
}

function shareRight(answers: readonly JudgedProbabilities[]): number {
  return answers.filter(({ right }) => right).length / answers.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
