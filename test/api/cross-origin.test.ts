import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { graphql, post } from "../support/graphql.js";

/** What pages of other origins can make a browser do here. */

const ORIGIN = "https://app.example.com";
const PREDICT = '{"query":"mutation{predict(text:\\"a\\"){id}}"}';

let server: TestGateway;
let closed: TestGateway;

beforeAll(async () => {
  [server, closed] = await Promise.all([startGateway({ origins: [ORIGIN, "http://localhost:5173"] }), startGateway()]);
});
afterAll(() => Promise.all([server.stop(), closed.stop()]));

function preflight(address: string, path: string, origin: string): Promise<Response> {
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  };
  return fetch(address + path, { method: "OPTIONS", headers });
}

const corsHeaders = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith("access-control"));

describe("a page of a configured origin", () => {
  test("is told before it asks what it may send", async () => {
    const answer = await preflight(server.address, "/graphql", ORIGIN);
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": "600",
      vary: "origin",
    });
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("may read answers, errors too, and the headers that it needs", async () => {
    for (const body of [PREDICT, "nonsense"]) {
      const answer = await post(server.address, body, { "content-type": "application/json", origin: ORIGIN });
      expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
      expect(answer.headers.get("access-control-expose-headers")).toContain("retry-after");
      expect(answer.headers.get("vary")).toBe("origin");
    }
  });

  test.each(["/config.json", "/exports/none"])("may read %s", async (path) => {
    const answer = await fetch(server.address + path, { headers: { origin: ORIGIN } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  });

  test.each(["/metrics", "/readyz", "/"])("has no business with %s", async (path) => {
    expect(corsHeaders(await fetch(server.address + path, { headers: { origin: ORIGIN } }))).toEqual([]);
  });
});

describe("a page of another origin", () => {
  test.each([
    "https://evil.example",
    "https://app.example.com.evil.example",
    "https://evil-app.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://APP.example.com",
    "null",
    "*",
  ])("%s gets no permission, and caches are told that the answer is not for all", async (origin) => {
    const answer = await preflight(server.address, "/graphql", origin);
    expect({ status: answer.status, cors: corsHeaders(answer) }).toEqual({ status: 405, cors: [] });
    const posted = await post(server.address, PREDICT, { "content-type": "application/json", origin });
    expect(corsHeaders(posted)).toEqual([]);
    expect(posted.headers.get("vary")).toBe("origin");
  });

  test("gets no permission where none is configured", async () => {
    const answer = await preflight(closed.address, "/graphql", ORIGIN);
    expect({ status: answer.status, cors: corsHeaders(answer) }).toEqual({ status: 405, cors: [] });
  });
});

describe("what a browser sends without asking first", () => {
  const total = async () => (await graphql(server.address, "{ feedbackSummary { total } }")).data;

  const multipart =
    '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"mutation{predict(text:\\"a\\"){id}}"}\r\n--x--';

  test.each([
    ["text/plain", PREDICT],
    ["text/plain;application/json", PREDICT],
    ["text/plain; x=application/json", PREDICT],
    ["application/x-www-form-urlencoded", `query=${encodeURIComponent('mutation{predict(text:"a"){id}}')}`],
    ["multipart/form-data; boundary=x", multipart],
    ["", PREDICT],
  ])("as %j never executes", async (type, body) => {
    const before = await total();
    const answer = await post(server.address, body, { "content-type": type, origin: "https://evil.example" });
    expect(answer.status).toBe(415);
    expect(await total()).toEqual(before);
  });

  test("by GET or HEAD never executes", async () => {
    const before = await total();
    const query = `?query=${encodeURIComponent('mutation{predict(text:"a"){id}}')}`;
    for (const method of ["GET", "HEAD"]) await fetch(`${server.address}/graphql${query}`, { method });
    const answer = await fetch(`${server.address}/graphql${query}`, { headers: { accept: "application/json" } });
    expect(await answer.text()).not.toMatch(/^\s*\{"data"/);
    expect(await total()).toEqual(before);
  });
});
