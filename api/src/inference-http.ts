import { setTimeout as pause } from "node:timers/promises";
import { context, propagation, SpanKind } from "@opentelemetry/api";
import type { Logger } from "pino";
import { Pool } from "undici";
import { ClientError, inferenceUnavailable, rateLimited } from "./errors.js";
import { parsedJson, refusalOf, type ServiceRefusal } from "./inference-answer.js";
import { CircuitOpenError, type CircuitState, InferenceCircuit } from "./inference-circuit.js";
import { retryAfterOf } from "./retry-after.js";
import { type Traced, traced } from "./tracing.js";

/** How long stopping waits for answers that are still out, in milliseconds. */
const CLOSE_PATIENCE = 5000;

/** More bytes of an answer are not read. */
const MAX_ANSWER = 16 * 1024 * 1024;

/** How often a request is sent at most, and the longest pause before the second time; it doubles. In milliseconds. */
const ATTEMPTS = 3;
const FIRST_PAUSE = 100;

/** A request to the inference service. */
export interface ServiceRequest {
  method: "GET" | "POST";
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** How long the answer may take, repetitions included, in milliseconds. */
  deadline: number;
  /** Whether it may be sent again when no answer of use came: the service may have done it already. */
  repeatable?: boolean;
  /**
   * Whether its failure may open the circuit ("counted"), or an open one only keeps it from being sent, which is
   * usual, or not even that ("ignored").
   */
  circuit?: "counted" | "ignored";
  /** What a client who gets no usable answer is told beside that; without it that no prediction was made. */
  consequence?: string;
  /** What is told instead when it certainly was not sent. */
  unsent?: string;
  /** The error for the client that a refusal of the service means; undefined when it only says that it failed. */
  refusal?: (answer: ServiceRefusal) => ClientError | undefined;
}

/** How the requests to the service went so far. */
export interface ServiceTraffic {
  circuit: CircuitState;
  /** Requests sent again. */
  retries: number;
  /** Requests that got no answer of use, each attempt counted. */
  failures: number;
}

/** The service has too much to do. */
class ServiceBusyError extends Error {
  /** @param wait when to try again, in milliseconds from now */
  constructor(readonly wait: number) {
    super(`the service is busy for ${wait} ms`);
  }
}

type Parse<T> = (answer: unknown) => T;
type Outcome<T> = { answer: T } | { refused: Error };

/**
 * HTTP to the inference service: bounded in time, sent again only where that does no harm, kept from a service that
 * fails by a circuit breaker and from one that is busy for as long as it asks.
 */
export class InferenceHttp {
  private readonly pool: Pool;
  private readonly circuit: InferenceCircuit;
  private busyUntil = 0;
  private retries = 0;
  private failures = 0;

  /** @param connections the most sockets to the service */
  constructor(origin: string, connections: number, log?: Logger) {
    this.pool = new Pool(origin, { connections, connect: { timeout: 1000 }, maxResponseSize: MAX_ANSWER });
    this.circuit = new InferenceCircuit((circuit) => log?.warn({ circuit }, "the circuit to the inference service"));
  }

  get traffic(): ServiceTraffic {
    return { circuit: this.circuit.state, retries: this.retries, failures: this.failures };
  }

  /**
   * Sends a request.
   * @param parse makes what is wanted of the answer's JSON, or throws when it has another shape
   * @throws ClientError what `refusal` makes of an error of the service; RATE_LIMITED when it is busy for longer
   *   than the deadline; else INFERENCE_UNAVAILABLE
   */
  async request<T>(request: ServiceRequest, parse: Parse<T>): Promise<T> {
    try {
      const outcome = await traced(spanOf(request), () => this.attempts(request, parse));
      if ("answer" in outcome) return outcome.answer;
      throw outcome.refused;
    } catch (error) {
      if (error instanceof ClientError) throw error;
      if (error instanceof ServiceBusyError) throw busy(error);
      // That it is left alone was logged once.
      if (error instanceof CircuitOpenError)
        throw inferenceUnavailable(undefined, request.unsent ?? request.consequence);
      throw inferenceUnavailable(error, request.consequence);
    }
  }

