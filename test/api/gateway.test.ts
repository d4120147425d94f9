import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readLabelledTexts } from "@sentiloop/inference/contract";
import { ulid } from "ulid";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { APPROVE, exported, graphql, PREDICT, REVISE, UNDO } from "../support/graphql.js";

let server: TestGateway;

beforeAll(async () => {
  server = await startGateway();
});
afterAll(() => server.stop());

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);

describe("predict", () => {
  test("classifies a text and stores it exactly as sent", async () => {
    const text = '  I won the lottery, "finally"!\n😀 مرحبا; =1+1 ';
    const { data } = await call(PREDICT, { text });
    expect(data.predict).toMatchObject({ text, status: "PENDING", version: 0, history: [], verifiedEmotion: null });
    const probabilities: number[] = data.predict.probabilities.map((p: { probability: number }) => p.probability);
    expect(probabilities).toHaveLength(7);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
    expect(data.predict).toMatchObject({
      emotion: data.predict.probabilities[0].emotion,
      confidence: probabilities[0],
      uncertain: data.predict.uncertaintyReasons.length > 0,
    });
    expect((await server.store.find(data.predict.id))?.text).toBe(text);
  });

  test.each([
    ["nothing", "", "empty"],
    ["white space only", " \n\t　", "empty"],
    ["5,001 characters", "😀".repeat(5001), "5001"],
    ["a NUL", "a\0b", "NUL"],
    ["a lone surrogate", "a\ud800b", "surrogate"],
  ])("refuses %s, says why and stores nothing", async (_, text, reason) => {
    const before = await call("{ feedbackSummary { total } }");
    const { status, data, errors } = await call(PREDICT, { text });
    expect(status).toBe(200);
    expect(data).toBeNull();
    expect(errors?.[0]?.message).toContain(reason);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "text" });
    expect((await call("{ feedbackSummary { total } }")).data).toEqual(before.data);
  });

  test("takes 5,000 characters outside the basic plane", async () => {
    const { data } = await call(PREDICT, { text: ` ${"😀".repeat(5000)} ` });
    expect(data.predict.text).toHaveLength(10_002);
  });

  test("with one idempotency key makes one prediction, also under fifty parallel calls", async () => {
    const variables = { text: "I was robbed.", key: "order-1" };
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(PREDICT, variables)));
    expect(new Set(answers.map(({ data }) => data.predict.id)).size).toBe(1);
    const other = await call(PREDICT, { ...variables, text: "I was not robbed." });
    expect(other.errors?.[0]?.extensions.code).toBe("CONFLICT");
    expect((await call(PREDICT, { ...variables, key: "x".repeat(256) })).errors?.[0]?.extensions).toMatchObject({
      code: "BAD_USER_INPUT",
      argument: "idempotencyKey",
    });
  });
});

describe("predictMany", () => {
  const PREDICT_MANY =
    "mutation ($texts: [String!]!) { predictMany(texts: $texts) { error prediction { id text status emotion } } }";

  test("answers in the order asked, with an error for each text that is refused", async () => {
    const texts = ["I won.", " \n", "a\0b", "a\ud800b", "😀".repeat(5001), "I won.", "I lost."];
    const { data } = await call(PREDICT_MANY, { texts });
    const reasons = [null, "empty", "NUL", "surrogate", "5001", null, null];
    for (const [index, { error, prediction }] of data.predictMany.entries()) {
      const reason = reasons[index];
      if (reason === null) {
        expect(error).toBeNull();
        expect(prediction).toMatchObject({ text: texts[index], status: "PENDING" });
        expect((await server.store.find(prediction.id))?.text).toBe(texts[index]);
      } else {
        expect(prediction).toBeNull();
        expect(error).toContain(reason);
      }
    }
    expect(
      new Set(data.predictMany.map(({ prediction }: { prediction?: { id: string } }) => prediction?.id)).size,
    ).toBe(4);
  });

  test("takes 100 texts, none too, and refuses more", async () => {
    const texts = Array.from({ length: 100 }, (_, index) => `many ${index}`);
    const { data } = await call(PREDICT_MANY, { texts });
    expect(data.predictMany.map(({ prediction }: { prediction: { text: string } }) => prediction.text)).toEqual(texts);
    expect((await call(PREDICT_MANY, { texts: [] })).data.predictMany).toEqual([]);
    const { errors } = await call(PREDICT_MANY, { texts: [...texts, "one more"] });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining("101"),
      extensions: { code: "BAD_USER_INPUT", argument: "texts" },
    });
  });
});

