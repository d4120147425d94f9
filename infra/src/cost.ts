import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readArguments, refuse } from "./command-line.js";
import { monthlyCost, type Prices } from "./monthly-cost.js";
import { ROOT } from "./root.js";
import { STAGE_KINDS } from "./stage-settings.js";

/** `npm run cost`: what a stage costs a month. */

const HELP = `Usage: npm run cost -- [--requests-per-month N]… [--prices FILE]

Prints what a stage of each kind costs a month, by service, with so many predictions a month.

  --requests-per-month N   predictions a month (default: 0, 10 thousand, 1 million and 100 million)
  --prices FILE            prices of another region or day (default: infra/prices/us-east-1.json)
  --help                   show this text`;

const OPTIONS = {
  "requests-per-month": { type: "string", multiple: true },
  prices: { type: "string", default: join(ROOT, "infra/prices/us-east-1.json") },
  help: { type: "boolean", default: false },
} as const;

const WIDTH = 14;
const values = readArguments(() => parseArgs({ options: OPTIONS }).values, HELP);
const volumes = (values["requests-per-month"] ?? ["0", "10000", "1000000", "100000000"]).map(wholeNumber);
const prices = JSON.parse(readFileSync(values.prices, "utf8")) as Prices;

console.log(`US dollars a month in ${prices.region}, prices of ${prices.asOf}.\n${prices.source}`);
for (const kind of STAGE_KINDS) {
  const costs = volumes.map((volume) => monthlyCost(kind, volume, prices));
  console.log(
    `\n${row(
      kind,
      volumes.map((volume) => volume.toLocaleString("en")),
    )}`,
  );
  for (const service of Object.keys(costs[0] ?? {}))
    console.log(
      row(
        service,
        costs.map((cost) => dollars(cost[service])),
      ),
    );
  console.log(
    row(
      "together",
      costs.map((cost) => dollars(Object.values(cost).reduce((sum, each) => sum + each, 0))),
    ),
  );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,12}$/.test(text))
    refuse(`--requests-per-month must be a whole number of predictions, but is "${text}".`, HELP);
  return Number(text);
}

function dollars(amount = 0): string {
  return amount.toFixed(2);
}

function row(title: string, cells: readonly string[]): string {
  return title.padEnd(WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join("");
}
