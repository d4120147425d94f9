import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { APPROVE, EXPORT_CSV, graphql, PREDICT, post } from "../support/graphql.js";

/** What operators see of the gateway: its log and its metrics. */

let server: TestGateway;

beforeAll(async () => {
  server = await startGateway();
}, 60_000);
afterAll(() => server.stop());

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);
const lines = () =>
  server
    .log()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** The line of the request with this id. It is written when the connection has everything, so perhaps a moment later. */
async function lineOf(requestId: string) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const found = lines().find((line) => line.requestId === requestId && line.msg === "request");
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no line about ${requestId}`);
}

async function metrics(): Promise<string> {
  return (await fetch(`${server.address}/metrics`)).text();
}

describe("the log", () => {
  test("has a line for each request: its id, what ran, how long it took and how it ended", async () => {
    const body = JSON.stringify({ query: "query ClientMade { alias: model { version } }" });
    const answer = await post(server.address, body, {
      "content-type": "application/json",
      "x-request-id": "from-the-proxy-1",
    });
    expect(answer.headers.get("x-request-id")).toBe("from-the-proxy-1");
    const { time: _, ...line } = await lineOf("from-the-proxy-1");
    expect(line).toEqual({
      level: 30,
      pid: expect.any(Number),
      hostname: expect.any(String),
      requestId: "from-the-proxy-1",
      method: "POST",
      route: "/graphql",
      operation: "model",
      status: 200,
      ms: expect.any(Number),
      msg: "request",
    });
  });

  test.each(["short", "x".repeat(65), 'a"b}{"level":60', "with space here"])(
    "does not take the request id %j from anybody",
    async (forged) => {
      const { headers } = await fetch(`${server.address}/livez`, { headers: { "x-request-id": forged } });
      const own = headers.get("x-request-id") ?? "";
      expect(own).toMatch(/^[0-9a-f-]{36}$/);
      expect(await lineOf(own)).toMatchObject({ route: "/livez", level: 20 });
    },
  );

  test("never holds a text, whatever is done with it and whatever goes wrong", async () => {
    const text = "unmistakable-secret-text";
    const { data } = await call(PREDICT, { text, key: "unmistakable-key" });
    await call(PREDICT, { text: `${text} another`, key: "unmistakable-key" });
    await call(PREDICT, { text: `${text}\0` });
    await call(PREDICT, { text: [text] });
    await call(`mutation Unmistakable { predict(text: "${text}") { nothing } }`);
    await call(`mutation { predict(text: "${text}") { id explanation { token } } }`);
    await call(APPROVE, { id: data.predict.id });
    await call(APPROVE, { id: text });
    await call(EXPORT_CSV, { filter: { modelVersion: text } });
    await call(`{ predictions(first: 5, after: "${text}") { edges { cursor } } }`);
    await post(server.address, `{"query": "${text}`);
    await fetch(`${server.address}/${text}?${text}`);
    expect(server.log()).not.toMatch(/unmistakable/i);
    expect(lines().length).toBeGreaterThan(10);
  });
});

describe("the metrics", () => {
  test("tell how long each operation took, by names of the schema and not of clients", async () => {
    await call("query ClientMadeName { clientMadeAlias: models { version } }");
    await call("{ model { version } models { version } }");
    await call("{ clientMadeField }");
    const text = await metrics();
    expect(text).toContain('sentiloop_graphql_operation_duration_seconds_count{operation="models"} 1');
    expect(text).toContain('sentiloop_graphql_operation_duration_seconds_count{operation="several"}');
    expect(text).not.toContain("lientMade");
  });

  test.each([
    'sentiloop_http_request_duration_seconds_bucket{le="0.005",route="/graphql",status="200"}',
    "sentiloop_graphql_requests_running 0",
    "sentiloop_graphql_requests_waiting 0",
    "sentiloop_inference_waiting_texts 0",
    "sentiloop_inference_in_flight_requests 0",
    'sentiloop_inference_circuit{state="closed"} 1',
    'sentiloop_inference_circuit{state="open"} 0',
    "sentiloop_inference_retries 0",
    "sentiloop_inference_failures 0",
    "sentiloop_export_jobs_running 0",
    "sentiloop_export_jobs_waiting 0",
    "nodejs_eventloop_lag_p99_seconds",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
  ])("hold %s", async (name) => {
    expect(await metrics()).toContain(name);
  });
});
