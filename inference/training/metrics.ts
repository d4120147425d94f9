import { type Classification, EMOTIONS, type Emotion, type LabelledText } from "../contract/index.js";
import {
  brierScore,
  type CoveragePoint,
  calibrationErrorByChance,
  coverageCurve,
  expectedCalibrationError,
  type JudgedProbabilities,
  negativeLogLikelihood,
  type ReliabilityBin,
  reliabilityBins,
} from "./confidence-metrics.js";
import { type Uncertainty, uncertaintyOf } from "./uncertainty.js";

interface Judged {
  truth: Emotion;
  classification: Answer;
}

type Answer = Pick<Classification, "emotion" | "probabilities" | "uncertain" | "uncertaintyReasons">;

/** How well one emotion is told from the others; a share is NaN where there is nothing to share. */
export interface EmotionMetrics {
  emotion: Emotion;
  /** Of the texts classified so, the share that is so. */
  precision: number;
  /** Of the texts that are so, the share classified so. */
  recall: number;
  f1: number;
  /** Texts that are so. */
  rows: number;
}

/** How good classifications are. */
export interface Evaluation {
  accuracy: number;
  /** The standard error of the accuracy: how much it would differ on other rows of the same kind. */
  standardError: number;
  /** The accuracy's 95 % confidence interval (Wilson, 1927). */
  accuracyInterval: [number, number];
  /** The mean F1 of the emotions that occur. */
  macroF1: number;
  /** See `expectedCalibrationError`. */
  expectedCalibrationError: number;
  /** What that would be if the confidence were exactly right; see `calibrationErrorByChance`. */
  calibrationErrorByChance: number;
  /** Mean negative logarithm of the true emotion's probability, in nats. */
  negativeLogLikelihood: number;
  /** Mean squared distance of the probabilities from the truth, 0 to 2. */
  brierScore: number;
  /** The confidence and the rightness of 15 equally wide bins of confidence, as a reliability diagram shows them. */
  reliability: ReliabilityBin[];
  /** How often the most confident answers are right, by how many of them are looked at. */
  coverage: CoveragePoint[];
  uncertainty: Uncertainty;
  testRows: number;
  perEmotion: EmotionMetrics[];
  /** `confusion[truth][classified]`: how many texts. */
  confusion: Record<Emotion, Record<Emotion, number>>;
}

/**
 * Measures at least one classification.
 * @param rows what is true of each text, in the order of the classifications
 */
export function evaluateAll(rows: readonly LabelledText[], classifications: readonly Answer[]): Evaluation {
  const judged = classifications.map((classification, row) => ({
    truth: (rows[row] as LabelledText).emotion,
    classification,
  }));
  const right = judged.filter(({ truth, classification }) => classification.emotion === truth).length;
  const accuracy = right / judged.length;
  const confusion = confusionOf(judged);
  const answers = judged.map(judgedProbabilities);
  const reliability = reliabilityBins(answers);
  const perEmotion = EMOTIONS.map((emotion) => emotionMetrics(emotion, confusion));
  const scores = perEmotion.map(({ f1 }) => f1).filter((f1) => !Number.isNaN(f1));
  return {
    accuracy,
    standardError: Math.sqrt((accuracy * (1 - accuracy)) / judged.length),
    accuracyInterval: wilsonInterval(accuracy, judged.length),
    macroF1: sum(scores) / scores.length,
    expectedCalibrationError: expectedCalibrationError(reliability),
    calibrationErrorByChance: calibrationErrorByChance(reliability),
    negativeLogLikelihood: negativeLogLikelihood(answers),
    brierScore: brierScore(answers),
    reliability,
    coverage: coverageCurve(answers),
    uncertainty: uncertaintyOf(classifications),
    testRows: judged.length,
    perEmotion,
    confusion,
  };
}

function judgedProbabilities({ truth, classification: { emotion, probabilities } }: Judged): JudgedProbabilities {
  return { right: emotion === truth, confidence: probabilities[emotion], truth, probabilities };
}

function confusionOf(judged: readonly Judged[]): Evaluation["confusion"] {
  const none = () => Object.fromEntries(EMOTIONS.map((emotion) => [emotion, 0])) as Record<Emotion, number>;
  const confusion = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, none()])) as Evaluation["confusion"];
  for (const { truth, classification } of judged) confusion[truth][classification.emotion] += 1;
  return confusion;
}

function emotionMetrics(emotion: Emotion, confusion: Evaluation["confusion"]): EmotionMetrics {
  const right = confusion[emotion][emotion];
  const rows = sum(Object.values(confusion[emotion]));
  const classified = sum(EMOTIONS.map((truth) => confusion[truth][emotion]));
  return { emotion, precision: right / classified, recall: right / rows, f1: (2 * right) / (classified + rows), rows };
}

const Z95 = 1.959964;

function wilsonInterval(share: number, count: number): [number, number] {
  const z2 = Z95 ** 2 / count;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z95 / (1 + z2)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
