import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { graphql, LONG_ANSWER, PREDICT, post } from "../support/graphql.js";

/** What the gateway does with requests before GraphQL, and with those that GraphQL should never run. */

let server: TestGateway;

beforeAll(async () => {
  server = await startGateway();
});
afterAll(() => server.stop());

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);

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

  test.each([
    ["gzip, deflate, br", "gzip"],
    ["*", "gzip"],
    ["gzip;q=0, identity", null],
    ["br", null],
  ])("compresses a long answer for a client that accepts %s: %s", async (accepted, encoding) => {
    const ask = (query: string, headers = {}) =>
      post(server.address, JSON.stringify({ query }), { "content-type": "application/json", ...headers });
    const plain = await (await ask(LONG_ANSWER, { "accept-encoding": "identity" })).text();
    const answer = await ask(LONG_ANSWER, { "accept-encoding": accepted });
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    expect(Number(answer.headers.get("content-length")) < plain.length / 3).toBe(encoding !== null);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toBe(plain);
    const short = await ask("{ model { version } }", { "accept-encoding": accepted });
    expect(short.headers.get("content-encoding")).toBeNull();
  });

  test("is alive, ready and measured", async () => {
    expect((await fetch(`${server.address}/livez`)).status).toBe(200);
    const ready = await fetch(`${server.address}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: "ready",
      store: "ready",
      modelVersion: expect.any(String),
      inferenceCircuit: "closed",
    });
    expect(await (await fetch(`${server.address}/metrics`)).text()).toContain(
      "sentiloop_http_request_duration_seconds_bucket",
    );
  });

  test("answers under no name but this machine's own", async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { headers: { host: "evil.example", "content-type": "application/json" }, method: "POST" };
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

  test("masks what fails unexpectedly and logs it under the id that the client sees", async () => {
    const find = server.store.find;
    server.store.find = async () => {
      throw new Error("a detail of the inside");
    };
    const { status, errors } = await call('{ prediction(id: "01ARZ3NDEKTSV4RRFFQ69G5FAV") { id } }');
    server.store.find = find;
    expect(status).toBe(200);
    expect(errors?.[0]?.extensions).toEqual({ code: "INTERNAL_SERVER_ERROR", requestId: expect.any(String) });
    expect(JSON.stringify(errors)).not.toContain("inside");
    const line = server
      .log()
      .split("\n")
      .find((each) => each.includes("a detail of the inside"));
    expect(line).toContain(errors?.[0]?.extensions.requestId);
  });

  test("never logs a text", async () => {
    await call(PREDICT, { text: "unmistakable-secret-text" });
    await call(PREDICT, { text: "unmistakable-secret-text\0" });
    await call("mutation { predict(text: unmistakable) { id } }");
    expect(server.log()).not.toContain("unmistakable");
  });
});
