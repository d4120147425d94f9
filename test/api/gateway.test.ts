import { createHash } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readLabelledTexts } from "@sentiloop/inference/contract";
import { ulid } from "ulid";
import { HttpClassifier } from "../../api/src/http-classifier.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { APPROVE, EXPORT_CSV, graphql, PREDICT, post, REVISE, UNDO } from "../support/graphql.js";
import { startInference, type TestInference } from "../support/inference.js";

let database: TestDynamoDB;
let inference: TestInference;
let server: TestGateway;

beforeAll(async () => {
  [database, inference] = await Promise.all([startDynamoDB(), startInference()]);
  server = await startGateway({ database, classifier: new HttpClassifier(inference.origin) });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([inference.stop(), database.stop()]);
});

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);
const json = { "content-type": "application/json" };

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
    const { data } = await call(EXPORT_CSV, { filter: { emotion: ["DISGUST"] } });
    expect(data.exportCsv).toMatchObject({ status: "READY", progress: 1, error: null });
    const file = await download(data.exportCsv.url);
    expect(file).toHaveLength(data.exportCsv.byteCount);
    expect(createHash("sha256").update(file).digest("hex")).toBe(data.exportCsv.sha256);
    const read: string[] = [];
    for await (const { text, emotion } of readLabelledTexts(Readable.from([file]), "file")) {
      expect(emotion).toBe("disgust");
      read.push(text);
    }
    expect(read).toHaveLength(data.exportCsv.rowCount);
    expect(read).toEqual(expect.arrayContaining(texts));
  });

  test("takes everything, pending ones included, when asked to", async () => {
    const { data } = await call("{ feedbackSummary { total } }");
    const all = await call(EXPORT_CSV, {
      filter: { status: ["PENDING", "APPROVED", "REVISED"] },
      dialect: "SPREADSHEET",
    });
    expect(all.data.exportCsv.rowCount).toBe(data.feedbackSummary.total);
    expect((await download(all.data.exportCsv.url)).toString("utf8").startsWith("\uFEFFid,text,")).toBe(true);
  });

  test("of nothing is a file with a header", async () => {
    const { data } = await call(EXPORT_CSV, { filter: { modelVersion: "none" } });
    expect(data.exportCsv).toMatchObject({ status: "READY", rowCount: 0 });
    expect((await download(data.exportCsv.url)).toString("utf8").split("\n")).toHaveLength(2);
  });

  test("is found again, and nothing else is", async () => {
    const { data } = await call(EXPORT_CSV, {});
    const query = "query ($id: ID!) { datasetExport(id: $id) { id status sha256 url } }";
    const { id, status, sha256, url } = data.exportCsv ?? {};
    expect((await call(query, { id })).data.datasetExport).toEqual({ id, status, sha256, url });
    expect((await call(query, { id: ulid() })).data.datasetExport).toBeNull();
    expect((await call(query, { id: "../secret" })).data.datasetExport).toBeNull();
  });

  test("refuses an address with one altered character", async () => {
    const { data } = await call(EXPORT_CSV, {});
    const url: string = data.exportCsv.url;
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

describe("what is no GraphQL request", () => {
  test.each([
    ["malformed JSON", "{", 400],
    ["no object", "42", 400],
    ["a batch", '[{"query":"{model{version}}"}]', 400],
    ["no query", "{}", 400],
    ["a query of the wrong type", '{"query":5}', 400],
    ["variables of the wrong type", '{"query":"{model{version}}","variables":"x"}', 400],
    ["a syntax error", '{"query":"{"}', 400],
    ["an unknown field", '{"query":"{nothing}"}', 400],
    ["an unknown operation", '{"query":"query A{model{version}}","operationName":"B"}', 400],
    ["two operations and no name", '{"query":"query A{model{version}} query B{model{version}}"}', 400],
  ])("%s is answered with a message", async (_, body, status) => {
    const answer = await post(server.address, body);
    expect(answer.status).toBe(status);
    const { errors } = (await answer.json()) as { errors: { message: string; extensions: { code: string } }[] };
    expect(errors[0]?.message).toMatch(/\w{3}/);
    expect(errors[0]?.extensions.code).not.toBe("INTERNAL_SERVER_ERROR");
    expect(JSON.stringify(errors)).not.toContain("node_modules");
  });

  test("bytes that are not UTF-8 are refused instead of stored altered", async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"mutation{predict(text:\\"a'),
      Buffer.from([0xff]),
      Buffer.from('\\"){id}}"}'),
    ]);
    expect((await post(server.address, new Uint8Array(body))).status).toBe(400);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
  ])("the content type %s is 415, so no simple request of a browser runs", async (type) => {
    expect((await post(server.address, '{"query":"{model{version}}"}', { "content-type": type })).status).toBe(415);
  });

  test("GET is 405 and says what is allowed", async () => {
    const answer = await fetch(`${server.address}/graphql?query={model{version}}`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
  });

  test("a body of two megabytes is 413 and names the limit", async () => {
    const answer = await post(
      server.address,
      JSON.stringify({ query: PREDICT, variables: { text: "x".repeat(2_000_000) } }),
    );
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("262144");
  });

  test("six mutations in one operation are refused before any runs", async () => {
    const before = await call("{ feedbackSummary { total } }");
    const fields = Array.from({ length: 6 }, (_, index) => `a${index}: predict(text: "x") { id }`).join(" ");
    for (const query of [`mutation { ${fields} }`, `mutation { ...F } fragment F on Mutation { ... { ${fields} } }`]) {
      const { status, errors } = await call(query);
      expect(status).toBe(400);
      expect(errors?.[0]?.message).toContain("at most 5");
    }
    expect((await call("{ feedbackSummary { total } }")).data).toEqual(before.data);
  });

  test("a document of ten thousand fields is refused", async () => {
    const { status, errors } = await call(`{ ${"model { version } ".repeat(10_000)} }`);
    expect(status).toBe(400);
    expect(errors?.[0]?.message).toContain("1000 tokens");
  });
});

describe("the server", () => {
  test("sends security headers with every answer, the page included", async () => {
    for (const path of ["/", "/graphql", "/livez", "/nothing", "/exports/x"]) {
      const { headers } = await fetch(server.address + path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("is alive, ready and measured", async () => {
    expect((await fetch(`${server.address}/livez`)).status).toBe(200);
    const ready = await fetch(`${server.address}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "ready", store: "ready", modelVersion: expect.any(String) });
    expect(await (await fetch(`${server.address}/metrics`)).text()).toContain(
      "sentiloop_http_request_duration_seconds_bucket",
    );
  });

  test("answers under no name but this machine's own", async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { headers: { host: "evil.example", ...json }, method: "POST" };
      request(`${server.address}/graphql`, options, (response) => resolve(response.statusCode))
        .on("error", reject)
        .end("{}");
    });
    expect(status).toBe(403);
  });

  test("outlives requests that are cut off in the middle", async () => {
    const { hostname, port } = new URL(server.address);
    for (let index = 0; index < 20; index += 1) {
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"quer`,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket.destroy();
    }
    expect((await call("{ model { version } }")).status).toBe(200);
    expect(server.log()).not.toContain('"level":50');
  });

  test("never logs a text", async () => {
    await call(PREDICT, { text: "unmistakable-secret-text" });
    await call(PREDICT, { text: "unmistakable-secret-text\0" });
    await call("mutation { predict(text: unmistakable) { id } }");
    expect(server.log()).not.toContain("unmistakable");
  });
});