describe("reviewQueue", () => {
  test("gives what is PENDING, the least confident first, but for one in five", async () => {
    const { data } = await call("{ reviewQueue(first: 4) { id status confidence } }");
    expect(data.reviewQueue).toHaveLength(4);
    const confidences = data.reviewQueue.slice(0, 3).map(({ confidence }: { confidence: number }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => a - b));
    const [first] = data.reviewQueue;
    await call(APPROVE, { id: first.id });
    const after = (await call("{ reviewQueue { id status } }")).data.reviewQueue;
    expect(after.map(({ id }: { id: string }) => id)).not.toContain(first.id);
    expect(after.every(({ status }: { status: string }) => status === "PENDING")).toBe(true);
  });

  test.each([0, 101, -1])("refuses first: %d", async (first) => {
    const { errors } = await call("query ($first: Int!) { reviewQueue(first: $first) { id } }", { first });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "first" });
  });
});

describe("feedback", () => {
  test("is recorded, repeated without harm, conflicts when stale, and can be undone", async () => {
    const { data } = await call(PREDICT, { text: "My friend lied to me." });
    const { id, emotion } = data.predict ?? {};
    const approved = await call(APPROVE, { id, expected: 0 });
    expect(approved.data.approve).toMatchObject({ status: "APPROVED", verifiedEmotion: emotion, version: 1 });
    expect((await call(APPROVE, { id, expected: 0 })).data.approve.version).toBe(1);
    const other = emotion === "SHAME" ? "GUILT" : "SHAME";
    const stale = await call(REVISE, { id, emotion: other, expected: 0 });
    expect(stale.errors?.[0]?.extensions).toMatchObject({ code: "CONFLICT", currentVersion: 1 });
    expect((await call(REVISE, { id, emotion: other, expected: 1 })).data.revise.status).toBe("REVISED");
    expect((await call(UNDO, { id, expected: 2 })).data.undo).toMatchObject({ status: "APPROVED", version: 3 });
    const { data: read } = await call(
      "query ($id: ID!) { prediction(id: $id) { history { version action emotion actor } } }",
      { id },
    );
    expect(read?.prediction.history).toEqual([
      { version: 1, action: "APPROVE", emotion, actor: "local" },
      { version: 2, action: "REVISE", emotion: other, actor: "local" },
      { version: 3, action: "UNDO", emotion, actor: "local" },
    ]);
  });

  test.each(["nonsense", "", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "\0"])("on the unknown id %j is NOT_FOUND", async (id) => {
    expect((await call(APPROVE, { id })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect((await call("query ($id: ID!) { prediction(id: $id) { id } }", { id })).data).toEqual({ prediction: null });
  });

  test("refuses a negative version and an emotion that is none", async () => {
    const { data } = await call(PREDICT, { text: "ugh" });
    const { id } = data.predict ?? {};
    expect((await call(APPROVE, { id, expected: -1 })).errors?.[0]?.extensions.argument).toBe("expectedVersion");
    const envy = await call(REVISE, { id, emotion: "ENVY" });
    expect(envy).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "BAD_USER_INPUT", argument: "emotion" } }],
    });
  });
});

test("feedbackSummary counts statuses, labels and confusions", async () => {
  const { data } = await call(
    "{ feedbackSummary { total pending approved revised agreement labels { emotion count } confusion { predicted verified count } } }",
  );
  const { total, pending, approved, revised, agreement, labels, confusion } = data.feedbackSummary;
  const sum = (counts: { count: number }[]) => counts.reduce((all, { count }) => all + count, 0);
  expect(approved + revised).toBeGreaterThan(0);
  expect(pending + approved + revised).toBe(total);
  expect(agreement).toBeCloseTo(approved / (approved + revised));
  expect(labels).toHaveLength(7);
  expect(sum(labels)).toBe(total);
  expect(sum(confusion)).toBe(approved + revised);
});

