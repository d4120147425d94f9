import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ClassifierConnection } from "./classifier.js";
import type { ExportLoad } from "./export-service.js";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is asked for its state when somebody looks at the metrics, so that it costs nothing otherwise. */
export interface Watched {
  /** undefined where nothing lies between the gateway and the network. */
  classifier: () => ClassifierConnection | undefined;
  exports: () => ExportLoad;
  /** GraphQL requests that are worked on, and that wait for it. */
  admission: Readonly<{ concurrent: number; waiting: number }>;
}

/** One answer. */
interface Observation {
  route: string;
  status: number;
  operation: string | undefined;
  seconds: number;
}

/** So many answers are counted together: one by one each would bring the counting code back into the processor's cache. */
const COUNTED_TOGETHER = 256;

/** What the gateway counts of itself, in the format of Prometheus. Every label has a bounded number of values. */
export class Metrics {
  readonly registry = new Registry();
  private readonly observed: Observation[] = [];

  private readonly requests = new Histogram({
    name: "sentiloop_http_request_duration_seconds",
    help: "How long the gateway took to answer, by route and status; 499: the client went away first.",
    labelNames: ["route", "status"] as const,
    buckets: SECONDS,
    registers: [this.registry],
    collect: () => this.countObserved(),
  });

  private readonly operations = new Histogram({
    name: "sentiloop_graphql_operation_duration_seconds",
    help: 'How long GraphQL requests took, by the root field that ran; "several" when they were different ones.',
    labelNames: ["operation"] as const,
    buckets: SECONDS,
    registers: [this.registry],
    collect: () => this.countObserved(),
  });

  private readonly storeErrors = new Counter({
    name: "sentiloop_store_errors_total",
    help: "Commands that the database failed after all retries, by command and error. Conflicts are no errors.",
    labelNames: ["command", "error"] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /**
   * @param operation a root field of the schema, "several", or undefined when none ran
   * @param seconds how long the answer took
   */
  observe(route: string, status: number, operation: string | undefined, seconds: number): void {
    this.observed.push({ route, status, operation, seconds });
    if (this.observed.length >= COUNTED_TOGETHER) this.countObserved();
  }

  countStoreError(command: string, error: string): void {
    this.storeErrors.inc({ command, error });
  }

  /** Shows the state of the gateway's parts. Once. */
  watch({ classifier, exports, admission }: Watched): void {
    this.gauge("sentiloop_graphql_requests_running", "Requests that are worked on.", () => admission.concurrent);
    this.gauge("sentiloop_graphql_requests_waiting", "Requests that wait for that.", () => admission.waiting);
    this.gauge("sentiloop_inference_waiting_texts", "Texts that wait to be sent.", () => classifier()?.waiting);
    this.gauge("sentiloop_inference_in_flight_requests", "Requests that are out.", () => classifier()?.inFlight);
    this.gauge("sentiloop_inference_retries", "Requests sent again, since the start.", () => classifier()?.retries);
    this.gauge("sentiloop_inference_failures", "Attempts without an answer of use.", () => classifier()?.failures);
    this.circuit(() => classifier()?.circuit);
    this.gauge("sentiloop_export_jobs_running", "Exports being written.", () => exports().running);
    this.gauge("sentiloop_export_jobs_waiting", "Exports that wait for their turn.", () => exports().waiting);
  }

  private countObserved(): void {
    for (const { route, status, operation, seconds } of this.observed.splice(0)) {
      this.requests.observe({ route, status }, seconds);
      if (operation !== undefined) this.operations.observe({ operation }, seconds);
    }
  }

  private gauge(name: string, help: string, read: () => number | undefined): void {
    new Gauge({ name, help, registers: [this.registry], collect: setTo(read) });
  }

  private circuit(read: () => ClassifierConnection["circuit"] | undefined): void {
    new Gauge({
      name: "sentiloop_inference_circuit",
      help: "1 for the state of the circuit breaker before the inference service, 0 for the others.",
      labelNames: ["state"] as const,
      registers: [this.registry],
      collect() {
        for (const state of ["closed", "half-open", "open"]) this.set({ state }, read() === state ? 1 : 0);
      },
    });
  }
}

function setTo(read: () => number | undefined) {
  return function (this: Gauge): void {
    this.set(read() ?? 0);
  };
}
