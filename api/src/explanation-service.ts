import pLimit from "p-limit";
import type { Classifier, TokenWeight } from "./classifier.js";
import { type ClientError, rateLimited } from "./errors.js";
import type { Prediction } from "./prediction.js";

/** Texts that are explained at a time; the rest of the service's sockets is left to predictions. */
const CONCURRENT = 2;

/** Explanations that may wait before further ones are turned away: more than a page has. */
const MAX_WAITING = 300;

/** In seconds. */
const RETRY_AFTER = 10;

/** What one request has asked to be explained so far. */
interface Explained {
  answers: Map<string, Promise<TokenWeight[]>>;
  failure?: unknown;
}

/** Has predictions explained: each once a request, a few at a time, and none for a request that failed already. */
export class ExplanationService {
  private readonly limit = pLimit(CONCURRENT);
  private readonly requests = new WeakMap<object, Explained>();

  constructor(private readonly classifier: Classifier) {}

  /**
   * What in a prediction's text speaks for its emotion and what against it.
   * @param request stands for the request that asks; the same prediction is explained once for it
   * @throws ClientError INFERENCE_UNAVAILABLE, or RATE_LIMITED when too many explanations wait
   */
  explain(prediction: Prediction, request: object): Promise<TokenWeight[]> {
    const explained = this.requests.get(request) ?? { answers: new Map() };
    this.requests.set(request, explained);
    const answer = explained.answers.get(prediction.id) ?? this.enqueue(prediction, explained);
    explained.answers.set(prediction.id, answer);
    return answer;
  }

  private async enqueue({ text, emotion }: Prediction, explained: Explained): Promise<TokenWeight[]> {
    try {
      if (this.limit.pendingCount >= MAX_WAITING) throw tooMany();
      return await this.limit(() => {
        // One that failed leaves the whole list unanswered, so its others would be computed for nobody.
        if (explained.failure !== undefined) throw explained.failure;
        return this.classifier.explain(text, emotion);
      });
    } catch (error) {
      explained.failure = error;
      throw error;
    }
  }
}

function tooMany(): ClientError {
  return rateLimited(
    `${MAX_WAITING} explanations are waiting already. Ask for fewer, or again in ${RETRY_AFTER} seconds.`,
    RETRY_AFTER,
  );
}
