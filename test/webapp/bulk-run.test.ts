import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import { useOperations } from "../../webapp/src/api/useOperations.js";
import { BulkRun } from "../../webapp/src/bulk/bulk-run.js";
import { TextTable } from "../../webapp/src/bulk/text-table.js";
import type { RemoteTable } from "../../webapp/src/bulk/worker-table.js";
import { PredictManyDocument } from "../../webapp/src/generated/graphql.js";
import { loadFurtherTexts } from "../../webapp/src/i18n.js";
import { held } from "./held.js";
import { openPage, type Page, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** A file of texts on its way through a server that may be slow, busy or gone. */

let server: PredictionServer;
let page: Page<{ run: BulkRun }>;
/** For how many seconds the run wanted to wait, and what lets it go on. */
let waits: { seconds: number; wake(): void }[];

beforeAll(loadFurtherTexts);
beforeEach(async () => {
  server = await startPredictionServer();
  const { predictions } = server;
  const kept = new Map<string, unknown>();
  const predict = (text: string) =>
    text.trim() ? { prediction: predictions.add(text) } : { error: "The text is empty." };
  server.resolvers = {
    predictMany: ({ texts, idempotencyKey }: { texts: string[]; idempotencyKey: string }) => {
      if (!kept.has(idempotencyKey)) kept.set(idempotencyKey, texts.map(predict));
      return kept.get(idempotencyKey);
    },
  };
  waits = [];
  page = openPage(server, setUp);
});
afterEach(async () => {
  page.leave();
  await server.close();
});

function setUp(): { run: BulkRun } {
  const { mutate } = useOperations();
  const run = new BulkRun({
    openTable: tableHere,
    predictMany: async (texts, idempotencyKey) =>
      (await mutate(PredictManyDocument, { texts: [...texts], idempotencyKey })).predictMany,
    sleep: (seconds, signal) =>
      new Promise((resolve) => {
        waits.push({ seconds, wake: resolve });
        signal.addEventListener("abort", () => resolve());
      }),
  });
  return { run };
}

/** A table without a worker. */
function tableHere(): RemoteTable {
  const table = new TextTable();
  return {
    read: (...args) => table.read(...args),
    choose: async (...args) => table.choose(...args),
    next: async () => table.next(),
    record: async (...args) => table.record(...args),
    results: async (...args) => table.results(...args),
    problems: async () => table.problems(),
    close: () => {},
  };
}

const lines = (count: number) => Array.from({ length: count }, (_, number) => `joy ${number}`).join("\n");
const sentTexts = () => server.sent.map(({ variables }) => (variables as { texts: string[] }).texts.length);
const stored = () => server.predictions.all.map(({ text }) => text).reverse();

async function choose(content: string, name = "texts.txt"): Promise<void> {
  await page.run.choose(new File([content], name));
}

/** Holds answers back. `asked` settles when the server was asked for the first one. */
function holdAnswers(): { asked: Promise<void>; open(): void } {
  const gate = held();
  const asked = new Promise<void>((resolve) => {
    server.answer = (operation, execute) => {
      resolve();
      return gate.answer(operation, execute);
    };
  });
  return { asked, open: gate.open };
}

/** The next request is answered by an error, all later ones as ever. */
function refuseOnce(code: string, extensions: object = {}): void {
  server.answer = async () => {
    server.answer = (_operation, execute) => execute();
    return { errors: [new GraphQLError("Not now.", { extensions: { code, ...extensions } })] };
  };
}

describe("a file", () => {
  test("is predicted in parts, each text once and in its order", async () => {
    await choose(lines(230));
    expect(page.run.state).toMatchObject({ phase: "ready", total: 230 });
    await page.run.go();
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 230, failed: 0 });
    expect(sentTexts()).toEqual([100, 100, 30]);
    expect(stored()).toEqual(lines(230).split("\n"));
  });

  test("of which rows are bad tells each of them, and the others are predicted", async () => {
    await choose(`id,text\n1,joy\n2,\n3,a,b\n4,"fear"\n`, "texts.csv");
    expect(page.run.state).toMatchObject({ columns: ["id", "text"], column: 1 });
    await page.run.go();
    expect(page.run.state).toMatchObject({ predicted: 2, failed: 2 });
    expect(page.run.state.problems.map(({ row, error }) => `${row}: ${error}`)).toEqual([
      "3: The text is empty.",
      "4: The row has 3 cells and the first line 2. Put texts with the separator into quotation marks.",
    ]);
    const results = await (await page.run.results())?.text();
    const [header, first] = results?.replace("\uFEFF", "").split("\r\n") ?? [];
    expect(header).toBe("text,label,confidence,p_anger,p_disgust,p_fear,p_guilt,p_joy,p_sadness,p_shame,id");
    expect(first).toMatch(/^joy,joy,0\.700000,0\.05\d+,.*,0\.700000,.*,01TEST0000$/);
  });

  test.each([
    ["big.csv", "x".repeat(20_000_001), "It has 20 MB; at most 20 MB are allowed. Split it into several files."],
    ["empty.csv", "", "It holds no texts."],
    ["names.csv", ";;\n1;2;3\n", "Its first line names no columns. Put names there, for example: text."],
  ])("that cannot be used says why: %s", async (name, content, message) => {
    await choose(content, name);
    expect(page.run.state).toMatchObject({ phase: "empty", file: { name } });
    expect(page.run.state.failure?.message).toBe(message);
  });
});

