import { createServer, type RequestListener } from "node:http";
import { Session } from "node:inspector/promises";
import type { AddressInfo } from "node:net";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { bufferedLog } from "../../api/src/buffered-log.js";
import { createSchema, type SchemaParts } from "../../api/src/schema.js";
import { withImplied } from "../../api/src/scope.js";
import { startConstantGateway } from "../support/constant-gateway.js";
import { CLASSIFICATION, constantParts } from "../support/constant-parts.js";
import { type Profile, profileOf } from "./cpu-profile.js";
import { PREDICT_OPERATIONS } from "./predict-operations.js";

/**
 * A process of its own for one server: `raw`, which is nothing but node:http and JSON; `gateway`, which is ours over
 * constants; or `apollo`, Apollo Server as its makers ship it, with our resolvers over the same constants and nothing else. It is asked over IPC for its CPU time so far (in microseconds), and for a CPU profile of what comes next.
 */

export type ServerKind = "raw" | "gateway" | "apollo";
export type Question = "cpu" | "profile" | "profiled";
export type Answer = { address: string } | { cpu: number } | { profile: Profile } | { ready: true };

const tell = (answer: Answer) => process.send?.(answer);
const profiler = new Session();

process.on("message", async (question: Question) => {
  if (question === "cpu") {
    const { user, system } = process.cpuUsage();
    tell({ cpu: user + system });
  } else if (question === "profile") {
    profiler.connect();
    await profiler.post("Profiler.enable");
    await profiler.post("Profiler.setSamplingInterval", { interval: 100 });
    await profiler.post("Profiler.start");
    tell({ ready: true });
  } else {
    const { profile } = await profiler.post("Profiler.stop");
    tell({ profile: profileOf(profile) });
  }
});
process.on("disconnect", () => process.exit(0));

const START: Readonly<Record<ServerKind, () => Promise<string>>> = {
  raw: startRaw,
  gateway: startGateway,
  apollo: startApollo,
};
tell({ address: await START[process.argv[2] as ServerKind]() });

/** Reads the same JSON and writes the same JSON, with nothing in between. */
async function startRaw(): Promise<string> {
  const answers = new Map(PREDICT_OPERATIONS.map(({ query, answer }) => [query, answer]));
  const usual = PREDICT_OPERATIONS[0]?.answer;
  const listener: RequestListener = (request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const answer = JSON.stringify(answers.get(JSON.parse(body).query) ?? usual);
      response.writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(answer),
      });
      response.end(answer);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startGateway(): Promise<string> {
  const trusted = PREDICT_OPERATIONS.filter(({ isTrusted }) => isTrusted);
  const { address } = await startConstantGateway({
    ...constants(),
    trusted: trusted.map(({ query }) => ({ text: query, file: "bench" })),
    // The level that the api has unless told otherwise.
    log: bufferedLog({ level: "warn", service: "api", file: "/dev/null" }),
  });
  return address;
}

async function startApollo(): Promise<string> {
  const server = new ApolloServer({ schema: createSchema({ ...constantParts(), ...constants() }) });
  const everybody = { actor: "local", scopes: withImplied(["admin"]), requestId: "" };
  const { url } = await startStandaloneServer(server, {
    listen: { host: "127.0.0.1", port: 0 },
    context: async () => everybody,
  });
  return new URL(url).origin;
}

/** Cost as good as nothing, other than those that conformance is tested with, which watch what is asked of them. */
function constants(): Pick<SchemaParts, "classifier" | "predictions"> {
  const { classifier, predictions } = constantParts();
  const classified = { classification: CLASSIFICATION, modelVersion: "v1" };
  return {
    classifier: { ...classifier, classify: async () => classified },
    predictions: { ...predictions, addNew: async () => {} },
  };
}
