import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readArguments } from "./command-line.js";
import { BASE_RATE, STAGE_LIMITS } from "./load-assumptions.js";
import { loadPicture } from "./load-picture.js";
import { limitsFor, type SimulationResult, type StageLimits, simulate } from "./simulation.js";

/** `npm run simulate`: what a stage can bear, on paper. */

const HELP = `Usage: npm run simulate -- [--picture FILE]

Simulates loads on a stage of each kind: where it is full, and what must be raised for more.

  --picture FILE   draw the shares that are answered as SVG into FILE
  --help           show this text`;

/** Requests a second: a million predictions a month at the busiest hour, and more. */
const RATES = [BASE_RATE, 10 * BASE_RATE, 100 * BASE_RATE, 500, 700, 1000 * BASE_RATE, 3000];

const WIDTH = 12;
const TITLES = ["requests/s", "p50 ms", "p99 ms", "throttled", "no room", "DynamoDB"];
const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(WIDTH)).join("");
const share = (value: number) => `${(100 * value).toFixed(1)} %`;

const values = readArguments(
  () => parseArgs({ options: { picture: { type: "string" }, help: { type: "boolean", default: false } } }).values,
  HELP,
);

const blocks = Object.entries(STAGE_LIMITS).flatMap(([kind, limits]) => [
  [`${kind}, as it is`, row(TITLES), ...RATES.map((rate) => printed(simulate(limits, rate)))],
  [`${kind}, with what must be raised`, ...[10, 100, 1000, 10_000].map((times) => raisedFor(limits, times))],
]);
console.log(blocks.map((lines) => lines.join("\n")).join("\n\n"));
if (values.picture !== undefined) writeFileSync(values.picture, loadPicture(drawn()));

function printed({ rate, p50, p99, throttled, noRoom, databaseFull }: SimulationResult): string {
  return row([rate.toFixed(1), p50.toFixed(1), p99.toFixed(1), share(throttled), share(noRoom), share(databaseFull)]);
}

function raisedFor(limits: StageLimits, times: number): string {
  const rate = times * BASE_RATE;
  const raised = limitsFor(limits, rate);
  const changes = Object.entries(raised).filter(([name, value]) => limits[name as keyof StageLimits] !== value);
  const { p99, throttled, noRoom, databaseFull } = simulate(raised, rate);
  const what = changes.map(([name, value]) => `${name} ${value}`).join(", ") || "nothing";
  const refused = share(throttled + noRoom + databaseFull);
  return `${`${times} ×`.padStart(WIDTH)} ${rate.toFixed(0)}/s: ${what}; p99 ${p99.toFixed(1)} ms, refused ${refused}`;
}

/** The lines of the picture: the stages as they are, and what would be full next if the throttle let everything through. */
function drawn(): Record<string, SimulationResult[]> {
  const rates = Array.from({ length: 40 }, (_, index) => 10 ** (index / 10));
  const over = (limits: StageLimits) => rates.map((rate) => simulate(limits, rate));
  const open = { throttleRate: Number.POSITIVE_INFINITY, throttleBurst: Number.POSITIVE_INFINITY };
  return {
    standard: over(STAGE_LIMITS.standard),
    lean: over(STAGE_LIMITS.lean),
    "standard, unthrottled": over({ ...STAGE_LIMITS.standard, ...open }),
    "lean, unthrottled": over({ ...STAGE_LIMITS.lean, ...open }),
  };
}