describe("a run", () => {
  test("that is paused sends nothing until it goes on, and loses nothing", async () => {
    await choose(lines(230));
    const gate = holdAnswers();
    const run = page.run.go();
    await gate.asked;
    page.run.pause();
    gate.open();
    await run;
    expect(page.run.state).toMatchObject({ phase: "paused", predicted: 100 });
    await page.run.go();
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 230 });
    expect(stored()).toEqual(lines(230).split("\n"));
  });

  test("that is resumed before the part on its way was answered sends no text twice", async () => {
    await choose(lines(150));
    const gate = holdAnswers();
    const run = page.run.go();
    await gate.asked;
    page.run.pause();
    await page.run.go();
    gate.open();
    await run;
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 150 });
    expect(stored()).toEqual(lines(150).split("\n"));
  });

  test("waits as long as a busy server asks, then goes on by itself", async () => {
    await choose(lines(3));
    refuseOnce("RATE_LIMITED", { retryAfterSeconds: 7 });
    const run = page.run.go();
    await until(() => page.run.state.phase === "waiting");
    expect(page.run.state.waitSeconds).toBe(7);
    expect(waits.map(({ seconds }) => seconds)).toEqual([7]);
    waits[0]?.wake();
    await run;
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 3, failure: null });
  });

  test("waits longer each time where the server does not say how long", async () => {
    await choose(lines(3));
    server.answer = async () => ({
      errors: [new GraphQLError("Away.", { extensions: { code: "INFERENCE_UNAVAILABLE" } })],
    });
    void page.run.go();
    for (const seconds of [1, 2, 4]) {
      await until(() => page.run.state.phase === "waiting" && page.run.state.waitSeconds === seconds);
      waits.at(-1)?.wake();
    }
    await page.run.stop();
  });

  test("can be paused while it waits", async () => {
    await choose(lines(3));
    refuseOnce("RATE_LIMITED", { retryAfterSeconds: 7 });
    const run = page.run.go();
    await until(() => page.run.state.phase === "waiting");
    page.run.pause();
    await run;
    expect(page.run.state.phase).toBe("paused");
    await page.run.go();
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 3 });
  });

  test("whose answer was lost sends the same texts by the same key, so that nothing is predicted twice", async () => {
    await choose(lines(130));
    server.answer = async (_operation, execute) => {
      server.answer = (_next, run) => run();
      await execute();
      return "cut";
    };
    const run = page.run.go();
    await until(() => page.run.state.phase === "waiting");
    waits[0]?.wake();
    await run;
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 130, failed: 0 });
    expect(sentTexts()).toEqual([100, 100, 30]);
    const [first, again, other] = server.sent.map(({ variables }) => variables.idempotencyKey);
    expect(first).toEqual(expect.any(String));
    expect([again === first, other === first]).toEqual([true, false]);
    expect(stored()).toEqual(lines(130).split("\n"));
  });

  test("that is refused goes on after the person has done something about it", async () => {
    await choose(lines(3));
    refuseOnce("FORBIDDEN");
    await page.run.go();
    expect(page.run.state).toMatchObject({ phase: "halted" });
    await page.run.go();
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 3 });
  });

  test("that is stopped tells how far it came, and the part on its way counts", async () => {
    await choose(lines(230));
    const gate = holdAnswers();
    const run = page.run.go();
    await gate.asked;
    await page.run.stop();
    gate.open();
    await run;
    expect(page.run.state).toMatchObject({ phase: "stopped", predicted: 100, total: 230 });
    expect(sentTexts()).toEqual([100]);
  });

  test("that is stopped with an answer lost lists those texts", async () => {
    await choose(lines(3));
    server.answer = async () => "cut";
    const run = page.run.go();
    await until(() => page.run.state.phase === "waiting");
    await page.run.stop();
    await run;
    expect(page.run.state).toMatchObject({ phase: "stopped", failed: 3 });
    expect(await (await page.run.problems())?.text()).toContain("joy 2");
  });

  test("does not mix with the file that is chosen after it was stopped", async () => {
    await choose(lines(3));
    const gate = holdAnswers();
    const run = page.run.go();
    await gate.asked;
    await page.run.stop();
    await choose("fear", "other.txt");
    server.answer = (_operation, execute) => execute();
    const next = page.run.go();
    gate.open();
    await Promise.all([run, next]);
    expect(page.run.state).toMatchObject({ phase: "finished", predicted: 1, total: 1 });
  });
});
