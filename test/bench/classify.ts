import { InferenceSession, type Tensor } from "onnxruntime-node";
import { Classifier } from "../../inference/src/classifier.js";
import { loadVersion, type ModelVersion } from "../../inference/src/model-version.js";
import { OnnxEngine, paddedTensor, SESSION_OPTIONS } from "../../inference/src/onnx-engine.js";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";
import { Tokenizer } from "../../inference/src/tokenizer.js";

// About 20 tokens each, as people write them.
const SENTENCES = [
  "When my best friend told me that she would move to another country, I could not sleep for days.",
  "I was so happy when I heard that I had passed the exam, because I had studied for months.",
  "A stranger followed me through the park at night, and I did not dare to turn around or run.",
  "My brother took my bicycle without asking, broke it, and then he lied to all of us about it.",
  "I forgot my mother's birthday although she had reminded me twice, and she waited the whole evening for my call.",
  "The man next to me on the train ate with his hands and wiped them on the seat.",
  "I fell in front of the whole class during my speech, and everybody laughed until the teacher came in.",
  "After two years abroad I saw my family again at the airport, and all of us cried and laughed.",
];
const BATCH_SIZE = 32;
const WARM_UP_ROUNDS = 50;
const ROUNDS = 1000;

/** Times in milliseconds. */
export interface Timing {
  p50: number;
  mean: number;
}

/** What classifying costs over the network alone. `ratio` is that of the medians. */
export interface Comparison {
  bare: Timing;
  classifier: Timing;
  ratio: number;
}

/** The comparison for one text of about 20 tokens, and for a batch of 32 of them. */
export interface ClassifyBench {
  modelVersion: string;
  single: Comparison;
  batch: Comparison;
}

/**
 * Measures the starter version: bare ONNX Runtime on ready-made tensors against tokenising and
 * classifying the same sentences, by turns in one run so that both see the same machine.
 */
export async function benchClassify(): Promise<ClassifyBench> {
  const registry = new ModelRegistry([starterRegistry()]);
  const version = await loadVersion(await registry.find((await registry.serving()).version));
  const tokenizer = new Tokenizer(version.tokenizer);
  const engine = await OnnxEngine.open(version.network);
  const classifier = new Classifier({ tokenizer, engine, manifest: version.manifest });
  const batch = Array.from({ length: BATCH_SIZE }, (_, index) => SENTENCES[index % SENTENCES.length] as string);
  const compared = { version, tokenizer, classifier };
  const result = {
    modelVersion: version.manifest.version,
    single: await compare({ ...compared, requests: SENTENCES.map((sentence) => [sentence]) }),
    batch: await compare({ ...compared, requests: [batch] }),
  };
  await engine.close();
  return result;
}

interface Compared {
  version: ModelVersion;
  tokenizer: Tokenizer;
  classifier: Classifier;
  /** The texts of each request; the rounds take them in turn. */
  requests: readonly string[][];
}

async function compare({ version, tokenizer, classifier, requests }: Compared): Promise<Comparison> {
  const session = await InferenceSession.create(version.network, SESSION_OPTIONS);
  const bare: number[] = [];
  const classified: number[] = [];
  const pairs = requests.map((texts) => ({ texts, feeds: feedsOf(texts, tokenizer) }));
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    for (const { texts, feeds } of pairs) {
      const bareTime = await timed(() => session.run(feeds));
      const classifiedTime = await timed(() => classifier.classify(texts));
      if (round < WARM_UP_ROUNDS) continue;
      bare.push(bareTime);
      classified.push(classifiedTime);
    }
  }
  await session.release();
  const timings = { bare: timing(bare), classifier: timing(classified) };
  return { ...timings, ratio: timings.classifier.p50 / timings.bare.p50 };
}

function feedsOf(texts: string[], tokenizer: Tokenizer): Record<"ids" | "ngrams", Tensor> {
  const encoded = texts.map((text) => tokenizer.encode(text));
  return {
    ids: paddedTensor(encoded.map(({ ids }) => ids)),
    ngrams: paddedTensor(encoded.map(({ ngrams }) => ngrams)),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function timing(times: number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, time) => sum + time, 0);
  return { p50: sorted[sorted.length >> 1] ?? Number.NaN, mean: total / sorted.length };
}
