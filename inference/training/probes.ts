import { createReadStream } from "node:fs";
import { join } from "node:path";
import {
  type Classification,
  type Emotion,
  type LocatedText,
  readLabelledTexts,
  readTexts,
} from "../contract/index.js";
import { starterRegistry } from "../src/registry.js";

/**
 * Probes are sentences written to find out what a model gets wrong that a test set of its own kind of texts does not
 * show. They must never be used for training or for choosing a threshold: from then on they would show nothing.
 */
export const PROBE_SETS = ["everyday", "typos", "negations", "neutral"] as const;
export type ProbeSet = (typeof PROBE_SETS)[number];

/** A sentence with what is asked of a model about it. */
export interface Probe {
  text: string;
  /** The emotion that it carries, in negations the one that it denies; null where it carries none. */
  emotion: Emotion | null;
}

/** A probe that a model did not pass, with what it answered. */
export interface ProbeFailure extends Probe {
  answered: Emotion;
  confidence: number;
  uncertain: boolean;
}

/** How a model did on one set. */
export interface ProbeResult {
  passed: number;
  total: number;
  failures: ProbeFailure[];
}

export type ProbeResults = Record<ProbeSet, ProbeResult>;

/** A denied emotion must get less than this. */
const DENIED_CONFIDENCE = 0.5;

type Answer = Pick<Classification, "emotion" | "probabilities" | "uncertain">;

/** What each set asks, in words for people. */
export const PROBE_QUESTIONS: Readonly<Record<ProbeSet, string>> = {
  everyday: "short plain sentences get the emotion that they carry",
  typos: "so do sentences with typing errors, capitals and stretched words",
  negations: `an emotion that is denied is not answered with ${DENIED_CONFIDENCE} or more`,
  neutral: "sentences without emotion are marked as uncertain",
};

const PASSES: Readonly<Record<ProbeSet, (probe: Probe, answer: Answer) => boolean>> = {
  everyday: ({ emotion }, answer) => answer.emotion === emotion,
  typos: ({ emotion }, answer) => answer.emotion === emotion,
  negations: ({ emotion }, answer) => answer.emotion !== emotion || confidenceOf(answer) < DENIED_CONFIDENCE,
  neutral: (_, answer) => answer.uncertain,
};

/** Classifies texts: a `Classifier`, or anything that answers like one. */
export interface TextClassifier {
  classify(texts: readonly string[]): Promise<Classification[]>;
}

/** Asks a classifier about every probe. */
export async function runProbes(classifier: TextClassifier): Promise<ProbeResults> {
  const results: Partial<ProbeResults> = {};
  for (const set of PROBE_SETS) {
    const probes = await readProbes(set);
    results[set] = judged(set, probes, await classifier.classify(probes.map(({ text }) => text)));
  }
  return results as ProbeResults;
}

/** The sentences of a set, in their order. */
export async function readProbes(set: ProbeSet): Promise<Probe[]> {
  // Beside the models, because the compiled code is in another folder than the sentences.
  const file = join(starterRegistry(), "..", "training", "probes", `${set}.csv`);
  const input = createReadStream(file);
  const rows: AsyncIterable<LocatedText & { emotion?: Emotion }> =
    set === "neutral" ? readTexts(input, file) : readLabelledTexts(input, file);
  const probes: Probe[] = [];
  for await (const { text, emotion } of rows) probes.push({ text, emotion: emotion ?? null });
  return probes;
}

function judged(set: ProbeSet, probes: readonly Probe[], answers: readonly Classification[]): ProbeResult {
  const failures = probes.flatMap((probe, index): ProbeFailure[] => {
    const answer = answers[index];
    if (answer === undefined) throw new Error(`The classifier gave no answer to a sentence of the set ${set}.`);
    if (PASSES[set](probe, answer)) return [];
    return [{ ...probe, answered: answer.emotion, confidence: confidenceOf(answer), uncertain: answer.uncertain }];
  });
  return { passed: probes.length - failures.length, total: probes.length, failures };
}

function confidenceOf({ emotion, probabilities }: Answer): number {
  return probabilities[emotion];
}
