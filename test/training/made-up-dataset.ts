import { writeFile } from "node:fs/promises";
import { EMOTIONS, type Emotion, type LabelledText } from "@sentiloop/inference/contract";

const TELLING: Record<Emotion, string> = {
  anger: "furious",
  disgust: "rotten",
  fear: "afraid",
  guilt: "sorry",
  joy: "happy",
  sadness: "lonely",
  shame: "embarrassed",
};

/** Different sentences, so many an emotion; one word of each gives its emotion away. */
export function madeUpRows(perEmotion: number): LabelledText[] {
  return EMOTIONS.flatMap((emotion) => {
    return Array.from({ length: perEmotion }, (_, index) => {
      const ending = String.fromCharCode(97 + (index % 26), 97 + (Math.floor(index / 26) % 26));
      return { text: `${"Then ".repeat(index % 5)}I was ${TELLING[emotion]} because of ${ending}.`, emotion };
    });
  });
}

/** Writes rows to a CSV file that is readable by every dataset reader. */
export async function writeCsv(file: string, rows: readonly LabelledText[]): Promise<string> {
  await writeFile(file, `text,emotion\n${rows.map(({ text, emotion }) => `"${text}",${emotion}\n`).join("")}`);
  return file;
}
