import { collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What the gateway counts of itself, in the format of Prometheus. */
export class Metrics {
  readonly registry = new Registry();

  private readonly duration = new Histogram({
    name: "sentiloop_http_request_duration_seconds",
    help: "How long the gateway took to answer, by route and status.",
    labelNames: ["route", "status"] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param seconds how long the answer took */
  observe(route: string, status: number, seconds: number): void {
    this.duration.observe({ route, status }, seconds);
  }
}
