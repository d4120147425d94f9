import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { DatasetError } from "./dataset-error.js";

/** The most bytes that a CSV file may have. */
export const MAX_CSV_BYTES = 512 * 2 ** 20;

/** What the bytes of a CSV file say beyond its cells; filled in as they pass. */
export interface CsvTraits {
  bytes: number;
  /** Whether the file starts with a byte order mark. */
  bom: boolean;
  /** How the first line ends; undefined as long as it has not. */
  lineEnd: "\n" | "\r\n" | undefined;
}

/** Traits of which nothing is known yet. */
export function unknownTraits(): CsvTraits {
  return { bytes: 0, bom: false, lineEnd: undefined };
}

/**
 * Passes the bytes of a CSV file on and checks that they are UTF-8 and not too many.
 * @param traits is filled in with what the bytes say
 * @throws DatasetError with the line, and with what the file looks to be when it is not a CSV file in UTF-8
 */
export async function* checkedUtf8(
  source: AsyncIterable<Buffer | string>,
  { name, traits, maxBytes }: { name: string; traits: CsvTraits; maxBytes: number },
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for await (const piece of source) {
    const chunk = bytesOf(piece, name);
    if (traits.bytes === 0) assertCsv(chunk, name);
    note(chunk, traits);
    if (traits.bytes > maxBytes) throw new DatasetError(tooLarge(name, maxBytes));
    if (!decodes(decoder, chunk)) throw new DatasetError(`${name}, ${brokenLine(chunk, line)}`);
    line += newlines(chunk);
    yield chunk;
  }
  if (!decodes(decoder)) {
    throw new DatasetError(`${name} ends in the middle of a character. Copy the file again, it seems to be cut.`);
  }
}

function bytesOf(piece: Buffer | string, name: string): Buffer {
  if (typeof piece !== "string") return piece;
  if (piece.isWellFormed()) return Buffer.from(piece);
  throw new DatasetError(`${name} holds a lone surrogate, which is half of a Unicode character. Remove it.`);
}

const NOT_CSV: readonly { starts: readonly (number | "any")[]; looks: string }[] = [
  { starts: [0xff, 0xfe], looks: "looks like UTF-16 (little endian). Save it as CSV in UTF-8" },
  { starts: [0xfe, 0xff], looks: "looks like UTF-16 (big endian). Save it as CSV in UTF-8" },
  { starts: ["any", 0, "any", 0], looks: "looks like UTF-16 (little endian). Save it as CSV in UTF-8" },
  { starts: [0, "any", 0, "any"], looks: "looks like UTF-16 (big endian). Save it as CSV in UTF-8" },
  { starts: [0x50, 0x4b, 3, 4], looks: "looks like a ZIP file or a spreadsheet (.xlsx). Save it as CSV in UTF-8" },
  { starts: [0x1f, 0x8b], looks: "looks like a gzip file. Unpack it first" },
];

function assertCsv(chunk: Buffer, name: string): void {
  const match = NOT_CSV.find(({ starts }) => starts.every((byte, index) => byte === "any" || byte === chunk[index]));
  if (match) throw new DatasetError(`${name} is not a CSV file in UTF-8: it ${match.looks}.`);
}

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from("\uFEFF");

function note(chunk: Buffer, traits: CsvTraits): void {
  if (traits.bytes === 0) traits.bom = chunk.subarray(0, BOM.length).equals(BOM);
  traits.bytes += chunk.length;
  const end = chunk.indexOf(LF);
  if (traits.lineEnd === undefined && end >= 0) traits.lineEnd = chunk[end - 1] === CR ? "\r\n" : "\n";
}

function tooLarge(name: string, maxBytes: number): string {
  const limit = maxBytes >= 2 ** 20 ? `${maxBytes / 2 ** 20} MiB` : `${maxBytes} bytes`;
  return `${name} is larger than ${limit}. Split it into files of at most that size, or take fewer rows.`;
}

/** Whether bytes go on as UTF-8; without bytes, whether they have ended as UTF-8. */
function decodes(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

const HALF_CHARACTER = /\xED[\xA0-\xBF][\x80-\xBF]/;
const ONLY_WINDOWS_1252 = /[\x80-\x9F]/;

function brokenLine(chunk: Buffer, firstLine: number): string {
  // A line end is never part of another character, so lines can be judged apart; read as Latin-1 no byte is lost.
  const lines = chunk.toString("latin1").split("\n");
  const index = Math.max(
    0,
    lines.findIndex((line) => !isUtf8(Buffer.from(line, "latin1"))),
  );
  const [line, found] = [lines[index] ?? "", `line ${firstLine + index}`];
  if (HALF_CHARACTER.test(line)) {
    return `${found}: there is a lone surrogate, which is half of a Unicode character. Remove it.`;
  }
  const encoding = ONLY_WINDOWS_1252.test(line) ? "Windows-1252" : "Latin-1 (ISO 8859-1)";
  return `${found} is not UTF-8; it looks like ${encoding}. Save the file as CSV in UTF-8.`;
}

function newlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) count += 1;
  return count;
}
