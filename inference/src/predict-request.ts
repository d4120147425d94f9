import { MAX_INSTANCES, type PredictRequest, textProblem } from "../contract/index.js";
import { ServiceError } from "./service-error.js";

/**
 * The texts that a predict request asks about.
 * @param body the JSON value that was sent
 * @throws ServiceError 400 when it has another shape, or a text cannot be classified: then with its index
 */
export function readPredictRequest(body: unknown): PredictRequest {
  const instances = (body as Partial<PredictRequest> | null)?.instances as unknown;
  if (!Array.isArray(instances)) throw invalid('Send an object with an array of texts: {"instances": ["text", …]}.');
  if (instances.length === 0 || instances.length > MAX_INSTANCES) {
    throw invalid(`"instances" has ${instances.length} texts; send 1 to ${MAX_INSTANCES}.`);
  }
  instances.forEach(checkInstance);
  return { instances };
}

function checkInstance(value: unknown, index: number): void {
  if (typeof value !== "string") {
    throw invalid(`instances[${index}] is not a text. Send a JSON string.`, index);
  }
  const problem = textProblem(value);
  if (problem !== undefined) throw invalid(`instances[${index}]: ${problem}`, index);
}

function invalid(message: string, instance?: number): ServiceError {
  return new ServiceError(400, {
    code: "INVALID_REQUEST",
    message,
    ...(instance !== undefined && { instance }),
  });
}
