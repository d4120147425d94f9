import { type InjectionKey, inject, shallowReactive } from "vue";
import type { ShownPredictionFragment as Prediction } from "./generated/graphql.js";

type Versioned = Pick<Prediction, "id" | "version">;

/**
 * What the server told of single predictions: of a decision, or because one was opened. A row of a long list follows its
 * prediction here at the price of one look-up, where the normalised cache would read every field of it.
 */
export class ToldPredictions {
  readonly #newest = shallowReactive(new Map<string, Prediction>());

  /** @returns what it was told */
  tell(prediction: Prediction): Prediction {
    const known = this.#newest.get(prediction.id);
    if (!known || known.version <= prediction.version) this.#newest.set(prediction.id, prediction);
    return prediction;
  }

  /** The newest state of a prediction of which somebody holds one; reactive. */
  newest<Held extends Versioned>(held: Held): Held | Prediction {
    const told = this.#newest.get(held.id);
    return told && told.version > held.version ? told : held;
  }
}

/** Under which an app that is connected with a server has them. */
export const TOLD_PREDICTIONS: InjectionKey<ToldPredictions> = Symbol("told predictions");

/** What the server told in this app. Call it where Vue's `inject` works. */
export function useToldPredictions(): ToldPredictions {
  const told = inject(TOLD_PREDICTIONS);
  if (!told) throw new Error("This app has no server: use connectApi().");
  return told;
}
