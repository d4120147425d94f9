import { DatasetError, EMOTIONS, type LabelledText } from "../contract/index.js";
import { normalisedText } from "./dataset-file.js";
import type { Random } from "./random.js";

/** The fewest different texts that can be learned from and measured. */
export const MIN_TEXTS = 20;

/** One row in so many is held out to calibrate the network, and (without a test file) to measure it. */
const CALIBRATION_EVERY = 20;
const TEST_EVERY = 10;

/** The three uses of rows; no text stands in two of them. */
export interface Split {
  training: LabelledText[];
  calibration: LabelledText[];
  test: LabelledText[];
}

/**
 * Divides rows between training, calibration and test.
 * @param test rows of a test file, none of which is among the others; without it a stratified tenth of the rows is taken
 * @throws DatasetError when too little is left to learn from
 */
export function splitRows(rows: readonly LabelledText[], random: Random, test?: readonly LabelledText[]): Split {
  const found = new Set(rows.map(({ text }) => normalisedText(text))).size;
  const emotions = new Set(rows.map(({ emotion }) => emotion)).size;
  if (found < MIN_TEXTS || emotions < 2 || test?.length === 0) {
    throw new DatasetError(
      `There are ${found} different texts of ${emotions} emotions to learn from and ${test?.length ?? found} rows to measure with; ` +
        `at least ${MIN_TEXTS} texts, 2 emotions and 1 row are needed. Give more rows.`,
    );
  }
  const measured = test ? { held: [...test], rest: rows } : holdOut(rows, TEST_EVERY, random);
  const calibrated = holdOut(measured.rest, CALIBRATION_EVERY, random);
  return {
    training: calibrated.rest,
    calibration: calibrated.held,
    test: measured.held,
  };
}

/** Holds out one text of `every`, at random but with all emotions alike; rows of one text stay together. */
function holdOut(rows: readonly LabelledText[], every: number, random: Random) {
  const groups = random.shuffled(byText(rows));
  const ordered = EMOTIONS.flatMap((emotion) => groups.filter(([first]) => first?.emotion === emotion));
  const offset = Math.floor(random.next() * Math.min(every, ordered.length));
  return {
    held: ordered.filter((_, index) => index % every === offset).flat(),
    rest: ordered.filter((_, index) => index % every !== offset).flat(),
  };
}

function byText(rows: readonly LabelledText[]): LabelledText[][] {
  const groups = new Map<string, LabelledText[]>();
  for (const row of rows) {
    const text = normalisedText(row.text);
    const group = groups.get(text);
    if (group) group.push(row);
    else groups.set(text, [row]);
  }
  return [...groups.values()];
}
