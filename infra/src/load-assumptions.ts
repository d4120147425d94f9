import { ASSUMPTIONS } from "./monthly-cost.js";
import type { StageLimits } from "./simulation.js";

/** Measured: CPU seconds of a whole prediction, all processes together, as README.md says under "How fast it is". */
export const CPU_A_PREDICTION = 0.0008;

/** A stage of each kind as its settings are by themselves. */
const STANDARD: StageLimits = {
  // The defaults of the settings.
  throttleRate: 500,
  throttleBurst: 1000,
  concurrency: 50,
  tasks: ASSUMPTIONS.maxTasks,
  // Careful: as if classifying took all the CPU time of a prediction, on the share of a CPU that a task has.
  serviceTime: CPU_A_PREDICTION / ASSUMPTIONS.taskCpu,
  // Not measured, because there was no account: API Gateway and Lambda between them, and one write to DynamoDB, which
  // promises single-digit milliseconds.
  gatewayTime: 0.005,
  databaseTime: 0.008,
  // What DynamoDB's documentation gives a new table on demand, and a partition. The busiest table is that of operations:
  // two counters a prediction, which test/infra counts.
  writeUnits: 4000,
  unitsAPrediction: 2,
  writesAShard: 1000,
  // LISTING_SHARDS of the api; the counters have as many.
  indexShards: 8,
};

/** As many services as environments of the gateway, each on a whole CPU. */
const LEAN: StageLimits = { ...STANDARD, tasks: STANDARD.concurrency, serviceTime: CPU_A_PREDICTION };

export const STAGE_LIMITS = { standard: STANDARD, lean: LEAN } as const;

/** A million predictions a month, at the busiest hour, in requests a second. */
export const BASE_RATE = (1e6 / (30 * 24 * 3600)) * ASSUMPTIONS.peak;
