import { Pool } from "undici";
import { type ZodType, z } from "zod";
import { ClientError, inferenceUnavailable } from "./errors.js";

/** How long stopping waits for answers that are still out, in milliseconds. */
const CLOSE_PATIENCE = 5000;

/** The body of the service's answers that are errors. */
const errorBodySchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), requestId: z.string().optional() }),
});

/** An answer of the service that is an error, as far as it follows the service's own form. */
export interface ServiceRefusal {
  status: number;
  /** The service's stable name of the error; undefined when the body has another form. */
  code: string | undefined;
  /** What was wrong and what to do, for people; undefined when the body has another form. */
  message: string | undefined;
}

/** A request to the inference service. */
export interface ServiceRequest {
  method: "GET" | "POST";
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** How long the answer may take, in milliseconds. */
  deadline: number;
  /** What a client who gets no usable answer is told beside that; without it that no prediction was made. */
  consequence?: string;
  /** The error for the client that an error of the service means; undefined when it only says that it failed. */
  refusal?: (answer: ServiceRefusal) => ClientError | undefined;
}

/**
 * HTTP to the inference service. A request is sent once and never again by itself: the service may have
 * done what was asked although its answer was lost.
 */
export class InferenceHttp {
  private readonly pool: Pool;

  /** @param connections the most sockets to the service */
  constructor(origin: string, connections: number) {
    this.pool = new Pool(origin, { connections, connect: { timeout: 1000 } });
  }

  /**
   * Sends a request and checks the answer's shape.
   * @throws ClientError what `refusal` makes of an error of the service, else INFERENCE_UNAVAILABLE
   */
  async request<T>(request: ServiceRequest, schema: ZodType<T>): Promise<T> {
    try {
      const { status, text } = await this.send(request);
      if (status === 200) return schema.parse(parsedJson(text));
      throw refusalOf(request, status, text);
    } catch (error) {
      if (error instanceof ClientError) throw error;
      throw inferenceUnavailable(error, request.consequence);
    }
  }

  /** Waits for answers that are out, but not for long. */
  async close(): Promise<void> {
    const impatience = setTimeout(() => void this.pool.destroy(), CLOSE_PATIENCE);
    await this.pool.close();
    clearTimeout(impatience);
  }

  private async send({ method, path, body, deadline }: ServiceRequest): Promise<{ status: number; text: string }> {
    const answer = await this.pool.request({
      method,
      path,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { "content-type": "application/json" },
      headersTimeout: deadline,
      bodyTimeout: deadline,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
}

function refusalOf({ method, path, refusal }: ServiceRequest, status: number, text: string): Error {
  const parsed = errorBodySchema.safeParse(jsonOrUndefined(text));
  const { code, message, requestId } = parsed.data?.error ?? {};
  // Only names of the error are logged: the rest of an answer may quote a text.
  return (
    refusal?.({ status, code, message }) ??
    new Error(`${method} ${path} answered ${status} ${code ?? "in another form"} (request id ${requestId ?? "none"})`)
  );
}

function parsedJson(text: string): unknown {
  const value = jsonOrUndefined(text);
  // The parser's own message would quote the answer, and with it perhaps a text.
  if (value === undefined) throw new Error("the answer is not JSON");
  return value;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
