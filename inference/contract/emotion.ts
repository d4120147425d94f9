/** The seven emotions of the ISEAR study, in the order of the network's outputs. */
export const EMOTIONS = ["anger", "disgust", "fear", "guilt", "joy", "sadness", "shame"] as const;

/** One of the seven emotions, as code and CSV files spell it. */
export type Emotion = (typeof EMOTIONS)[number];

/** Whether a value is the name of one of the seven emotions (lower case). */
export function isEmotion(value: unknown): value is Emotion {
  return (EMOTIONS as readonly unknown[]).includes(value);
}
