import type { STAGE_KINDS } from "./stage-settings.js";

/** Prices in US dollars, each for what its name says. */
export interface Prices {
  region: string;
  asOf: string;
  source: string;
  lambdaRequest: number;
  lambdaArmGBSecond: number;
  httpApiRequest: number;
  dynamoDBWriteUnit: number;
  dynamoDBReadUnit: number;
  dynamoDBGBMonth: number;
  dynamoDBPitrGBMonth: number;
  s3GBMonth: number;
  s3Put: number;
  s3Get: number;
  cloudFrontRequest: number;
  cloudFrontGB: number;
  fargateArmCpuHour: number;
  fargateArmGBHour: number;
  publicIPv4Hour: number;
  loadBalancerHour: number;
  loadBalancerUnitHour: number;
  logsGB: number;
  alarmMonth: number;
  dashboardMonth: number;
}

/** What one prediction uses, with what a person does about it. */
export const ASSUMPTIONS = {
  /** The share of predictions that somebody decides on. */
  decided: 0.5,
  /** With a text of some 100 characters: the item, its entries in the indexes, and the counters. A test counts them. */
  writeUnitsAPrediction: 6,
  writeUnitsADecision: 7,
  readUnitsARequest: 1,
  bytesAnItem: 1500,
  /** Of one request, in seconds: DynamoDB and the inference service answer, the function waits. */
  secondsARequest: { standard: 0.025, lean: 0.03 },
  memoryGB: { standard: 1, lean: 1769 / 1024 },
  bytesOut: 2000,
  logBytesARequest: 400,
  /** Classifications a second that one task of half a CPU answers, from the bench with room to spare. */
  requestsATaskAndSecond: 200,
  /** How much busier the busiest hour is than the average. */
  peak: 4,
  maxTasks: 3,
  taskCpu: 0.5,
  taskGB: 1,
  /** The metrics of all alarms, each of which costs; a test counts them. */
  alarmMetrics: { standard: 20, lean: 17 },
  /** How often a month all predictions are read to count them anew, from 4 KB a unit on. */
  recounts: 30,
  bytesAReadUnit: 4096,
  zones: 2,
} as const;

export type StageKind = (typeof STAGE_KINDS)[number];

const HOURS = 730;
const SECONDS = HOURS * 3600;
const GB = 1e9;

/** What a stage costs a month by service, in US dollars, with so many predictions a month. */
export function monthlyCost(kind: StageKind, predictions: number, prices: Prices): Record<string, number> {
  const requests = predictions * (1 + ASSUMPTIONS.decided);
  const storedGB = (predictions * ASSUMPTIONS.bytesAnItem) / GB;
  const perSecond = ASSUMPTIONS.secondsARequest[kind] * ASSUMPTIONS.memoryGB[kind] * prices.lambdaArmGBSecond;
  return {
    Lambda: requests * (prices.lambdaRequest + perSecond),
    "API Gateway": requests * prices.httpApiRequest,
    DynamoDB: dynamoDB(predictions, requests, storedGB, prices),
    CloudFront: requests * (prices.cloudFrontRequest + (ASSUMPTIONS.bytesOut / GB) * prices.cloudFrontGB),
    S3: storedGB * prices.s3GBMonth + modelLooks(kind) * prices.s3Get,
    CloudWatch:
      ASSUMPTIONS.alarmMetrics[kind] * prices.alarmMonth +
      prices.dashboardMonth +
      ((requests * ASSUMPTIONS.logBytesARequest) / GB) * prices.logsGB,
    ...(kind === "standard" && { ECS: fargate(predictions, prices), "Load balancer": loadBalancer(requests, prices) }),
  };
}

/** How many tasks run on average. */
export function tasksFor(predictions: number): number {
  const busiest = (predictions / SECONDS) * ASSUMPTIONS.peak;
  return Math.min(ASSUMPTIONS.maxTasks, Math.max(1, Math.ceil(busiest / ASSUMPTIONS.requestsATaskAndSecond)));
}

function dynamoDB(predictions: number, requests: number, storedGB: number, prices: Prices): number {
  const { writeUnitsAPrediction, writeUnitsADecision, readUnitsARequest, decided, recounts, bytesAReadUnit } =
    ASSUMPTIONS;
  const writes = predictions * (writeUnitsAPrediction + decided * writeUnitsADecision);
  return (
    writes * prices.dynamoDBWriteUnit +
    requests * readUnitsARequest * prices.dynamoDBReadUnit +
    ((storedGB * GB) / bytesAReadUnit) * recounts * prices.dynamoDBReadUnit +
    storedGB * (prices.dynamoDBGBMonth + prices.dynamoDBPitrGBMonth)
  );
}

/** How often services look at the alias in the bucket of models a month: one each five seconds while it runs. */
function modelLooks(kind: StageKind): number {
  return kind === "standard" ? SECONDS / 5 : 0;
}

function fargate(predictions: number, prices: Prices): number {
  const { taskCpu, taskGB } = ASSUMPTIONS;
  const hour = taskCpu * prices.fargateArmCpuHour + taskGB * prices.fargateArmGBHour + prices.publicIPv4Hour;
  return tasksFor(predictions) * HOURS * hour;
}

/** A unit is 25 new connections or 1 GB an hour; connections are kept, so it is the bytes that count. */
function loadBalancer(requests: number, prices: Prices): number {
  const units = Math.max(1, (requests * ASSUMPTIONS.bytesOut) / GB / HOURS);
  return HOURS * (prices.loadBalancerHour + units * prices.loadBalancerUnitHour);
}
