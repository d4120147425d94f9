import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readArguments } from "./command-line.js";
import { loadPicture } from "./load-picture.js";
import { limitsFor, type SimulationResult, type StageLimits, simulate } from "./simulation.js";

/** `npm run simulate`: what a stage can bear, on paper. */

const HELP = `Usage: npm run simulate -- [--picture FILE]

Simulates loads on a stage of each kind: where it is full, and what must be raised for more.

  --picture FILE   draw the times and refusals as SVG into FILE
  --help           show this text`;

/**
 * A task of half a CPU: the bench's 0.8 ms of CPU for a whole prediction, all processes together, taken for the
 * classification alone and doubled for half a CPU. DynamoDB on demand takes 4,000 units a second from its first day.
 */
const STANDARD: StageLimits = {
  throttleRate: 500,
  throttleBurst: 1000,
  concurrency: 50,
  tasks: 3,
  serviceTime: 0.0016,
  gatewayTime: 0.005,
  databaseTime: 0.008,
  writeUnits: 4000,
  unitsAPrediction: 4,
  indexShards: 8,
  writesAShard: 1000,
};

/** As many services as environments of the gateway, each on a whole CPU that it shares with the gateway. */
const LEAN: StageLimits = { ...STANDARD, tasks: 50, serviceTime: 0.0008 };

const KINDS = { standard: STANDARD, lean: LEAN };

/** A million predictions a month are four tenths a second, and four times that in the busiest hour. */
const BASE = (1e6 / (30 * 24 * 3600)) * 4;
const RATES = [BASE, 10 * BASE, 100 * BASE, 500, 700, 1000 * BASE, 3000];

const values = readArguments(
  () => parseArgs({ options: { picture: { type: "string" }, help: { type: "boolean", default: false } } }).values,
  HELP,
);

const WIDTH = 12;
const TITLES = ["requests/s", "p50 ms", "p99 ms", "throttled", "no room", "DynamoDB"];
const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(WIDTH)).join("");
const share = (value: number) => `${(100 * value).toFixed(1)} %`;

function printed({ rate, p50, p99, throttled, noRoom, databaseFull }: SimulationResult): string {
  return row([rate.toFixed(1), p50.toFixed(1), p99.toFixed(1), share(throttled), share(noRoom), share(databaseFull)]);
}

const results: Record<string, SimulationResult[]> = {};
for (const [kind, limits] of Object.entries(KINDS)) {
  const found = RATES.map((rate) => simulate(limits, rate));
  results[kind] = found;
  console.log(`\n${kind}, as it is\n${row(TITLES)}\n${found.map(printed).join("\n")}`);
  console.log(`\n${kind}, with what must be raised`);
  for (const times of [10, 100, 1000, 10_000]) {
    const rate = times * BASE;
    const raised = limitsFor(limits, rate);
    const changes = Object.entries(raised).filter(([name, value]) => limits[name as keyof StageLimits] !== value);
    const { p99, throttled, noRoom, databaseFull } = simulate(raised, rate);
    const refused = share(throttled + noRoom + databaseFull);
    const what = changes.map(([name, value]) => `${name} ${value}`).join(", ") || "nothing";
    console.log(
      `${`${times} ×`.padStart(WIDTH)} ${rate.toFixed(0)}/s: ${what}; p99 ${p99.toFixed(1)} ms, refused ${refused}`,
    );
  }
}
if (values.picture !== undefined) writeFileSync(values.picture, loadPicture(results));