describe("lists", () => {
  test("page through by cursors, newest first", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1)
      ids.unshift((await call(PREDICT, { text: `page ${index}` })).data.predict.id);
    const query =
      "query ($after: String) { predictions(first: 2, after: $after) { edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }";
    const seen: string[] = [];
    let after: string | null = null;
    while (seen.length < 5) {
      const { data } = await call(query, { after });
      seen.push(...data.predictions.edges.map((edge: { node: { id: string } }) => edge.node.id));
      expect(data.predictions.pageInfo.endCursor).toBe(data.predictions.edges[1].cursor);
      after = data.predictions.pageInfo.endCursor;
    }
    expect(seen.slice(0, 5)).toEqual(ids);
  });

  test.each([
    [{ first: 0 }, "first"],
    [{ first: 101 }, "first"],
    [{ first: 1, after: "nonsense" }, "after"],
  ])("refuse %j", async (variables, argument) => {
    const { errors } = await call(
      "query ($first: Int!, $after: String) { predictions(first: $first, after: $after) { edges { cursor } } }",
      variables,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", argument });
  });
});

describe("exportCsv", () => {
  async function download(url: string): Promise<Buffer> {
    return Buffer.from(await (await fetch(server.address + url)).arrayBuffer());
  }

  test("gives a file with every judged text as typed, and its checksum", async () => {
    const texts = ['He said "no"', "a;b,c", "two\nlines", "=1+1", "مرحبا", "👩‍👩‍👧", "lone\rreturn"];
    for (const text of texts) {
      const { data } = await call(PREDICT, { text });
      await call(REVISE, { id: data.predict.id, emotion: "DISGUST" });
    }
    const made = await exported(server.address, { filter: { emotion: ["DISGUST"] } });
    expect(made).toMatchObject({ status: "READY", progress: 1, error: null });
    const file = await download(made.url);
    expect(file).toHaveLength(made.byteCount);
    expect(createHash("sha256").update(file).digest("hex")).toBe(made.sha256);
    const read: string[] = [];
    for await (const { text, emotion } of readLabelledTexts(Readable.from([file]), "file")) {
      expect(emotion).toBe("disgust");
      read.push(text);
    }
    expect(read).toHaveLength(made.rowCount);
    expect(read).toEqual(expect.arrayContaining(texts));
  });

  test("takes everything, pending ones included, when asked to", async () => {
    const { data } = await call("{ feedbackSummary { total } }");
    const all = await exported(server.address, {
      filter: { status: ["PENDING", "APPROVED", "REVISED"] },
      dialect: "SPREADSHEET",
    });
    expect(all.rowCount).toBe(data.feedbackSummary.total);
    expect((await download(all.url)).toString("utf8").startsWith("\uFEFFid,text,")).toBe(true);
  });

  test("of nothing is a file with a header", async () => {
    const made = await exported(server.address, { filter: { modelVersion: "none" } });
    expect(made).toMatchObject({ status: "READY", rowCount: 0 });
    expect((await download(made.url)).toString("utf8").split("\n")).toHaveLength(2);
  });

  test("is found again, and nothing else is", async () => {
    const { id, status, sha256, url } = await exported(server.address, {});
    const query = "query ($id: ID!) { datasetExport(id: $id) { id status sha256 url } }";
    expect((await call(query, { id })).data.datasetExport).toEqual({ id, status, sha256, url });
    expect((await call(query, { id: ulid() })).data.datasetExport).toBeNull();
    expect((await call(query, { id: "../secret" })).data.datasetExport).toBeNull();
  });

  test("refuses an address with one altered character", async () => {
    const { url }: { url: string } = await exported(server.address, {});
    for (const altered of [
      url.replace(/.$/, url.endsWith("A") ? "B" : "A"),
      url.replace("expires=1", "expires=2"),
      "/exports/../secret",
      "/exports/",
    ]) {
      expect((await fetch(server.address + altered)).status).toBe(404);
    }
  });
});

test("model and models describe what serves", async () => {
  const { data } = await call(
    "{ model { version serving parameters metrics { accuracy testRows } } models { version serving } }",
  );
  expect(data.model).toMatchObject({ serving: true, metrics: { accuracy: expect.any(Number) } });
  expect(data.models.filter(({ serving }: { serving: boolean }) => serving)).toEqual([
    { version: data.model.version, serving: true },
  ]);
});
