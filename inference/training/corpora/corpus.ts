import { DatasetError } from "../../contract/index.js";

/** A text of a corpus with what its annotators saw in it. */
export interface CorpusText {
  text: string;
  /** Indices into the labels of its corpus, ascending, each once; at least one. */
  labels: number[];
}

/** Texts under the labels of one publisher, which are not the emotions of Sentiloop. */
export interface Corpus {
  name: string;
  labels: readonly string[];
  texts: CorpusText[];
  /** Texts in which nobody saw an emotion; absent where a corpus has no such label. */
  neutralTexts?: string[];
}

/** Gathers a corpus: cleans its texts and joins the labels of those that differ only in case. */
export class CorpusBuilder {
  readonly #labelled = new Map<string, { text: string; labels: Set<number> }>();
  readonly #neutral = new Map<string, string>();

  /** Adds a text; one without a letter is left out, since it has no word to learn from. */
  add(rawText: string, labels: readonly number[]): void {
    const text = cleanText(rawText);
    if (!HAS_A_LETTER.test(text)) return;
    const key = text.toLowerCase();
    if (labels.length === 0) {
      if (!this.#neutral.has(key)) this.#neutral.set(key, text);
      return;
    }
    const known = this.#labelled.get(key) ?? { text, labels: new Set<number>() };
    for (const label of labels) known.labels.add(label);
    this.#labelled.set(key, known);
  }

  /** The texts with a label, in the order in which they came. */
  get texts(): CorpusText[] {
    return [...this.#labelled.values()].map(({ text, labels }) => ({
      text,
      labels: [...labels].sort((a, b) => a - b),
    }));
  }

  /** The texts that were never given a label. */
  get neutralTexts(): string[] {
    return [...this.#neutral].filter(([key]) => !this.#labelled.has(key)).map(([, text]) => text);
  }
}

const HAS_A_LETTER = /\p{L}/u;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
// Publishers put such marks where a name stood, so that nobody is recognised.
const MASK = /\[[A-Z][A-Za-z]*\]/g;
const UNMASKED: Readonly<Record<string, string>> = {
  "[NAME]": "someone",
  "[PERSON]": "someone",
  "[LOCATION]": "somewhere",
};
const SPACED_MARK = /\s+([.,;:!?](?:\s|$))/g;

/** A text as a person would have typed it: without entities of HTML, masked names and needless white space. */
export function cleanText(text: string): string {
  return text
    .replace(ENTITY, unescaped)
    .replace(MASK, (mask) => UNMASKED[mask] ?? "")
    .replace(/\s+/g, " ")
    .replace(SPACED_MARK, "$1")
    .trim();
}

function unescaped(entity: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : entity;
}

/**
 * Reads a cell such as "3,14".
 * @returns whole numbers from `first` to `last`
 * @throws DatasetError naming `where`, when the cell has anything else
 */
export function labelNumbers(cell: string | undefined, where: string, first: number, last: number): number[] {
  return (cell ?? "").split(",").map((part) => {
    const number = /^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN;
    if (number >= first && number <= last) return number;
    throw new DatasetError(
      `${where}: "${cell ?? ""}" is no list of labels from ${first} to ${last}. Mend or remove the line.`,
    );
  });
}

/**
 * Checks that only the columns of a corpus are filled.
 * @throws DatasetError naming `where`, when a cell beyond them has content
 */
export function refuseFurtherCells(record: readonly string[], columns: number, where: string): void {
  if (record.slice(columns).every((cell) => cell.trim() === "")) return;
  throw new DatasetError(`${where}: more than ${columns} columns. Remove stray tabs from the line.`);
}
