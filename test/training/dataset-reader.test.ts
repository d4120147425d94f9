import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LabelledText, type ReadingLimits, readLabelledTexts, readTexts } from "@sentiloop/inference/contract";
import { readDatasets } from "../../inference/training/dataset-file.js";
import { ScratchFolder } from "./scratch-folder.js";

async function read(file: string | Buffer | Buffer[], limits?: ReadingLimits): Promise<LabelledText[]> {
  const pieces = Array.isArray(file) ? file : [file];
  const rows: LabelledText[] = [];
  for await (const row of readLabelledTexts(Readable.from(pieces), "test.csv", limits)) rows.push(row);
  return rows;
}

describe("a row", () => {
  test("comes with its file, the line that it starts on and its status", async () => {
    const file = 'text,status,emotion\n"two\r\nlines\rand\na half",APPROVED,joy\n\nfine,PENDING,fear\nodd,,anger\n';
    expect(await read(file)).toEqual([
      { text: "two\r\nlines\rand\na half", emotion: "joy", status: "APPROVED", line: 2, file: "test.csv" },
      { text: "fine", emotion: "fear", status: "PENDING", line: 7, file: "test.csv" },
      { text: "odd", emotion: "anger", status: null, line: 8, file: "test.csv" },
    ]);
  });

  test("has no status where the file has no such column", async () => {
    expect(await read("emotion,text\njoy,fine")).toMatchObject([{ status: null, line: 2 }]);
  });

  test("is read the same with a byte order mark, CRLF, lone carriage returns and characters cut in two", async () => {
    const expected = [{ text: "Ä 🙂", emotion: "joy" }];
    expect(await read("\uFEFFtext,emotion\r\nÄ 🙂,joy\r\n")).toMatchObject(expected);
    expect(await read("text,emotion\rÄ 🙂,joy\r")).toMatchObject(expected);
    const bytes = [...Buffer.from("text,emotion\nÄ 🙂,joy\n")].map((byte) => Buffer.from([byte]));
    expect(await read(bytes)).toMatchObject(expected);
  });

  test("of a spreadsheet's export loses the apostrophe that made it harmless, and no other", async () => {
    const file = `\uFEFFtext,emotion\r\n'=1+1,joy\r\n'tis fine,joy\r\n`;
    expect((await read(file)).map(({ text }) => text)).toEqual(["=1+1", "'tis fine"]);
    expect(await read("text,emotion\n'=1+1,joy\n")).toMatchObject([{ text: "'=1+1" }]);
  });

  test("needs no label where only texts are read", async () => {
    const rows: unknown[] = [];
    for await (const row of readTexts(Readable.from(["text\nfine\n"]), "test.csv")) rows.push(row);
    expect(rows).toEqual([{ text: "fine", line: 2 }]);
    await expect(readTexts(Readable.from(['text\n" "\n']), "test.csv").next()).rejects.toThrow("the text is empty");
  });
});

