import type { DatasetRow, Emotion, PredictionStatus } from "@sentiloop/inference/contract";
import type { FeedbackEvent } from "./feedback.js";
import type { Prediction } from "./prediction.js";

/** Which predictions to list or export; a field that is absent lets everything pass. */
export interface PredictionSelection {
  status?: readonly PredictionStatus[] | undefined;
  /** The label that holds: verified, else predicted. */
  label?: readonly Emotion[] | undefined;
  modelVersion?: string | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  verifiedAfter?: Date | undefined;
  verifiedBefore?: Date | undefined;
}

export interface PageRequest {
  /** How many predictions, 1 to 100. */
  first: number;
  /** Continue behind the prediction with this id. */
  after?: string | undefined;
  selection: PredictionSelection;
}

/**
 * Predictions, newest first. A page may hold fewer than asked for although there are more, because the
 * number of predictions that one request looks at is bounded: continue behind `end`.
 */
export interface Page {
  predictions: Prediction[];
  hasNextPage: boolean;
  /** The id behind which the next page continues; undefined when nothing was looked at. */
  end: string | undefined;
}

/** The counted feedback of a set of predictions: how many of each predicted emotion got which verified one. */
export interface FeedbackCount {
  predicted: Emotion;
  /** null while PENDING. */
  verified: Emotion | null;
  count: number;
}

/** Where predictions and their histories are kept. What a method acknowledged is on disk. */
export interface PredictionStore {
  /**
   * Adds a prediction. If one with its id is there already, that one is left alone and returned instead,
   * so that a retry is harmless.
   */
  add(prediction: Prediction): Promise<Prediction>;

  /** The prediction with this id, read consistently, or undefined. */
  find(id: string): Promise<Prediction | undefined>;

  /**
   * Appends an event to a prediction that has `event.version - 1` events, in one conditional write.
   * @returns false when it has another number of events by now; nothing is changed then
   */
  append(prediction: Prediction, event: FeedbackEvent): Promise<boolean>;

  page(request: PageRequest): Promise<Page>;

  /**
   * Reads one of `segments` disjoint parts of all predictions, consistently, in batches of bounded size
   * and no particular order. Whatever was acknowledged before the call is in exactly one part.
   */
  scan(part: { segment: number; segments: number; selection: PredictionSelection }): AsyncIterable<DatasetRow[]>;

  countFeedback(modelVersion: string | undefined): Promise<FeedbackCount[]>;

  /** Fails when the store cannot be reached. */
  check(): Promise<void>;
}
