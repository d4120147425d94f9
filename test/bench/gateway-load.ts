import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { buildSync } from "esbuild";
import type { Question, ServerKind } from "./constant-server.js";
import type { Profile } from "./cpu-profile.js";
import { PREDICT_OPERATIONS, type PredictOperation, TEXT } from "./predict-operations.js";

const CONNECTIONS = 64;
const REQUESTS = 4000;
const WARM_UP = 8000;
/** Many, because a machine that others share is now fast and now slow. */
const ROUNDS = 15;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Below the api, whose own packages it imports. */
const BUILD = join(ROOT, "api/dist/bench");
const ENTRY = join(BUILD, "test/bench/constant-server.js");

/** What one operation costs the gateway beside the least that a server on Node can do for it. */
export interface GatewayCost {
  name: string;
  /** CPU microseconds a request, the median of the rounds. */
  cpu: Readonly<Record<ServerKind, number>>;
  /** raw / gateway, the median of the rounds' ratios; 1 would be free of cost. */
  share: number;
  /** raw / apollo, likewise. */
  apolloShare: number;
  /** Only when asked for: CPU microseconds a request by part and by function. */
  profile?: Profile;
}

/** A server in a process of its own. */
class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly address: string,
  ) {}

  static async start(kind: ServerKind): Promise<ServerProcess> {
    const env = { ...process.env, NODE_ENV: "production" };
    const child = fork(ENTRY, [kind], { execArgv: [], env });
    const [{ address }] = (await once(child, "message")) as [{ address: string }];
    return new ServerProcess(child, address);
  }

  /** @returns CPU microseconds a request */
  async load(operation: PredictOperation, amount: number): Promise<number> {
    const before = (await this.ask<{ cpu: number }>("cpu")).cpu;
    const sleep = stayAwake();
    const { non2xx, errors, requests } = await autocannon({
      url: `${this.address}/graphql`,
      method: "POST",
      headers: { "content-type": "application/json" },
      ...requestsOf(operation),
      connections: CONNECTIONS,
      amount,
      timeout: 60,
    });
    sleep();
    if (non2xx + errors > 0) throw new Error(`Of ${amount} requests ${non2xx} were refused and ${errors} unanswered`);
    return ((await this.ask<{ cpu: number }>("cpu")).cpu - before) / requests.total;
  }

  async profile(operation: PredictOperation): Promise<Profile> {
    await this.ask("profile");
    await this.load(operation, REQUESTS);
    const { profile } = await this.ask<{ profile: Profile }>("profiled");
    return { parts: scaled(profile.parts), functions: scaled(profile.functions) };
  }

  stop(): void {
    this.child.kill();
  }

  private async ask<Answer>(question: Question): Promise<Answer> {
    const answer = once(this.child, "message") as Promise<[Answer]>;
    this.child.send(question);
    return (await answer)[0];
  }
}

/**
 * Keeps this process from sleeping while it waits for answers. Waking a sleeper is work that the kernel counts as the
 * sender's, so that a server would be charged for how long its client has nothing to do.
 * @returns what ends it
 */
function stayAwake(): () => void {
  let isAwake = true;
  const turn = () => {
    if (isAwake) setImmediate(turn);
  };
  turn();
  return () => {
    isAwake = false;
  };
}

function requestsOf({
  query,
  isNewEachTime,
}: PredictOperation): Pick<Parameters<typeof autocannon>[0], "body" | "requests"> {
  const bodyWith = (text: string) => JSON.stringify({ query: text, variables: { text: TEXT } });
  const body = bodyWith(query);
  if (!isNewEachTime) return { body };
  return {
    body,
    requests: [{ setupRequest: (request) => ({ ...request, body: bodyWith(`${query}${randomUUID()}`) }) }],
  };
}

function scaled(sums: Record<string, number>): Record<string, number> {
  const sorted = Object.entries(sums).sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, time]) => [name, time / REQUESTS]));
}

/** As the sources are run elsewhere: tsx would slow down every closure, because it keeps the names of functions. */
function compileServer(): void {
  const folders = ["api/src", "test/support", "test/bench"];
  buildSync({
    entryPoints: folders.flatMap((folder) => globOf(folder)),
    outbase: ROOT,
    outdir: BUILD,
    format: "esm",
    platform: "node",
    target: "node20",
    tsconfig: join(ROOT, "tsconfig.base.json"),
  });
}

function globOf(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  return files.map((name) => join(ROOT, folder, name));
}

/** Loads both servers by turns, so that whatever else the machine does meets both. */
export async function benchGateway(options: { profile: boolean }): Promise<GatewayCost[]> {
  compileServer();
  const costs: GatewayCost[] = [];
  for (const operation of PREDICT_OPERATIONS) costs.push(await compare(operation, options));
  return costs;
}

async function compare(operation: PredictOperation, { profile }: { profile: boolean }): Promise<GatewayCost> {
  const [raw, gateway, apollo] = await Promise.all([
    ServerProcess.start("raw"),
    ServerProcess.start("gateway"),
    ServerProcess.start("apollo"),
  ]);
  for (const server of [raw, gateway, apollo]) await server.load(operation, WARM_UP);
  const rounds: Record<ServerKind, number>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      raw: await raw.load(operation, REQUESTS),
      gateway: await gateway.load(operation, REQUESTS),
      apollo: await apollo.load(operation, REQUESTS),
    });
  }
  const medianOf = (value: (round: Record<ServerKind, number>) => number) => median(rounds.map(value));
  const cost: GatewayCost = {
    name: operation.name,
    cpu: {
      raw: medianOf((each) => each.raw),
      gateway: medianOf((each) => each.gateway),
      apollo: medianOf((each) => each.apollo),
    },
    share: medianOf((each) => each.raw / each.gateway),
    apolloShare: medianOf((each) => each.raw / each.apollo),
    ...(profile && { profile: await gateway.profile(operation) }),
  };
  for (const server of [raw, gateway, apollo]) server.stop();
  return cost;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
