import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cleanText } from "../../inference/training/corpora/corpus.js";
import { FirstPerson } from "../../inference/training/corpora/first-person.js";
import {
  readCorpora,
  readEvent2Mind,
  readGoEmotions,
  readIsear,
  readXed,
} from "../../inference/training/corpora/index.js";
import { ScratchFolder } from "./scratch-folder.js";

let folder: ScratchFolder;

beforeEach(async () => {
  folder = await ScratchFolder.create();
});

afterEach(() => folder.remove());

async function write(name: string, content: string): Promise<void> {
  await mkdir(dirname(folder.file(name)), { recursive: true });
  await writeFile(folder.file(name), content);
}

async function writeGoEmotions(train: string): Promise<void> {
  await write("labels.txt", "anger\nneutral\njoy");
  await write("train.tsv", train);
  await write("dev.tsv", "Dev text here\t2\tid7\n");
  await write("test.tsv", "Test text here\t0\tid8\n");
}

describe("GoEmotions", () => {
  test("keeps the neutral texts apart and numbers the other labels anew", async () => {
    await writeGoEmotions('So good &amp; kind [NAME]\t2,0\tid1\n"He said ""go"" twice"\t1\tid2\nSO ANGRY\t0,1\tid3\n');
    expect(await readGoEmotions(folder.path)).toEqual({
      name: "goemotions",
      labels: ["anger", "joy"],
      texts: [
        { text: "So good & kind someone", labels: [0, 1] },
        { text: "SO ANGRY", labels: [0] },
        { text: "Dev text here", labels: [1] },
        { text: "Test text here", labels: [0] },
      ],
      neutralTexts: ['He said "go" twice'],
    });
  });

  test("joins the labels of a text that comes twice; an emotion outdoes neutral", async () => {
    await writeGoEmotions("Well done\t1\ta\nwell done\t2\tb\nWELL DONE\t0\tc\n");
    const { texts, neutralTexts } = await readGoEmotions(folder.path);
    expect(texts[0]).toEqual({ text: "well done", labels: [0, 1] });
    expect(neutralTexts).toEqual([]);
  });

  test.each(["3", "x", "", "-1"])("refuses the label %j with file and line", async (label) => {
    await writeGoEmotions(`Fine\t0\ta\nWrong\t${label}\tb\n`);
    await expect(readGoEmotions(folder.path)).rejects.toThrow(/train\.tsv, line 2: .* labels from 0 to 2/);
  });

  test("names a missing file", async () => {
    await write("labels.txt", "joy\nneutral\n");
    await expect(readGoEmotions(folder.path)).rejects.toThrow(/train\.tsv is missing\. Put/);
  });
});

describe("XED", () => {
  test("reads numbers from 1, carriage returns, unquoted marks and blank lines", async () => {
    await write("en-annotated.tsv", "Say \" it' s fine .\t5, 8\r\n, ...\t1\r\n[PERSON] is gone .\t6\r\n");
    await write("neu_en.txt", "9\tOne moment please.\n\t\t\t\t\n9\tNothing\t\t\t\n");
    const { labels, texts, neutralTexts } = await readXed(folder.path);
    expect(labels[4]).toBe("joy");
    expect(texts).toEqual([
      { text: "Say \" it' s fine.", labels: [4, 7] },
      { text: "someone is gone.", labels: [5] },
    ]);
    expect(neutralTexts).toEqual(["One moment please.", "Nothing"]);
  });

  test("refuses a ninth emotion, a column too many and a neutral line that is none", async () => {
    await write("en-annotated.tsv", "Fine .\t9\n");
    await write("neu_en.txt", "8\tNo.\n");
    await expect(readXed(folder.path)).rejects.toThrow(/en-annotated\.tsv, line 1: "9"/);
    await write("en-annotated.tsv", "Fine .\t1\tmore\n");
    await expect(readXed(folder.path)).rejects.toThrow("more than 2 columns");
    await write("en-annotated.tsv", "Fine .\t1\n");
    await expect(readXed(folder.path)).rejects.toThrow(/neu_en\.txt, line 1: "8"/);
  });
});

