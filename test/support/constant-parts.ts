import type { Classification } from "@sentiloop/inference/contract";
import pino from "pino";
import { ulid } from "ulid";
import type { Classifier } from "../../api/src/classifier.js";
import { DatasetExport } from "../../api/src/dataset-export.js";
import { inferenceUnavailable, rateLimited } from "../../api/src/errors.js";
import { FeedbackEvent } from "../../api/src/feedback.js";
import { Prediction } from "../../api/src/prediction.js";
import type { PredictionStore } from "../../api/src/prediction-store.js";
import type { SchemaParts } from "../../api/src/schema.js";

const AT = new Date("2026-01-02T03:04:05.678Z");

export const CLASSIFICATION: Classification = {
  emotion: "joy",
  probabilities: { anger: 0.05, disgust: 0.05, fear: 0.04, guilt: 0.03, joy: 0.75, sadness: 0.05, shame: 0.03 },
  uncertain: false,
  uncertaintyReasons: [],
  truncated: false,
};

const HISTORY = [
  new FeedbackEvent({ id: "1", version: 1, action: "REVISE", emotion: "fear", actor: "ann", at: AT }),
  new FeedbackEvent({ id: "2", version: 2, action: "UNDO", emotion: null, actor: "bob", at: AT }),
  new FeedbackEvent({ id: "3", version: 3, action: "REVISE", emotion: "guilt", actor: "ann", at: AT }),
];

const MODEL = {
  version: "v1",
  serving: true,
  createdAt: AT.toISOString(),
  trainedOnRows: 5000,
  datasetSha256: "ab".repeat(32),
  parameters: 123_456,
  metrics: { accuracy: 0.7, macroF1: 0.69, expectedCalibrationError: 0.02, testRows: 760 },
};

/** The id that is found; the others fail in their own ways. */
export const FOUND = ulid(AT.getTime());
export const MISSING = ulid(AT.getTime() + 1);
export const FAILING = ulid(AT.getTime() + 2);

/** Texts that the constant classifier fails for. */
export const UNAVAILABLE_TEXT = "the service is away";
export const FAILING_TEXT = "something breaks";

function prediction(text: string): Prediction {
  const record = { id: FOUND, text, classification: CLASSIFICATION, modelVersion: "v1", createdAt: AT };
  return new Prediction({ ...record, history: HISTORY });
}

const KEPT = prediction("I passed the exam.");

async function failing(): Promise<never> {
  throw new Error("a detail of the inside");
}

async function classify(text: string) {
  if (text === UNAVAILABLE_TEXT) throw inferenceUnavailable(new Error("refused"));
  if (text === FAILING_TEXT) return failing();
  return { classification: CLASSIFICATION, modelVersion: "v1" };
}

async function add(added: Prediction): Promise<Prediction> {
  return prediction(added.text);
}

/** Gives a new prediction the constant id and history: its own would differ from road to road. */
async function addNew(added: Prediction): Promise<void> {
  Object.assign(added, prediction(added.text));
}

async function find(id: string): Promise<Prediction | undefined> {
  if (id === FAILING) return failing();
  return id === FOUND ? KEPT : undefined;
}

/**
 * What a schema works with, answering constants at once and keeping nothing: for what is measured or compared apart
 * from classifier and store. What it does not know fails as an unexpected error would.
 */
export function constantParts(): SchemaParts {
  const classifier = failingOtherwise<Classifier>({
    classify,
    explain: async (text) => {
      if (text === "") throw rateLimited("Too many explanations.", 10);
      return [{ token: "passed", start: 2, end: 8, weight: 0.25 }];
    },
    models: async () => [MODEL, { ...MODEL, version: "v0", serving: false }],
    promote: async () => {},
  });
  const predictions = failingOtherwise<PredictionStore>({
    add,
    addNew,
    find,
    append: async () => true,
    page: async ({ first }) => ({ predictions: [KEPT, KEPT].slice(0, first), hasNextPage: false, end: FOUND }),
    reviewQueue: async (first) => [KEPT, KEPT].slice(0, first),
    settle: async () => {},
    countFeedback: async () => [{ predicted: "joy", verified: "fear", count: 3 }],
  });
  const job = {
    id: FOUND,
    selection: {},
    dialect: "RFC4180",
    status: "READY",
    progress: 1,
    rowCount: 2,
    byteCount: 345,
    sha256: "cd".repeat(32),
    error: null,
    createdAt: AT,
    expiresAt: AT,
  } as const;
  const exports = failingOtherwise<SchemaParts["exports"]>({
    start: async () => new DatasetExport(job, "/exports/x.csv"),
    find: async (id) => (id === FOUND ? new DatasetExport(job, "/exports/x.csv") : undefined),
  });
  return failingOtherwise<SchemaParts>({
    log: pino({ level: "silent" }),
    classifier,
    predictions,
    exports,
    idempotency: { claim: async (_key, claim) => ({ ...claim, predictionId: FOUND }) },
  });
}

/** The given methods of a port; every other one rejects. */
function failingOtherwise<Port extends object>(methods: Partial<Port>): Port {
  return new Proxy(methods, {
    get: (target, name) => (name in target || typeof name === "symbol" ? Reflect.get(target, name) : failing),
  }) as Port;
}
