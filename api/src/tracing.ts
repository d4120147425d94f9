import { type Attributes, ProxyTracerProvider, type SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/**
 * Where spans come from. Only OpenTelemetry's API is a part of this package: without an SDK, which whoever runs it may
 * load with `node --import`, nothing is recorded and next to nothing is done.
 */
export const tracer = trace.getTracer("sentiloop");

/** Whether an SDK is there that would record anything. */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer("sentiloop") !== undefined;
}

export interface Traced {
  name: string;
  kind?: SpanKind;
  attributes?: Attributes;
}

/** Does some work in a span of its own, when the request that it belongs to is recorded; else just does it. */
export function traced<T>({ name, kind, attributes }: Traced, work: () => T): T {
  if (!trace.getActiveSpan()?.isRecording()) return work();
  return tracer.startActiveSpan(name, { ...(kind && { kind }), ...(attributes && { attributes }) }, (span) => {
    const end = () => span.end();
    // Names of errors only: a message may quote a text.
    const fail = (error: unknown) => {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "error" });
      span.end();
    };
    try {
      const result = work();
      if (result instanceof Promise) result.then(end, fail);
      else end();
      return result;
    } catch (error) {
      fail(error);
      throw error;
    }
  });
}
