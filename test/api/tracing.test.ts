import { AsyncLocalStorage } from "node:async_hooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TextMapPropagator,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { graphql, PREDICT, post } from "../support/graphql.js";
import { FakeInference, startGatewayOver } from "./fake-inference.js";

/** The spans that an OpenTelemetry SDK gets, seen by the least that such an SDK is. */

interface Recorded {
  name: string;
  attributes: Attributes;
  parent: string | undefined;
  id: string;
  traceId: string;
  status: number;
  ended: boolean;
}

const spans: Recorded[] = [];
const hex = (length: number) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");

class RecordingTracer implements Tracer {
  startSpan(name: string, options: SpanOptions = {}, from: Context = context.active()): Span {
    const parent = trace.getSpanContext(from);
    const recorded: Recorded = {
      name,
      attributes: { ...options.attributes },
      parent: parent?.spanId,
      id: hex(16),
      traceId: parent?.traceId ?? hex(32),
      status: 0,
      ended: false,
    };
    spans.push(recorded);
    const spanContext: SpanContext = { traceId: recorded.traceId, spanId: recorded.id, traceFlags: 1 };
    const span = {
      spanContext: () => spanContext,
      isRecording: () => true,
      setAttribute: (key: string, value: string) => Object.assign(recorded.attributes, { [key]: value }),
      setStatus: ({ code }: { code: number }) => Object.assign(recorded, { status: code }),
      end: () => Object.assign(recorded, { ended: true }),
    };
    return span as unknown as Span;
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    const work = rest.at(-1) as (span: Span) => never;
    const span = this.startSpan(name, rest.length > 1 ? (rest[0] as SpanOptions) : {});
    return context.with(trace.setSpan(context.active(), span), () => work(span));
  }
}

class StorageContextManager implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();
  active = () => this.storage.getStore() ?? ROOT_CONTEXT;
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.storage.run(active, () => work.call(self as ThisParameterType<F>, ...args));
  }
  bind = <T>(_: Context, target: T) => target;
  enable = () => this;
  disable = () => this;
}

const traceContext: TextMapPropagator = {
  inject(from, carrier, setter) {
    const span = trace.getSpanContext(from);
    if (span) setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-01`);
  },
  extract(into, carrier, getter) {
    const [, traceId, spanId] = String(getter.get(carrier, "traceparent") ?? "").split("-");
    if (traceId === undefined || spanId === undefined) return into;
    return trace.setSpanContext(into, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
  fields: () => ["traceparent"],
};

let inference: FakeInference;
let server: Awaited<ReturnType<typeof startGatewayOver>>;

beforeAll(async () => {
  trace.setGlobalTracerProvider({ getTracer: () => new RecordingTracer() });
  context.setGlobalContextManager(new StorageContextManager());
  propagation.setGlobalPropagator(traceContext);
  inference = await FakeInference.start();
  server = await startGatewayOver(inference.origin);
});
beforeEach(() => {
  spans.length = 0;
  inference.behave();
});
afterAll(async () => {
  await server.stop();
  await inference.stop();
  trace.disable();
  context.disable();
  propagation.disable();
});

const named = (name: string) => spans.find((span) => span.name === name);

/** A request's span ends when its connection has everything, so perhaps a moment after the answer came. */
async function allEnded(): Promise<void> {
  for (let attempt = 0; attempt < 50 && spans.some(({ ended }) => !ended); attempt += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(spans.every(({ ended }) => ended)).toBe(true);
}

test("a request has a span, its root field one in it, and the request to the inference service one in that", async () => {
  await graphql(server.address, PREDICT, { text: "a text that is in no span" });
  await allEnded();
  const request = named("POST /graphql");
  expect(request?.attributes).toEqual({
    "http.request.method": "POST",
    "http.route": "/graphql",
    "http.response.status_code": 200,
    "sentiloop.request_id": expect.any(String),
    "sentiloop.operation": "predict",
  });
  expect(request?.parent).toBeUndefined();
  const field = named("Mutation.predict");
  expect(field?.parent).toBe(request?.id);
  const upstream = named("POST /v1/models/emotion:predict");
  expect(upstream?.parent).toBe(field?.id);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(JSON.stringify(spans)).not.toContain("a text");
});

test("a client's trace goes on through the gateway to the inference service", async () => {
  let seen: string | undefined;
  inference.misbehave("/v1/models/emotion", (request, response) => {
    seen = request.headers.traceparent as string;
    response.writeHead(500).end();
  });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  await post(server.address, '{"query":"{ model { version } }"}', {
    "content-type": "application/json",
    traceparent: `00-${traceId}-b7ad6b7169203331-01`,
  });
  await allEnded();
  expect(named("POST /graphql")).toMatchObject({ traceId, parent: "b7ad6b7169203331" });
  expect(seen).toBe(`00-${traceId}-${named("GET /v1/models/emotion")?.id}-01`);
  expect(named("Query.model")?.status).toBe(2);
});
