import type { Explanation } from "./prediction.js";

/** A part of a text, and how much it spoke for the emotion, -1 to 1; 0 where it did not count. */
export interface TextPart {
  text: string;
  weight: number;
}

/** Less than this share of the strongest word is noise. */
const NOTICEABLE = 0.12;
/** How many words are named, and the share of the strongest word's weight that each must have. */
const NAMED = 3;
const NAMEABLE = 0.3;

/** Cuts a text into what spoke for or against its emotion, and the rest. Together the parts are the text. */
export function explainedText(text: string, explanation: Explanation): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { start, end: next, weight } of explanation) {
    if (start < end || next > text.length) continue;
    if (start > end) parts.push({ text: text.slice(end, start), weight: 0 });
    parts.push({ text: text.slice(start, next), weight: isNoticeable(weight, explanation) ? weight : 0 });
    end = next;
  }
  if (end < text.length) parts.push({ text: text.slice(end), weight: 0 });
  return parts;
}

/** A comma that counted is tinted, but named among words it would only puzzle. */
const WORD = /[\p{L}\p{N}]/u;

/** The words that spoke most for the emotion, the strongest first. */
export function strongestParts(parts: readonly TextPart[]): string[] {
  const words = parts.filter(({ text }) => WORD.test(text));
  const speaking = words.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  const least = NAMEABLE * (speaking[0]?.weight ?? 0);
  const strong = speaking.filter(({ weight }) => weight >= least).map(({ text }) => text);
  return [...new Set(strong)].slice(0, NAMED);
}

function isNoticeable(weight: number, explanation: Explanation): boolean {
  return Math.abs(weight) >= NOTICEABLE * Math.max(...explanation.map((each) => Math.abs(each.weight)));
}
