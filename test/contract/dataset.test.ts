import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "@jest/globals";
import {
  type CsvDialect,
  createDatasetWriter,
  type DatasetRow,
  datasetRecord,
  EMOTIONS,
  readLabelledTexts,
} from "@sentiloop/inference/contract";

function row(text: string): DatasetRow {
  return {
    id: "01K",
    text,
    emotion: "joy",
    predictedEmotion: "fear",
    status: "REVISED",
    confidence: 0.5,
    probabilities: { anger: 0, disgust: 0, fear: 0.5, guilt: 0, joy: 0.25, sadness: 0.25, shame: 0 },
    modelVersion: "v1",
    version: 1,
    actor: "local",
    createdAt: "2026-01-01T00:00:00.000Z",
    verifiedAt: "2026-01-02T00:00:00.000Z",
  };
}

async function csv(texts: string[], dialect: CsvDialect = "RFC4180"): Promise<string> {
  const records = Readable.from(texts.map((text) => datasetRecord(row(text))));
  return (await buffer(records.pipe(createDatasetWriter(dialect)))).toString("utf8");
}

async function texts(file: string): Promise<string[]> {
  const read: string[] = [];
  for await (const { text } of readLabelledTexts(Readable.from([file]), "test.csv")) read.push(text);
  return read;
}

const awkward = [
  'He said "no"',
  "semi;colon, comma",
  "two\nlines",
  "windows\r\nlines",
  "lone\rreturn",
  "  spaces  ",
  "=1+1",
  "\uFEFFmark",
  "مرحبا",
  "👩‍👩‍👧 family",
];

describe("the RFC 4180 dialect", () => {
  test("gives back every text exactly as it was typed", async () => {
    expect(await texts(await csv(awkward))).toEqual(awkward);
  });

  test("writes the header line also when there are no rows", async () => {
    const probabilities = EMOTIONS.map((emotion) => `p_${emotion}`).join(",");
    expect(await csv([])).toBe(
      `id,text,emotion,predicted_emotion,status,confidence,${probabilities},model_version,version,actor,created_at,verified_at\n`,
    );
  });

  test("writes probabilities with six decimals and lines that end in LF", async () => {
    expect(await csv(["plain"])).toContain(
      "\n01K,plain,joy,fear,REVISED,0.500000,0.000000,0.000000,0.500000,0.000000,0.250000,0.250000,0.000000,v1,1,local,2026-01-01T00:00:00.000Z,2026-01-02T00:00:00.000Z\n",
    );
  });
});

describe("the spreadsheet dialect", () => {
  test("starts with a byte order mark and ends lines with CRLF", async () => {
    const file = await csv(["plain"], "SPREADSHEET");
    expect(file.startsWith("\uFEFFid,text,")).toBe(true);
    expect(file.split("\r\n")).toHaveLength(3);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(1)", "\t=1", " =1", "\n=1", "\uFEFF=1", "\r\n @x", "＝1", "＋1", "－1", "＠x"])(
    "makes %j harmless with a leading apostrophe, which reading takes away again",
    async (text) => {
      const file = await csv([text], "SPREADSHEET");
      expect(file).toContain(`'${text}`);
      expect(await texts(file)).toEqual([text]);
    },
  );

  test.each(["plain", "a=b", "'quoted", "🙂 = smile"])("leaves %j as it is", async (text) => {
    expect(await texts(await csv([text], "SPREADSHEET"))).toEqual([text]);
  });
});

describe("reading a dataset", () => {
  test("names the line of an unknown emotion", async () => {
    await expect(texts("text,emotion\nfine,joy\nodd,envy\n")).rejects.toThrow(
      'test.csv, line 3, column "emotion": unknown emotion "envy". Use one of anger, disgust, fear, guilt, joy, sadness, shame.',
    );
  });

  test("names a missing column and the columns found", async () => {
    await expect(texts("sentence,emotion\nfine,joy\n")).rejects.toThrow(
      'test.csv has no column "text" (found: sentence, emotion)',
    );
  });

  test("refuses broken quoting instead of guessing", async () => {
    await expect(texts('text,emotion\n"broken,joy\n')).rejects.toThrow("test.csv, line 2: the quoting is broken");
  });

  test("refuses a row with an empty text", async () => {
    await expect(texts("text,emotion\n ,joy\n")).rejects.toThrow('test.csv, line 2, column "text": the text is empty');
  });
});
