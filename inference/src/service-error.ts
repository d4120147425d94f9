import * as z from "zod";

/** The body of every answer that is an error. */
export const errorResponseSchema = z.object({
  error: z.object({
    code: z.string().describe("A stable name of the error, for programs."),
    message: z.string().describe("What was wrong and what to do, for people."),
    instance: z.number().int().optional().describe("The index of the instance at fault, where one is."),
    requestId: z.string().optional().describe("What to tell the operator, who finds the cause in the log under it."),
  }),
});

export type ErrorResponse = z.infer<typeof errorResponseSchema>;

/** An error that is meant for the client; any other is masked. */
export class ServiceError extends Error {
  override name = "ServiceError";

  constructor(
    readonly status: number,
    readonly details: ErrorResponse["error"],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(details.message);
  }
}
