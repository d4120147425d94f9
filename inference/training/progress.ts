import { SingleBar } from "cli-progress";
import { percent } from "../src/percent.js";

/** What a training run tells the person who waits for it. */
export interface Reporter {
  note(text: string): void;
  /** A number of epochs is about to begin, each over so many examples. */
  start(epochs: number, examples: number): void;
  batch(progress: EpochProgress): void;
  epoch(progress: EpochProgress & { heldOutAccuracy?: number }): void;
  /** Nothing more follows. */
  stop(): void;
}

/** How far training is; `epoch` counts from 1. */
export interface EpochProgress {
  epoch: number;
  examplesDone: number;
  loss: number;
}

/** Writes to standard error: a bar when that is a terminal, else a line an epoch. */
export class ConsoleReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #epochs = 0;
  #examples = 0;
  #startedAt = 0;
  // What was done before, when a training goes on.
  #firstDone: number | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  start(epochs: number, examples: number): void {
    [this.#epochs, this.#examples, this.#startedAt] = [epochs, examples, performance.now()];
    this.#firstDone = undefined;
    if (!this.#stream.isTTY) return;
    const format = "{bar} epoch {epoch}/{epochs} | loss {loss} | {rate} examples/s | {left} left";
    this.#bar = new SingleBar({ stream: this.#stream, format, barsize: 24, hideCursor: true });
    this.#bar.start(epochs * examples, 0, { epoch: 1, epochs, loss: "–", rate: "–", left: "–" });
  }

  batch(progress: EpochProgress): void {
    const { done, rate, left } = this.#speed(progress);
    this.#bar?.update(done, { epoch: progress.epoch, loss: progress.loss.toFixed(3), rate, left });
  }

  epoch(progress: EpochProgress & { heldOutAccuracy?: number }): void {
    const { rate, left } = this.#speed(progress);
    const { epoch, loss, heldOutAccuracy } = progress;
    const right = heldOutAccuracy === undefined ? "" : `, ${percent(heldOutAccuracy)} of the held-out rows right`;
    const line = `epoch ${epoch}/${this.#epochs}: loss ${loss.toFixed(3)}${right}, ${rate} examples/s, ${left} left\n`;
    // A bar overwrites its line; what should stay goes above it.
    if (this.#bar) this.#stream.write(`\r\x1b[K${line}`);
    else this.#stream.write(line);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #speed({ epoch, examplesDone }: EpochProgress): { done: number; rate: number; left: string } {
    const done = (epoch - 1) * this.#examples + examplesDone;
    this.#firstDone ??= (epoch - 1) * this.#examples;
    const perSecond = (done - this.#firstDone) / ((performance.now() - this.#startedAt) / 1000);
    const seconds = (this.#epochs * this.#examples - done) / perSecond;
    return { done, rate: Math.round(perSecond), left: `${Math.ceil(seconds)} s` };
  }
}
