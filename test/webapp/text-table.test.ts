import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "@jest/globals";
import { createDatasetWriter, DATASET_COLUMNS } from "@sentiloop/inference/contract";
import { parse } from "csv-parse/browser/esm/sync";
import { harmlessCell, originalCell } from "../../webapp/src/bulk/spreadsheet-cell.js";
import { readTextFile, type TextFileKind } from "../../webapp/src/bulk/text-file.js";
import { TextTable } from "../../webapp/src/bulk/text-table.js";

/** Files of texts as people have them, and the files that come out of them. */

const MARK = "\uFEFF";
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, kind: TextFileKind = "csv") => readTextFile(bytes(text), kind);
const problemOf = (content: Uint8Array, kind: TextFileKind = "csv") => {
  try {
    return readTextFile(content, kind);
  } catch (cause) {
    return cause;
  }
};

async function tableOf(text: string, kind: TextFileKind = "csv", column = 0): Promise<TextTable> {
  const table = new TextTable();
  await table.read(new Blob([text]), kind);
  table.choose(column, 0);
  return table;
}

async function cellsOf(file: Blob): Promise<string[][]> {
  return parse(await file.text(), { bom: true });
}

describe("a CSV file", () => {
  test("is read with its columns, its rows counted as a spreadsheet counts them", () => {
    expect(read('id,text\n1,"two\nlines, one ""text"""\n\n2,b\n')).toEqual({
      columns: ["id", "text"],
      rows: [
        { row: 2, cells: ["1", 'two\nlines, one "text"'] },
        { row: 4, cells: ["2", "b"] },
      ],
    });
  });

  test.each([
    ["semicolons", "id;text\r\n1;a, b\r\n"],
    ["tabs", "id\ttext\n1\ta, b\n"],
    ["a byte order mark", `${MARK}id,text\n1,"a, b"\n`],
  ])("may have %s", (_what, text) => {
    expect(read(text)).toEqual({ columns: ["id", "text"], rows: [{ row: 2, cells: ["1", "a, b"] }] });
  });

  test("keeps a row with too few or too many cells, for the person to see", () => {
    expect(read("id,text\n1\n1,2,3\n").rows.map(({ cells }) => cells.length)).toEqual([1, 3]);
  });

  test.each([
    ["EMPTY", ""],
    ["EMPTY", "text\n"],
    ["EMPTY", "text\n\n\n"],
    ["NO_HEADER", ",,\n1,2,3\n"],
    ["NOT_CSV", 'text\nfine\nsaid "no"\n'],
    ["NOT_CSV", 'text\n"never closed\n'],
  ])("is refused as %s: %j", (problem, text) => {
    expect(problemOf(bytes(text))).toMatchObject({ name: "TextFileError", problem });
  });

  test("that is wrong names the line", () => {
    expect(problemOf(bytes('text\nfine\nsaid "no"\n'))).toMatchObject({ line: 3 });
  });

  test.each([
    ["Windows-1252", Uint8Array.of(...bytes("text\n"), 0xe9)],
    ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x74, 0x00)],
  ])("in %s is refused rather than read wrongly", (_encoding, content) => {
    expect(problemOf(content)).toMatchObject({ problem: "NOT_UTF8" });
  });
});

test("a text file holds one text a line", () => {
  expect(read("one, two\r\n\r\n=three\n", "lines")).toEqual({
    columns: null,
    rows: [
      { row: 1, cells: ["one, two"] },
      { row: 3, cells: ["=three"] },
    ],
  });
});

const awkward = ["=1+1", "\t=x", "@a", " -1", "＝1", "plain", "'quoted", "a\r\nb", "  spaces  ", 'say "no"', "\n=1"];

test("cells are made harmless just as exports for spreadsheets do it, and read back", async () => {
  const records = Readable.from(awkward.map((cell) => [cell, ...DATASET_COLUMNS.slice(1).map(() => "")]));
  const file = await text(records.pipe(createDatasetWriter("SPREADSHEET")));
  const written = parse(file, { bom: true });
  expect(awkward.map(harmlessCell)).toEqual(written.slice(1).map(([cell]) => cell));
  expect(awkward.map(harmlessCell).map(originalCell)).toEqual(awkward);
});

describe("what is sent", () => {
  const drain = (table: TextTable) => {
    const requests: number[] = [];
    for (let items = table.next(); items.length > 0; items = table.next()) requests.push(items.length);
    return requests;
  };

  test("are a hundred texts at a time, each once", async () => {
    const lines = Array.from({ length: 250 }, (_, number) => `text ${number}`).join("\n");
    expect(drain(await tableOf(lines, "lines"))).toEqual([100, 100, 50]);
  });

  test("are fewer where they would be too much for one request", async () => {
    const lines = Array.from({ length: 30 }, () => "€".repeat(5000)).join("\n");
    const requests = drain(await tableOf(lines, "lines"));
    expect(requests).toEqual([13, 13, 4]);
  });

  test("leave out what the server would refuse whole, with the reason", async () => {
    const table = await tableOf(`id,text\n1,${"x".repeat(5001)}\n1,2,3\n1,good\n`, "csv", 1);
    expect(table.next().map(({ row, problem }) => ({ row, problem }))).toEqual([
      { row: 2, problem: { code: "TOO_LONG", length: 5001 } },
      { row: 3, problem: { code: "CELLS", found: 3, expected: 2 } },
      { row: 4, problem: undefined },
    ]);
  });
});

describe("what comes out", () => {
  test("are two files that no spreadsheet runs, with every text once", async () => {
    const table = await tableOf(["text", "=1+1", '"a, b"', "bad"].join("\n"));
    table.next();
    table.record([
      { index: 0, cells: ["joy", "0.700000"] },
      { index: 1, cells: ["fear", "0.500000"] },
      { index: 2, error: "It is bad." },
    ]);
    expect(await cellsOf(table.results(["label", "confidence"]))).toEqual([
      ["text", "label", "confidence"],
      ["'=1+1", "joy", "0.700000"],
      ["a, b", "fear", "0.500000"],
    ]);
    expect(await cellsOf(table.problems())).toEqual([
      ["row", "error", "text"],
      ["4", "It is bad.", "bad"],
    ]);
  });

  test("are whole however many rows they have", async () => {
    const count = 25_000;
    const table = await tableOf(Array.from({ length: count }, (_, number) => `text ${number}`).join("\n"), "lines");
    table.record(Array.from({ length: count }, (_, index) => ({ index, cells: ["joy"] })));
    const cells = await cellsOf(table.results(["label"]));
    expect(cells).toHaveLength(count + 1);
    expect(cells.at(-1)).toEqual([`text ${count - 1}`, "joy"]);
  });
});
