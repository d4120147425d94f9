import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import type { Checkpoint, CheckpointSlot } from "./checkpoint.js";
import { AdamW } from "./optimizer.js";
import type { EpochProgress } from "./progress.js";
import type { Random } from "./random.js";
import { WeightAverage } from "./weight-average.js";

/** Something to learn: what is changed, from what, and what is made small. */
export interface Task<Batch> {
  variables: Readonly<Record<string, tf.Variable>>;
  /** The batches of one epoch, in a new order each time. */
  batches(random: Random): Batch[];
  /** How many examples a batch has. */
  sizeOf(batch: Batch): number;
  /** What to make small for a batch. */
  loss(batch: Batch, random: Random): tf.Scalar;
  /** What a variable loses of itself a step, times the learning rate. */
  decay(name: string): number;
}

/** How long to learn, and in what steps. */
export interface Schedule {
  epochs: number;
  /** The highest rate, reached when the share `warmUp` of all steps is done; from there it falls to 0. */
  learningRate: number;
  warmUp: number;
  clipNorm: number;
  /** Of the moving average of the variables, which is what is kept. */
  averageDecay: number;
}

/** What an optimisation is told besides. */
export interface OptimisationOptions {
  random: Random;
  /** Where to keep a checkpoint after each epoch, and to go on from one. */
  slot?: CheckpointSlot | undefined;
  /** Called after each batch. */
  onBatch?: ((progress: EpochProgress) => void) | undefined;
  /** Called after each epoch, while the variables hold the values that would be kept. */
  onEpoch?: ((progress: EpochProgress) => Promise<void>) | undefined;
  /** Stops between two batches; the signal's reason is then thrown. */
  signal?: AbortSignal | undefined;
}

/** Changes a task's variables in place until the schedule is over: afterwards they hold their averaged values. */
export async function optimise<Batch>(
  task: Task<Batch>,
  schedule: Schedule,
  options: OptimisationOptions,
): Promise<void> {
  const run = new Optimisation(task, schedule, options);
  try {
    await run.run();
  } finally {
    run.dispose();
  }
}

class Optimisation<Batch> {
  readonly #task: Task<Batch>;
  readonly #schedule: Schedule;
  readonly #options: OptimisationOptions;
  readonly #optimizer: AdamW;
  readonly #average: WeightAverage;
  #step = 0;

  constructor(task: Task<Batch>, schedule: Schedule, options: OptimisationOptions) {
    [this.#task, this.#schedule, this.#options] = [task, schedule, options];
    this.#optimizer = new AdamW(task.variables, { decay: task.decay, clipNorm: schedule.clipNorm });
    this.#average = new WeightAverage(task.variables, schedule.averageDecay);
  }

  async run(): Promise<void> {
    const { epochs } = this.#schedule;
    for (let epoch = await this.#resumed(); epoch < epochs; epoch += 1) {
      const progress = await this.#epoch(epoch + 1);
      await this.#options.slot?.save(this.#checkpoint(epoch + 1));
      this.#average.swap();
      await this.#options.onEpoch?.(progress);
      if (epoch + 1 < epochs) this.#average.swap();
    }
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#average.dispose();
  }

  async #epoch(epoch: number): Promise<EpochProgress> {
    const { random, onBatch, signal } = this.#options;
    const progress = { epoch, examplesDone: 0, loss: 0 };
    const batches = this.#task.batches(random);
    const steps = this.#schedule.epochs * batches.length;
    for (const batch of batches) {
      const loss = this.#learn(batch, rateAt(this.#step / steps, this.#schedule));
      const size = this.#task.sizeOf(batch);
      progress.loss += ((loss - progress.loss) * size) / (progress.examplesDone + size);
      progress.examplesDone += size;
      onBatch?.(progress);
      await setImmediate();
      signal?.throwIfAborted();
    }
    return progress;
  }

  /** Learns from one batch and returns its loss. */
  #learn(batch: Batch, rate: number): number {
    const { variables } = this.#task;
    const { value, grads } = tf.variableGrads(
      () => this.#task.loss(batch, this.#options.random),
      Object.values(variables),
    );
    const named = Object.entries(variables).map(([name, variable]) => [name, grads[variable.name] as tf.Tensor]);
    this.#optimizer.apply(Object.fromEntries(named), rate);
    this.#average.update();
    this.#step += 1;
    const [loss = Number.NaN] = value.dataSync();
    value.dispose();
    if (!Number.isFinite(loss)) throw new Error("Training diverged: the loss is not a finite number.");
    return loss;
  }

  /** Every variable that makes up the state, by a name of its own. */
  #state(): Record<string, tf.Variable> {
    const parts = Object.entries({
      value: this.#task.variables,
      ...this.#optimizer.moments(),
      average: this.#average.averages(),
    });
    return Object.fromEntries(
      parts.flatMap(([part, variables]) => Object.entries(variables).map(([name, v]) => [`${part}/${name}`, v])),
    );
  }

  #checkpoint(epoch: number): Checkpoint {
    const arrays = Object.entries(this.#state()).map(([name, variable]) => [name, variable.dataSync().slice()]);
    return {
      epoch,
      step: this.#step,
      randomState: this.#options.random.state,
      arrays: Object.fromEntries(arrays),
    };
  }

  /** Takes up a checkpoint, if there is one. @returns how many epochs are done */
  async #resumed(): Promise<number> {
    const checkpoint = await this.#options.slot?.load();
    if (checkpoint === undefined) return 0;
    for (const [name, variable] of Object.entries(this.#state())) {
      const values = checkpoint.arrays[name] as Float32Array;
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
    this.#step = checkpoint.step;
    this.#optimizer.step = checkpoint.step;
    this.#average.step = checkpoint.step;
    this.#options.random.state = checkpoint.randomState;
    // What stopped after its last epoch only has to take the averaged values.
    if (checkpoint.epoch >= this.#schedule.epochs) this.#average.swap();
    return checkpoint.epoch;
  }
}

/** Rises in a line, then falls along half a cosine. `done` is the share of all steps that is behind. */
function rateAt(done: number, { learningRate, warmUp }: Schedule): number {
  if (done < warmUp) return (learningRate * (done + warmUp / 10)) / (warmUp * 1.1);
  return (learningRate * (1 + Math.cos((Math.PI * (done - warmUp)) / (1 - warmUp)))) / 2;
}

const BUCKET_BATCHES = 20;

/** Batches in a new order, of texts of similar length, so that little is padded. */
export function bucketed<T extends { text: { ids: Int32Array } }>(
  examples: readonly T[],
  batchSize: number,
  random: Random,
): T[][] {
  const shuffled = random.shuffled(examples);
  const batches: T[][] = [];
  for (let start = 0; start < shuffled.length; start += batchSize * BUCKET_BATCHES) {
    const bucket = shuffled.slice(start, start + batchSize * BUCKET_BATCHES);
    bucket.sort((a, b) => a.text.ids.length - b.text.ids.length);
    for (let first = 0; first < bucket.length; first += batchSize) batches.push(bucket.slice(first, first + batchSize));
  }
  return random.shuffled(batches);
}