describe("Event2Mind", () => {
  const header = "Source,Event,Xintent,Xemotion,Otheremotion,Xsent,Osent\n";

  test("groups by event, tells it in the first person and leaves out who feels nothing", async () => {
    const rows = [
      'a,PersonX goes home,[],"[""Happy."", ""tired""]",[],,',
      'a,PersonX goes home,[],"[""happy""]",[],,',
      'a,It is late,[],"[""none""]",[],,',
    ];
    await write("train.csv", `${header}${rows.join("\n")}\n`);
    expect(await readEvent2Mind(folder.path)).toEqual({
      name: "event2mind",
      labels: ["happy", "tired"],
      texts: [{ text: "I go home.", labels: [0, 1] }],
    });
  });

  test("has the most frequent reactions alone for labels", async () => {
    const word = (n: number) => String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26));
    const rows = Array.from({ length: 70 }, (_, n) => `a,PersonX runs ${n},[],"[""${word(n)}"",""often""]",[],,\n`);
    await write("train.csv", header + rows.join(""));
    const { labels, texts } = await readEvent2Mind(folder.path);
    expect(labels).toHaveLength(60);
    expect(labels[0]).toBe("often");
    expect(texts[69]).toEqual({ text: "I run 69.", labels: [0] });
  });

  test("refuses a cell that is no list, and a file without its columns", async () => {
    await write("train.csv", `${header}a,PersonX runs,[],happy,[],,\n`);
    await expect(readEvent2Mind(folder.path)).rejects.toThrow(/train\.csv, line 2: Xemotion is no JSON list/);
    await write("train.csv", "Event,Mood\na,b\n");
    await expect(readEvent2Mind(folder.path)).rejects.toThrow("has no column Xemotion (found: Event, Mood)");
  });
});

describe("an event in the first person", () => {
  const events = ["PersonX goes", "PersonX cries", "PersonX is", "PersonX breaks"];
  test.each([
    ["PersonX goes to PersonX's house with PersonY", "I go to my house with someone."],
    ["PersonX always watches PersonY 's brother", "I always watch someone's brother."],
    ["PersonX does n't find PersonX's ___", "I don't find my thing."],
    ["PersonX can n't sleep", "I can't sleep."],
    ["PersonX falls and breaks ___", "I fall and break it."],
    ["PersonX jumps before PersonX is pushed", "I jump before I am pushed."],
    ["PersonX lets PersonX go", "I let myself go."],
    ["PersonX bites off more than PersonX can chew", "I bite off more than I can chew."],
    ["PersonX cries herself to sleep", "I cry myself to sleep."],
    ["PersonX never misses a kiss", "I never miss a kiss."],
    ["It is PersonX's birthday", "It is my birthday."],
    ["It hurts PersonX", "It hurts me."],
  ])("%s", (event, told) => {
    expect(new FirstPerson(events).tell(event)).toBe(told);
  });
});

describe("ISEAR", () => {
  const header = "ID|EMOT|MYKEY|SIT|STATE|\n";

  test("reads the original with its codes, stray characters and bars inside a report", async () => {
    const rows = [
      "1|1|a|When I passed á the exam. |1|",
      '2|3|b|The \\big bag\\" of á|my uncle fell."|1|',
      "3|7|c|When I passed the exam|1|",
      "4|2|d|[ No response.]|1|",
      "5|2|e|Peeping.|1|",
      "6|6|f|I fell over.|1|",
      "7|6|g|I fell over!|1|",
    ];
    await write("isear.csv", `${header}${rows.join("\n")}\n`);
    expect(await readIsear(folder.path)).toEqual([
      { text: "The big bag of my uncle fell.", emotion: "anger" },
      { text: "I fell over.", emotion: "shame" },
    ]);
  });

  test("refuses an unknown code and a line cut short", async () => {
    await write("isear.csv", `${header}1|8|a|I fell over.|1|\n`);
    await expect(readIsear(folder.path)).rejects.toThrow(/isear\.csv, line 2: "8"/);
    await write("isear.csv", `${header}1|8|a\n`);
    await expect(readIsear(folder.path)).rejects.toThrow("line 2: 3 cells, not 6");
  });

  test("reads a plain file, and says when there is neither", async () => {
    await expect(readIsear(folder.path)).rejects.toThrow("neither isear.csv nor train.csv");
    await write("train.csv", "text,emotion\nI fell over.,shame\n");
    expect(await readIsear(folder.path)).toMatchObject([{ text: "I fell over.", emotion: "shame" }]);
  });
});

test("reads the corpora that are there and says when none is", async () => {
  await expect(readCorpora(folder.path)).rejects.toThrow("at least one of the folders goemotions, xed, event2mind");
  await write("xed/en-annotated.tsv", "Fine .\t1\n");
  await write("xed/neu_en.txt", "9\tNo.\n");
  expect((await readCorpora(folder.path)).map(({ name }) => name)).toEqual(["xed"]);
});

test("cleans a text of entities, marks and white space", () => {
  expect(cleanText("  It&#39;s &lt;b&gt; [RELIGION]  and [LOCATION] ,\tok ! &bogus; &#0;")).toBe(
    "It's <b> and somewhere, ok! &bogus; &#0;",
  );
});
