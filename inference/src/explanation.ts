import type { ExplainRequest, ExplainResponse } from "../contract/index.js";
import type { Classifier } from "./classifier.js";
import type { Tokenizer } from "./tokenizer.js";
import { inTurns } from "./turns.js";

/** The most variants of a text that are classified to explain it. */
export const MAX_OCCLUSIONS = 24;

/** What explains: the parts of one model version. */
export interface Explainer {
  classifier: Classifier;
  tokenizer: Tokenizer;
}

/**
 * Says how much each token of a text speaks for an emotion, by occlusion (Zeiler and Fergus, "Visualizing and
 * Understanding Convolutional Networks", 2014): a token's weight is the emotion's probability minus its probability
 * when that token is hidden, that is, read as an unknown word.
 *
 * Occlusion only asks the network for answers, so it explains every network, imported ones too; gradients, which
 * other methods need, are not available in ONNX Runtime. At most 24 variants of a text are asked about: in one of
 * T > 24 tokens, ceil(T / 24) neighbours are hidden together and share the drop evenly.
 * @param request its emotion may be left out for the one that the text is classified as
 * @throws when `signal` is aborted, its reason
 */
export async function explain(
  { classifier, tokenizer }: Explainer,
  { instance: text, emotion: wanted }: ExplainRequest,
  signal?: AbortSignal,
): Promise<Omit<ExplainResponse, "modelVersion">> {
  const { tokens, cut } = tokenizer.read(text);
  const width = Math.ceil(tokens.length / MAX_OCCLUSIONS);
  const windowOf = (index: number) => Math.floor(index / width);
  const starts = tokens.map((_, index) => index).filter((index) => index % width === 0);
  const hide = (from: number) => tokenizer.encodeWithout(text, from, Math.min(from + width, tokens.length));
  const hidden = await inTurns(starts, hide, signal);
  const [whole, ...variants] = await classifier.classifyEncoded([tokenizer.encode(text), ...hidden], signal);
  if (whole === undefined) throw new Error("A classifier must give a classification for each text.");
  const emotion = wanted ?? whole.emotion;
  const drops = variants.map((variant) => whole.probabilities[emotion] - variant.probabilities[emotion]);
  const sharers = (window: number) => Math.min(width, tokens.length - window * width);
  return {
    emotion,
    tokens: tokens.map(({ start, end }, index) => {
      const window = windowOf(index);
      return { token: text.slice(start, end), start, end, weight: (drops[window] ?? 0) / sharers(window) };
    }),
    truncated: cut,
  };
}
