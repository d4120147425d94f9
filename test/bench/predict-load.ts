import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { processTree } from "../support/processes.js";
import { Sentiloop } from "../support/sentiloop.js";

const CONNECTIONS = 64;
const REQUESTS = 10_000;
const WARM_UP = 2000;

/** What a load of equal requests cost. */
export interface LoadResult {
  requestsPerSecond: number;
  /** CPU of all processes of the server, in milliseconds a request. */
  cpu: number;
  /** The same by process. */
  cpuOf: Readonly<Record<string, number>>;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

const body = JSON.stringify({
  query: "mutation ($text: String!) { predict(text: $text) { id emotion confidence } }",
  variables: { text: "I was so relieved when they called to say that my brother was safe and well." },
});

/** Loads `predict` through the whole path, and a bare node:http echo in the same run. */
export async function benchPredict(): Promise<{ predict: LoadResult; echo: LoadResult }> {
  const data = Sentiloop.emptyFolder();
  const sentiloop = await Sentiloop.start({ data, env: { SENTILOOP_RATE_LIMIT: "off" } });
  const predict = await load(sentiloop.pid, `${sentiloop.address}/graphql`);
  await sentiloop.kill("SIGTERM");
  rmSync(data, { recursive: true });

  const echoServer = fork(fileURLToPath(new URL("echo-server.ts", import.meta.url)), { execArgv: ["--import", "tsx"] });
  const [address] = (await once(echoServer, "message")) as [string];
  const echo = await load(echoServer.pid ?? 0, address);
  echoServer.kill();
  return { predict, echo };
}

async function load(pid: number, url: string): Promise<LoadResult> {
  const request = {
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    connections: CONNECTIONS,
  } as const;
  await autocannon({ ...request, amount: WARM_UP });
  const before = cpuByProcess(pid);
  const { requests, latency, duration, non2xx, errors } = await autocannon({ ...request, amount: REQUESTS });
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} of ${REQUESTS} requests to ${url} failed`);
  const spent = Object.entries(cpuByProcess(pid)).map(([name, cpu]) => [name, cpu - (before[name] ?? 0)] as const);
  const each = spent.map(([name, cpu]) => [name, cpu / requests.total] as const);
  return {
    requestsPerSecond: requests.total / duration,
    cpu: each.reduce((sum, [, cpu]) => sum + cpu, 0),
    cpuOf: Object.fromEntries(each),
    p50: latency.p50,
    p99: latency.p99,
  };
}

/** What each process of the server does, by its entry file. */
const PROCESSES: readonly (readonly [file: string, name: string])[] = [
  ["local.js", "api"],
  ["server.js", "inference service"],
  ["embedded-dynamodb.js", "embedded DynamoDB"],
];

/** CPU milliseconds so far. */
function cpuByProcess(pid: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { command, cpu } of processTree(pid)) {
    const name = PROCESSES.find(([file]) => command.includes(file))?.[1] ?? "others";
    sums[name] = (sums[name] ?? 0) + cpu;
  }
  return sums;
}
