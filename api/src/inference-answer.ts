import * as z from "zod";
import type { ClientError } from "./errors.js";

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

/** What was asked of the service, as far as its refusal depends on it. */
interface Asked {
  method: string;
  path: string;
  refusal?: (answer: ServiceRefusal) => ClientError | undefined;
}

/** What an answer with an error's status means: an error for the client, or one for the log. */
export function refusalOf({ method, path, refusal }: Asked, status: number, text: string): Error {
  const parsed = errorBodySchema.safeParse(jsonOrUndefined(text));
  const { code, message, requestId } = parsed.data?.error ?? {};
  // Only names of the error are logged: the rest of an answer may quote a text.
  return (
    refusal?.({ status, code, message }) ??
    new Error(`${method} ${path} answered ${status} ${code ?? "in another form"} (request id ${requestId ?? "none"})`)
  );
}

/** The value that an answer's body holds. @throws an error that does not quote the body */
export function parsedJson(text: string): unknown {
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
