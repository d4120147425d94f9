import type { Classification, Emotion, LabelledText } from "../contract/index.js";

/** A row that was answered wrongly. Holds the text: keep it out of what is passed on where the data may not be. */
export interface WorstError {
  text: string;
  truth: Emotion;
  emotion: Emotion;
  /** The probability of the emotion that was answered. */
  confidence: number;
  /** Where the row is, when that is known. */
  line?: number;
  file?: string;
}

const SHOWN = 25;

/**
 * The wrong answers that were given with the most confidence, the most confident first.
 * @param rows what is true of each text, in the order of the classifications
 */
export function worstErrors(
  rows: readonly LabelledText[],
  classifications: readonly Pick<Classification, "emotion" | "probabilities">[],
  most = SHOWN,
): WorstError[] {
  const wrong = rows.flatMap(({ text, emotion: truth, line, file }, index): WorstError[] => {
    const answer = classifications[index];
    if (answer === undefined || answer.emotion === truth) return [];
    const { emotion, probabilities } = answer;
    const place = { ...(line !== undefined && { line }), ...(file !== undefined && { file }) };
    return [{ text, truth, emotion, confidence: probabilities[emotion], ...place }];
  });
  return wrong.sort((a, b) => b.confidence - a.confidence).slice(0, most);
}
