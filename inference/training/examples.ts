import { EMOTIONS, type Emotion, type LabelledText } from "../contract/index.js";
import type { Tokenizer } from "../src/tokenizer.js";
import { negationTexts } from "./augmentation/index.js";
import { weightOf } from "./judged-rows.js";
import { EmotionNetwork } from "./network.js";
import { NetworkEngine } from "./network-engine.js";
import type { ParentVersion } from "./parent-version.js";
import { Random } from "./random.js";
import type { Recipe } from "./recipe.js";
import { softmax } from "./softmax.js";
import type { Example } from "./trainer.js";

const WIDTH = EMOTIONS.length;

/** Of a parent's opinion in a target, so that what it knew is not forgotten (Li and Hoiem, "Learning without Forgetting", 2016). */
const PARENT_SHARE = 0.3;

/** What besides rows makes examples. */
export interface ExampleOptions {
  recipe: Readonly<Pick<Recipe, "negations">>;
  seed: number;
  /** A version to go on from, whose opinion of each text takes part in its target. */
  parent?: ParentVersion | undefined;
}

/** What a network learns from: the rows, by their weight, and made-up texts that show what a negation does. */
export async function examplesOf(
  rows: readonly LabelledText[],
  tokenizer: Tokenizer,
  { recipe, seed, parent }: ExampleOptions,
): Promise<Example[]> {
  const own = rows.flatMap((row) => {
    const example = { text: tokenizer.encode(row.text), target: certainly(row.emotion) };
    return Array.from({ length: weightOf(row) }, () => example);
  });
  const madeUp = negationTexts(new Random(seed), Math.ceil(own.length * recipe.negations));
  const examples = [...own, ...madeUp.map(({ text, target }) => ({ text: tokenizer.encode(text), target }))];
  return parent ? remembered(examples, parent) : examples;
}

/** Targets that keep a share of what the parent thinks of the texts. */
async function remembered(examples: readonly Example[], { size, weights }: ParentVersion): Promise<Example[]> {
  const network = new EmotionNetwork(size, weights);
  try {
    const { logits } = await new NetworkEngine(network).run(examples.map(({ text }) => text));
    return examples.map(({ text, target }, row) => ({
      text,
      target: mixed(target, softmax(logits.subarray(row * WIDTH, (row + 1) * WIDTH))),
    }));
  } finally {
    network.dispose();
  }
}

/** The target of a text whose emotion a person named. */
function certainly(emotion: Emotion): Float32Array {
  return Float32Array.from(EMOTIONS, (each) => (each === emotion ? 1 : 0));
}

function mixed(target: Float32Array, opinion: readonly number[]): Float32Array {
  return target.map((value, i) => (1 - PARENT_SHARE) * value + PARENT_SHARE * (opinion[i] ?? 0));
}
