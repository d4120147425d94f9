import type { IncomingMessage } from "node:http";
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { Metrics } from "./metrics.js";
import { requestIdOf } from "./request-id.js";
import { isTracing, tracer } from "./tracing.js";

/** Where what is observed goes. */
export interface ObservationSinks {
  log: Logger;
  metrics?: Metrics | undefined;
}

/** Asked all the time by machines: nobody looks for them in a log. */
const ROUTINE = new Set(["/livez", "/readyz", "/metrics"]);

/** nginx's name for it: the client went away before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** The server protects itself; the metrics tell how often, and an overload must not fill the log with warnings. */
const OVERLOADED = 503;

/** What is told of one request: a line in the log, its time in the metrics and a span. Never a text. */
export class RequestObservation {
  readonly requestId: string;
  private readonly started = performance.now();
  private route = "page";
  private span: Span | undefined;
  private operation: string | undefined;

  constructor(
    private readonly request: IncomingMessage,
    private readonly sinks: ObservationSinks,
  ) {
    this.requestId = requestIdOf(request.headers["x-request-id"]);
  }

  /**
   * Does the request's work, whose spans become parts of its own.
   * @param route one of a few: it is a label in the metrics
   */
  run<T>(route: string, work: () => T): T {
    this.route = route;
    if (!isTracing()) return work();
    const { method, headers } = this.request;
    // A well-formed traceparent is taken up by the SDK's propagator; without an SDK there is none.
    const parent = propagation.extract(context.active(), headers);
    this.span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER }, parent);
    this.span.setAttribute("http.request.method", method ?? "");
    this.span.setAttribute("http.route", route);
    this.span.setAttribute("sentiloop.request_id", this.requestId);
    return context.with(trace.setSpan(parent, this.span), work);
  }

  /** Says that a root field of the schema runs. What clients call an operation is theirs, and unbounded. */
  ran(field: string): void {
    this.operation = this.operation === undefined || this.operation === field ? field : "several";
  }

  /** @param answered whether the whole answer was sent */
  end(statusCode: number, answered: boolean): void {
    const status = answered ? statusCode : CLIENT_CLOSED_REQUEST;
    const milliseconds = performance.now() - this.started;
    const { route, operation, sinks } = this;
    sinks.metrics?.observe(route, status, operation, milliseconds / 1000);
    this.write(status, milliseconds);
    if (this.span?.isRecording()) endSpan(this.span, status, operation);
  }

  private write(status: number, milliseconds: number): void {
    const level = status >= 500 && status !== OVERLOADED ? "warn" : ROUTINE.has(this.route) ? "debug" : "info";
    const { log } = this.sinks;
    if (!log.isLevelEnabled(level)) return;
    const { requestId, route, operation } = this;
    const { method } = this.request;
    log[level]({ requestId, method, route, operation, status, ms: Math.round(milliseconds * 10) / 10 }, "request");
  }
}

function endSpan(span: Span, status: number, operation: string | undefined): void {
  span.setAttribute("http.response.status_code", status);
  if (operation !== undefined) span.setAttribute("sentiloop.operation", operation);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
