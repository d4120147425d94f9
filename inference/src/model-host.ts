import type { ServingModel } from "./serving-model.js";

/**
 * Holds the model that serves, and exchanges it while work goes on: whoever began with a model ends with it, and
 * a model that was replaced is closed when its last user is done.
 */
export class ModelHost {
  #current: Hosted;
  readonly #retiring = new Set<Promise<void>>();

  /** @param model becomes the host's to close */
  constructor(model: ServingModel) {
    this.#current = new Hosted(model);
  }

  /** What is said of the model that serves now; to classify with it, call `use`. */
  get current(): Pick<ServingModel, "version" | "reason" | "engine"> {
    return this.#current.model;
  }

  /** Does a piece of work with the model that serves now, all of it with this one. */
  use<T>(work: (model: ServingModel) => Promise<T>): Promise<T> {
    return this.#current.use(work);
  }

  /**
   * Lets another model serve from now on.
   * @returns when the work in flight on the one before is done and that one is closed
   */
  async swap(model: ServingModel): Promise<void> {
    const previous = this.#current;
    this.#current = new Hosted(model);
    await this.#retire(previous);
  }

  /** Waits for the work in flight, then closes every model; nothing may be asked of the host any more. */
  async close(): Promise<void> {
    await Promise.all([this.#retire(this.#current), ...this.#retiring]);
  }

  #retire(hosted: Hosted): Promise<void> {
    const retiring = hosted.retire().finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
    return retiring;
  }
}

/** A model with the number of those who use it. */
class Hosted {
  #users = 0;
  #onIdle: (() => void) | undefined;

  constructor(readonly model: ServingModel) {}

  async use<T>(work: (model: ServingModel) => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work(this.model);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#onIdle?.();
    }
  }

  /** Closes the model as soon as nobody uses it. */
  async retire(): Promise<void> {
    if (this.#users > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.model.close();
  }
}
