import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { exchange, PREDICT_PATH } from "./running-app.js";
import { SERVER, ServerProcess } from "./server-process.js";
import { StarterCopy } from "./starter-copy.js";

const started: ServerProcess[] = [];

function launch(environment: Record<string, string> = {}): ServerProcess {
  const server = ServerProcess.launch(environment);
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill("SIGKILL");
    await server.exited;
  }
});

function predict(url: string, body: string): ReturnType<typeof exchange> {
  return exchange(url + PREDICT_PATH, { method: "POST", headers: { "content-type": "application/json" }, body });
}

/** A predict request that the service has begun to handle, but whose body is still to come. */
async function beginPredict(url: string): Promise<{ sent: ClientRequest; answered: Promise<IncomingMessage> }> {
  const headers = { "content-type": "application/json", expect: "100-continue" };
  const sent = request(url + PREDICT_PATH, { method: "POST", headers });
  const answered = once(sent, "response").then(([response]) => response as IncomingMessage);
  sent.flushHeaders();
  await once(sent, "continue");
  return { sent, answered };
}

describe("a service that starts", () => {
  test("says so in one line on standard output and in one message to its parent", async () => {
    const server = launch();
    const url = await server.ready();
    const { modelVersion } = JSON.parse((await exchange(`${url}/readyz`, {})).text);
    expect(server.stdout).toBe(`Inference service is ready at ${url} (model ${modelVersion}, onnxruntime)\n`);
    expect(server.messages).toEqual([{ type: "ready", url, modelVersion }]);
  });

  test("serves the version that EMOTION_MODEL names in place of the alias", async () => {
    const copy = await StarterCopy.create();
    await copy.addTwin("v2");
    const url = await launch({ SENTILOOP_MODELS: copy.registry, EMOTION_MODEL: "v2" }).ready();
    expect(JSON.parse((await predict(url, '{"instances":["fine"]}')).text).modelVersion).toBe("v2");
    await copy.remove();
  });

  test("serves on beside a version folder that is not in order, and logs why that one is left out", async () => {
    const copy = await StarterCopy.create();
    await copy.serve(copy.version);
    await rm(join(await copy.addTwin("v2"), "manifest.json"));
    const server = launch({ SENTILOOP_MODELS: copy.registry });
    await server.ready();
    await logged(server, "v2/manifest.json is missing.");
    await copy.remove();
  });

  test("never logs a text, neither of a good request nor of a bad one", async () => {
    const server = launch();
    const url = await server.ready();
    await predict(url, '{"instances":["my secret"]}');
    await predict(url, '{"instances":["my secret"');
    await predict(url, '{"instances":["my secret\\u0000"]}');
    server.kill("SIGTERM");
    await server.exited;
    expect(server.stdout + server.stderr).not.toContain("secret");
  });
});

describe.each(["SIGTERM", "SIGINT"] as const)("at %s", (signal) => {
  test("a request in flight is finished, then the service exits with 0", async () => {
    const server = launch();
    const { sent, answered } = await beginPredict(await server.ready());
    server.kill(signal);
    sent.end('{"instances":["I was so afraid."]}');
    const response = await answered;
    response.resume();
    expect([response.statusCode, await server.exited]).toEqual([200, 0]);
  });
});

test("a request that never finishes does not keep the service from exiting with 0", async () => {
  const server = launch();
  const { sent, answered } = await beginPredict(await server.ready());
  const cutOff = expect(answered).rejects.toThrow();
  server.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  await cutOff;
  sent.destroy();
});

test("no new connection is taken while requests in flight finish", async () => {
  const server = launch();
  const url = await server.ready();
  const { sent, answered } = await beginPredict(url);
  server.kill("SIGTERM");
  await untilRefused(url);
  sent.end('{"instances":["fine"]}');
  expect((await answered).statusCode).toBe(200);
});

describe("a service whose parent goes away", () => {
  test("exits when the channel closes", async () => {
    const server = launch();
    await server.ready();
    server.child.disconnect();
    expect(await server.exited).toBe(0);
  });

  test("exits when the parent is killed outright", async () => {
    const parent = spawn(process.execPath, ["-e", PARENT, SERVER], { stdio: ["ignore", "pipe", "inherit"] });
    const [url] = await once(parent.stdout, "data");
    expect((await exchange(`${url}/livez`, {})).status).toBe(200);
    parent.kill("SIGKILL");
    await untilRefused(String(url));
  });
});

const PARENT = `
  const { fork } = require("node:child_process");
  const options = { execArgv: ["--import", "tsx"], env: { PORT: "0" }, silent: true };
  fork(process.argv[1], options).on("message", ({ url }) => process.stdout.write(url));
`;

/** Waits until a service has logged something; a test in which it never does runs into its time limit. */
async function logged(server: ServerProcess, what: string): Promise<void> {
  while (!server.stderr.includes(what)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Asks until nothing listens there any more; a test in which something does runs into its time limit. */
async function untilRefused(url: string): Promise<void> {
  const failure = await exchange(`${url}/livez`, {}).catch((error: NodeJS.ErrnoException) => error);
  if ("code" in failure && failure.code === "ECONNREFUSED") return;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await untilRefused(url);
}

describe("a service that cannot start says why in one line, and exits with 1", () => {
  async function refusedStart(environment: Record<string, string>): Promise<string> {
    const server = launch(environment);
    expect(await server.exited).toBe(1);
    expect(server.stdout).toBe("");
    expect(server.stderr).toMatch(/^The inference service cannot start: [^\n]+\n$/);
    return server.stderr;
  }

  test("when its port is taken", async () => {
    const port = new URL(await launch().ready()).port;
    expect(await refusedStart({ PORT: port })).toContain(`127.0.0.1:${port}. Set PORT to a free port`);
  });

  test("when a variable is wrong", async () => {
    expect(await refusedStart({ PORT: "http" })).toContain(
      'PORT must be a whole number from 0 to 65535, but is "http".',
    );
  });

  test("when there is no such version", async () => {
    expect(await refusedStart({ EMOTION_MODEL: "v999" })).toContain('There is no model version "v999".');
  });

  test.each(["model.onnx", "tokenizer.json"])("when a bit of %s is off", async (file) => {
    const copy = await StarterCopy.create();
    await copy.serve(copy.version);
    await copy.corrupt(file);
    expect(await refusedStart({ SENTILOOP_MODELS: copy.registry })).toContain(file);
    await copy.remove();
  });

  test("when the network is none, although its checksum is right", async () => {
    const copy = await StarterCopy.create();
    await copy.serve(copy.version);
    await copy.publish("model.onnx", Buffer.from("not a network"));
    expect(await refusedStart({ SENTILOOP_MODELS: copy.registry })).toContain("fails its self-check");
    await copy.remove();
  });
});
