import { normalisedText } from "./dataset-file.js";

/** A row that was left out because a text that is measured with is the same or nearly so. */
export interface DroppedRow {
  /** The row's place among those given. */
  index: number;
  /** The place of the measured text that it is most like. */
  testIndex: number;
  /** Where the row is, when that is known. */
  line?: number;
  file?: string;
  reason: "same text" | "nearly the same";
  /** The larger of Jaccard similarity and containment (Broder, 1997), 0 to 1. */
  similarity: number;
}

/** The rows that may be learned from, in their order, and those that may not. */
export interface LeakCheck<Row> {
  kept: Row[];
  dropped: DroppedRow[];
}

interface CheckedRow {
  text: string;
  line?: number;
  file?: string;
}

/** What two texts have in common and what each has, in numbers of shingles, above which they count as nearly the same. */
const JACCARD = 0.8;
const CONTAINMENT = 0.9;
/** Shorter texts are too easily alike: only the same ones are left out. */
const MIN_WORDS = 5;
const SHINGLE = 5;

/**
 * Leaves out the rows whose text is among those that a model is measured with: the same letters and digits
 * (after Unicode normalisation, in lower case), or nearly the same. Texts of at least five words are nearly the
 * same when their sets of character 5-grams have a Jaccard similarity of at least 0.8, or the smaller set lies
 * to at least 0.9 in the larger (Broder, "On the resemblance and containment of documents", 1997). Exact, not
 * sampled: the same rows always give the same answer.
 */
export function withoutLeaks<Row extends CheckedRow>(
  rows: readonly Row[],
  testTexts: readonly string[],
): LeakCheck<Row> {
  const index = new TestIndex(testTexts);
  const kept: Row[] = [];
  const dropped: DroppedRow[] = [];
  rows.forEach((row, at) => {
    const match = index.match(row.text);
    if (match === undefined) kept.push(row);
    else {
      const { line, file } = row;
      dropped.push({ index: at, ...match, ...(line !== undefined && { line }), ...(file !== undefined && { file }) });
    }
  });
  return { kept, dropped };
}

type Match = Pick<DroppedRow, "testIndex" | "reason" | "similarity">;

/** The texts that a model is measured with, by their characters and by their shingles. */
class TestIndex {
  readonly #same = new Map<string, number>();
  /** By shingle, the texts that have it. */
  readonly #having = new Map<string, number[]>();
  /** By text, its number of shingles; 0 for a text too short to be nearly the same as another. */
  readonly #sizes: number[];
  readonly #common: Uint16Array;

  constructor(texts: readonly string[]) {
    const normalised = texts.map(normalisedText);
    normalised.forEach((text, index) => {
      const key = squeezed(text);
      if (!this.#same.has(key)) this.#same.set(key, index);
    });
    this.#sizes = normalised.map((text, index) => this.#add(shinglesOf(text), index));
    this.#common = new Uint16Array(texts.length);
  }

  #add(shingles: Set<string>, index: number): number {
    for (const shingle of shingles) {
      const texts = this.#having.get(shingle);
      if (texts) texts.push(index);
      else this.#having.set(shingle, [index]);
    }
    return shingles.size;
  }

  /** The measured text that a text is most like, the first of them when it is like several, if it is like any. */
  match(text: string): Match | undefined {
    const normalised = normalisedText(text);
    const same = this.#same.get(squeezed(normalised));
    if (same !== undefined) return { testIndex: same, reason: "same text", similarity: 1 };
    return this.#nearest(shinglesOf(normalised));
  }

  #nearest(shingles: Set<string>): Match | undefined {
    const touched = this.#countCommon(shingles);
    let best: Match | undefined;
    for (const testIndex of touched) {
      const similarity = nearness(this.#common[testIndex] ?? 0, shingles.size, this.#sizes[testIndex] ?? 0);
      this.#common[testIndex] = 0;
      if (similarity === undefined) continue;
      const better = best === undefined || similarity > best.similarity;
      if (better || (similarity === best?.similarity && testIndex < best.testIndex)) {
        best = { testIndex, reason: "nearly the same", similarity };
      }
    }
    return best;
  }

  /** Counts by measured text the shingles that it has in common with another; gives those that have any. */
  #countCommon(shingles: Set<string>): number[] {
    const touched: number[] = [];
    for (const shingle of shingles) {
      for (const text of this.#having.get(shingle) ?? []) {
        const count = this.#common[text] ?? 0;
        if (count === 0) touched.push(text);
        this.#common[text] = count + 1;
      }
    }
    return touched;
  }
}

/** How near two texts are, or undefined when they are not nearly the same. */
function nearness(common: number, size: number, otherSize: number): number | undefined {
  const jaccard = common / (size + otherSize - common);
  const containment = common / Math.min(size, otherSize);
  return jaccard >= JACCARD || containment >= CONTAINMENT ? Math.max(jaccard, containment) : undefined;
}

function squeezed(normalised: string): string {
  return normalised.replaceAll(" ", "");
}

/** The character 5-grams of a normalised text, its ends marked by spaces; none when it has too few words. */
function shinglesOf(normalised: string): Set<string> {
  const shingles = new Set<string>();
  if (normalised.split(" ").length < MIN_WORDS) return shingles;
  const marked = ` ${normalised} `;
  for (let at = 0; at + SHINGLE <= marked.length; at += 1) shingles.add(marked.slice(at, at + SHINGLE));
  return shingles;
}
