import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ServingModel } from "./serving-model.js";
import type { EncodedText } from "./tokenizer.js";

// Seconds: one text takes under a millisecond, 128 long ones some hundred.
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What the service counts of its work, in the text format of Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #duration = new Histogram({
    name: "sentiloop_inference_request_duration_seconds",
    help: "How long requests took from their headers to the end of the answer.",
    labelNames: ["route", "status"],
    buckets: DURATION_BUCKETS,
    registers: [this.#registry],
  });
  readonly #texts = new Counter({
    name: "sentiloop_inference_texts_classified_total",
    help: "How many texts were classified.",
    registers: [this.#registry],
  });
  readonly #words = new Counter({
    name: "sentiloop_inference_words_total",
    help: "How many words were read, by whether they are in the vocabulary; more unknown ones mean other texts than before.",
    labelNames: ["known"],
    registers: [this.#registry],
  });
  readonly #waiting = new Gauge({
    name: "sentiloop_inference_texts_waiting",
    help: "How many texts wait for their classification.",
    registers: [this.#registry],
  });
  readonly #swaps = new Counter({
    name: "sentiloop_inference_model_swaps_total",
    help: "How often another model version began to serve.",
    registers: [this.#registry],
  });
  readonly #refusals = new Counter({
    name: "sentiloop_inference_refused_promotions_total",
    help: "How often the version that the alias serving names was refused.",
    registers: [this.#registry],
  });
  readonly #model = new Gauge({
    name: "sentiloop_inference_model_info",
    help: "The model version and the engine that serve; always 1.",
    labelNames: ["version", "engine"],
    registers: [this.#registry],
  });

  constructor(model: Pick<ServingModel, "version" | "engine">) {
    this.modelServes(model);
  }

  /** Tells which model serves from now on. */
  modelServes({ version, engine }: Pick<ServingModel, "version" | "engine">): void {
    this.#model.reset();
    this.#model.set({ version, engine: engine.name }, 1);
  }

  /** Counts an answered request. `route` is one of the service's own paths, never what a client made up. */
  observeRequest(route: string, status: number, seconds: number): void {
    this.#duration.observe({ route, status }, seconds);
  }

  /** Counts texts that were classified. */
  countTexts(count: number): void {
    this.#texts.inc(count);
  }

  /** Counts the words of a text, those in the vocabulary and the others. */
  countWords({ knownWords, unknownWords }: Pick<EncodedText, "knownWords" | "unknownWords">): void {
    this.#words.inc({ known: "true" }, knownWords);
    this.#words.inc({ known: "false" }, unknownWords);
  }

  /** Tells how many texts wait for their classification. */
  textsWait(count: number): void {
    this.#waiting.set(count);
  }

  /** Counts that another model version began to serve. */
  countSwap(): void {
    this.#swaps.inc();
  }

  /** Counts that the version that should serve was refused. */
  countRefusal(): void {
    this.#refusals.inc();
  }

  /** The content type of what `render` gives. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics, for Prometheus to read. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