describe("a file is refused, with what to do, that has", () => {
  const head = "text,emotion\nfine,joy\n";
  test.each<[string, string | Buffer, string]>([
    ["nothing in it", "", "test.csv is empty. It needs a line of column names, then rows."],
    ["only a header", "text,emotion\n", "test.csv has a line of column names but no rows. Add rows below it."],
    [
      "a label with a typing error",
      `${head}fine,sadnes\n`,
      'line 3, column "emotion": unknown emotion "sadnes". Did you mean "sadness"? Use one of anger,',
    ],
    ["a label in capitals", `${head}fine,JOY\n`, 'unknown emotion "JOY". Did you mean "joy"?'],
    ["a label that is like no other", `${head}fine,nonsense\n`, 'unknown emotion "nonsense". Use one of anger,'],
    ["an endless label", `${head}fine,${"x".repeat(500)}\n`, `unknown emotion "${"x".repeat(40)}…". Use one of`],
    [
      "an unknown status",
      "text,emotion,status\nfine,joy,DONE\n",
      'line 2, column "status": unknown status "DONE". Use one of PENDING, APPROVED, REVISED.',
    ],
    [
      "a column in capitals",
      "Text,emotion\nfine,joy\n",
      'test.csv has no column "text" (found: Text, emotion). Rename "Text" to "text".',
    ],
    ["semicolons", "text;emotion\nfine;joy\n", "Separate the columns with commas."],
    ["a column twice", "text,emotion,text\nfine,joy,x\n", 'test.csv has the column "text" twice. Leave one of them.'],
    [
      "too many cells",
      `${head}well, fine,joy\n`,
      "test.csv, line 3 has 3 cells, but the first line names 2 columns. Put cells that hold a comma",
    ],
    ["too few cells", `${head}fine\n`, "test.csv, line 3 has 1 cells, but"],
    [
      "an open quote",
      `${head}"fine,joy\n`,
      'line 3: the quoting is broken: a cell starts with " and never ends with it.',
    ],
    [
      "an open quote before much more",
      `${head}"fine,joy\n${"fine,joy\n".repeat(2e5)}`,
      "line 3: the quoting is broken: a row is longer than 1 MiB",
    ],
    ["a quote in the middle", `${head}fi"ne,joy\n`, 'line 3: the quoting is broken: there is a " inside a cell'],
    [
      "something after a quote",
      `${head}"fi"ne,joy\n`,
      'line 3: the quoting is broken: something follows the " that ends a cell',
    ],
    [
      "only blanks in a cell",
      `${head}" \t ",joy\n`,
      'line 3, column "text": the text is empty (" \\t "). Remove the row or fill it.',
    ],
    ["a NUL", `${head}fi\0ne,joy\n`, 'line 3, column "text", "fi\\u0000ne": The text contains a NUL character'],
    [
      "a text over 5000 code points",
      `${head}${"🙂".repeat(5001)},joy\n`,
      `"${"🙂".repeat(40)}…": The text has 5001 characters; at most 5000 are allowed.`,
    ],
    ["half of a character", `${head}\uD800,joy\n`, "test.csv holds a lone surrogate"],
    [
      "half of a character in its bytes",
      Buffer.from(`${head}\xED\xA0\x80,joy\n`, "latin1"),
      "line 3: there is a lone surrogate",
    ],
    [
      "UTF-16 with a mark",
      Buffer.from(`\uFEFF${head}`, "utf16le"),
      "it looks like UTF-16 (little endian). Save it as CSV in UTF-8.",
    ],
    ["UTF-16 without one", Buffer.from(head, "utf16le"), "it looks like UTF-16 (little endian)."],
    [
      "UTF-16 the other way round",
      Buffer.from(`\uFEFF${head}`, "utf16le").swap16(),
      "it looks like UTF-16 (big endian).",
    ],
    [
      "Latin-1",
      Buffer.from(`${head}d\xE9j\xE0 vu,joy\n`, "latin1"),
      "test.csv, line 3 is not UTF-8; it looks like Latin-1 (ISO 8859-1). Save",
    ],
    [
      "Windows-1252",
      Buffer.from(`${head}don\x92t,joy\n`, "latin1"),
      "test.csv, line 3 is not UTF-8; it looks like Windows-1252. Save",
    ],
    [
      "a workbook's bytes",
      Buffer.from("PK\x03\x04rest", "latin1"),
      "it looks like a ZIP file or a spreadsheet (.xlsx).",
    ],
    [
      "an end in the middle of a character",
      Buffer.from(`${head}fine,jo\xC3`, "latin1"),
      "test.csv ends in the middle of a character.",
    ],
  ])("%s", async (_, file, message) => {
    await expect(read(file)).rejects.toThrow(message);
  });

  test("more bytes than allowed", async () => {
    await expect(read(head, { maxBytes: 16 })).rejects.toThrow("test.csv is larger than 16 bytes. Split it into files");
  });
});

describe("reading files", () => {
  let folder: ScratchFolder;
  beforeAll(async () => {
    folder = await ScratchFolder.create();
  });
  afterAll(() => folder.remove());

  test("gives all rows, the rows of each file and the checksums of each and of all", async () => {
    const contents = ["text,emotion\nfine,joy\n", "text,emotion\nodd,fear\nwell,joy\n"];
    const files = [folder.file("a.csv"), folder.file("b.csv")];
    await Promise.all(files.map((file, index) => writeFile(file, contents[index] ?? "")));
    const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
    const dataset = await readDatasets(files);
    expect(dataset.rows.map(({ file, line }) => [file, line])).toEqual([
      [files[0], 2],
      [files[1], 2],
      [files[1], 3],
    ]);
    expect(dataset.sha256).toBe(sha256(contents.join("")));
    expect(dataset.files).toEqual([
      { file: files[0], rows: 1, sha256: sha256(contents[0] ?? "") },
      { file: files[1], rows: 2, sha256: sha256(contents[1] ?? "") },
    ]);
  });

  test("says which file is not there", async () => {
    await expect(readDatasets([folder.file("none.csv")])).rejects.toThrow(/none\.csv cannot be read: ENOENT/);
  });
});
