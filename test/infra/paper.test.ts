import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { monthlyCost, type Prices } from "../../infra/src/monthly-cost.js";
import { limitsFor, type StageLimits, simulate } from "../../infra/src/simulation.js";

const prices = JSON.parse(readFileSync("infra/prices/us-east-1.json", "utf8")) as Prices;
const total = (cost: Record<string, number>) => Object.values(cost).reduce((sum, each) => sum + each, 0);

describe("the cost of a stage", () => {
  test("of the kind lean is a few dollars while nobody uses it", () => {
    expect(total(monthlyCost("lean", 0, prices))).toBeLessThan(5);
  });

  test("grows with its use, by services that are paid by use alone", () => {
    const [million, hundred] = [monthlyCost("lean", 1e6, prices), monthlyCost("lean", 1e8, prices)];
    expect(hundred.Lambda).toBeCloseTo(100 * (million.Lambda ?? 0), 6);
    expect(hundred.CloudWatch).toBeLessThan(100 * (million.CloudWatch ?? 0));
  });
});

const LIMITS: StageLimits = {
  throttleRate: 500,
  throttleBurst: 1000,
  concurrency: 50,
  tasks: 1,
  serviceTime: 0.002,
  gatewayTime: 0.005,
  databaseTime: 0.008,
  writeUnits: 4000,
  unitsAPrediction: 4,
  indexShards: 8,
  writesAShard: 1000,
};
const ENDLESS = { ...LIMITS, throttleRate: 1e9, throttleBurst: 1e9, concurrency: 500, writeUnits: 1e9 };

describe("the simulation", () => {
  test("waits at one server as long as queueing theory says (M/M/1 at half its rate: twice the time)", () => {
    const alone = { ...ENDLESS, gatewayTime: 0, databaseTime: 1e-9 };
    // The median of an exponential waiting time with mean 1/(500 − 250) seconds.
    expect(simulate(alone, 250).p50).toBeCloseTo((1000 * Math.LN2) / 250, 0);
  });

  test("turns away what the throttle does not let through", () => {
    expect(simulate(LIMITS, 100).throttled).toBe(0);
    expect(simulate({ ...ENDLESS, throttleRate: 500, throttleBurst: 500 }, 1000).throttled).toBeCloseTo(0.5, 1);
  });

  test("answers everything with the limits that it says are needed", () => {
    for (const rate of [15, 150, 1500]) {
      const { throttled, noRoom, databaseFull } = simulate(limitsFor(LIMITS, rate), rate);
      expect({ rate, refused: throttled + noRoom + databaseFull }).toEqual({ rate, refused: 0 });
    }
  });
});
