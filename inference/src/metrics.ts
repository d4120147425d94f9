import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ServingModel } from "./serving-model.js";

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

  constructor({ version, engine }: Pick<ServingModel, "version" | "engine">) {
    new Gauge({
      name: "sentiloop_inference_model_info",
      help: "The model version and the engine that serve; always 1.",
      labelNames: ["version", "engine"],
      registers: [this.#registry],
    }).set({ version, engine: engine.name }, 1);
  }

  /** Counts an answered request. `route` is one of the service's own paths, never what a client made up. */
  observeRequest(route: string, status: number, seconds: number): void {
    this.#duration.observe({ route, status }, seconds);
  }

  /** Counts texts that were classified. */
  countTexts(count: number): void {
    this.#texts.inc(count);
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
