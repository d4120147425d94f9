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

  /**
   * Adds a prediction whose id nobody has used before. Those that come at the same time share requests to the
   * database; each is acknowledged once it is stored itself, and fails alone.
   */
  addNew(prediction: Prediction): Promise<void>;

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

  /**
   * The PENDING predictions to be judged next, by a bounded number of reads: the most uncertain first, that is with
   * the lowest confidence, but every fifth one drawn at random. Of nearly equal texts there is one, and none whose
   * text was judged already, unless nothing else is PENDING: then there are those.
   */
  reviewQueue(first: number): Promise<Prediction[]>;

  /**
   * The counted feedback, at a cost that does not depend on how many predictions there are. It includes all that
   * this process has acknowledged.
   */
  countFeedback(modelVersion: string | undefined): Promise<FeedbackCount[]>;

  /** Finishes what acknowledged writes have left to do. Call it before the process ends or is frozen. */
  settle(): Promise<void>;

  /** Fails when the store cannot be reached. */
  check(): Promise<void>;
}