  /** Waits for answers that are out, but not for long. */
  async close(): Promise<void> {
    const impatience = setTimeout(() => void this.pool.destroy(), CLOSE_PATIENCE);
    await this.pool.close();
    clearTimeout(impatience);
  }

  private async attempts<T>(request: ServiceRequest, parse: Parse<T>): Promise<Outcome<T>> {
    const end = performance.now() + request.deadline;
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (request.circuit !== "ignored") await this.whileBusy(end);
        return await this.attempt(request, parse, end - performance.now());
      } catch (error) {
        const wait = waitBeforeNext(error, attempt);
        const isLast = !request.repeatable || attempt === ATTEMPTS || error instanceof CircuitOpenError;
        if (isLast || performance.now() + wait >= end) throw error;
        this.retries += 1;
        await pause(wait);
      }
    }
  }

  /** Waits until the service wants requests again. @throws ServiceBusyError when that is after `end` */
  private async whileBusy(end: number): Promise<void> {
    const wait = this.busyUntil - performance.now();
    if (wait <= 0) return;
    if (performance.now() + wait >= end) throw new ServiceBusyError(wait);
    // A little apart, or all that waited would come at once.
    await pause(wait + Math.random() * FIRST_PAUSE);
  }

  private async attempt<T>(request: ServiceRequest, parse: Parse<T>, timeLeft: number): Promise<Outcome<T>> {
    const send = () => this.sendCounted(request, parse, timeLeft);
    const outcome = await this.throughCircuit(request, send);
    if (!("busy" in outcome)) return outcome;
    this.busyUntil = Math.max(this.busyUntil, performance.now() + outcome.busy);
    throw new ServiceBusyError(outcome.busy);
  }

  private throughCircuit<T>({ circuit }: ServiceRequest, send: () => Promise<T>): Promise<T> {
    if (circuit === "ignored") return send();
    // What fails alone, like one explanation, must not keep predictions from being made.
    return circuit === "counted" || this.circuit.state !== "closed" ? this.circuit.run(send) : send();
  }

  /** A service that refuses or is busy is well; only what it cannot answer counts as a failure. */
  private async sendCounted<T>(
    request: ServiceRequest,
    parse: Parse<T>,
    timeLeft: number,
  ): Promise<Outcome<T> | { busy: number }> {
    try {
      const { status, retryAfter, text } = await this.send(request, timeLeft);
      if (status === 200) return { answer: parse(parsedJson(text)) };
      if (status === 429) return { busy: retryAfterOf(retryAfter) };
      const refused = refusalOf(request, status, text);
      if (status >= 500) throw refused;
      return { refused };
    } catch (error) {
      this.failures += 1;
      throw error;
    }
  }

  private async send({ method, path, body }: ServiceRequest, timeLeft: number) {
    const stop = new AbortController();
    const headers = { "content-type": "application/json" };
    // The service's spans become a part of the trace; a request for several texts is in the trace of the first.
    propagation.inject(context.active(), headers);
    const timer = setTimeout(() => stop.abort(new Error("no answer within the deadline")), timeLeft);
    try {
      const answer = await this.pool.request({
        method,
        path,
        body: body === undefined ? null : JSON.stringify(body),
        headers,
        signal: stop.signal,
        // The timer above bounds all of it together.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, retryAfter: answer.headers["retry-after"], text };
    } finally {
      clearTimeout(timer);
    }
  }
}

function spanOf({ method, path }: ServiceRequest): Traced {
  const attributes = { "http.request.method": method, "url.path": path };
  return { name: `${method} ${path}`, kind: SpanKind.CLIENT, attributes };
}

/**
 * How long to wait before an attempt that follows, in milliseconds: anything up to a bound that doubles. A busy
 * service has said how long.
 */
function waitBeforeNext(error: unknown, attempt: number): number {
  return error instanceof ServiceBusyError ? 0 : Math.random() * FIRST_PAUSE * 2 ** (attempt - 1);
}

function busy({ wait }: ServiceBusyError): ClientError {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  return rateLimited(`The inference service has too much to do. Try again in ${seconds} s.`, seconds);
}
