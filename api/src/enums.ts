import "reflect-metadata";
import { CSV_DIALECTS, EMOTIONS, PREDICTION_STATUSES, UNCERTAINTY_REASONS } from "@sentiloop/inference/contract";
import { registerEnumType } from "type-graphql";

/** The enum types of the schema. Code and CSV spell an emotion in lower case, GraphQL in upper case. */
type Names<V extends string> = Record<Uppercase<V>, V>;

function named<const V extends string>(values: readonly V[]): Names<V> {
  return Object.fromEntries(values.map((value) => [value.toUpperCase(), value])) as Names<V>;
}

export const FEEDBACK_ACTIONS = ["APPROVE", "REVISE", "UNDO"] as const;
export type FeedbackAction = (typeof FEEDBACK_ACTIONS)[number];

export const EXPORT_STATUSES = ["RUNNING", "READY", "FAILED"] as const;
export type ExportStatus = (typeof EXPORT_STATUSES)[number];

export const EmotionEnum = named(EMOTIONS);
export const PredictionStatusEnum = named(PREDICTION_STATUSES);
export const UncertaintyReasonEnum = named(UNCERTAINTY_REASONS);
export const FeedbackActionEnum = named(FEEDBACK_ACTIONS);
export const CsvDialectEnum = named(CSV_DIALECTS);
export const ExportStatusEnum = named(EXPORT_STATUSES);

registerEnumType(EmotionEnum, {
  name: "Emotion",
  description: "One of the seven emotions of the ISEAR study.",
  valuesConfig: {
    ANGER: { description: "Being annoyed or outraged at somebody or something." },
    DISGUST: { description: "Being repelled." },
    FEAR: { description: "Feeling threatened." },
    GUILT: { description: "Blaming oneself for what one did or failed to do." },
    JOY: { description: "Being glad." },
    SADNESS: { description: "Having lost or missed something." },
    SHAME: { description: "Feeling small before others." },
  },
});

registerEnumType(PredictionStatusEnum, {
  name: "PredictionStatus",
  description: "Whether a person has judged a prediction, and how.",
  valuesConfig: {
    PENDING: { description: "Nobody has judged it yet, or every judgement was undone." },
    APPROVED: { description: "A person agreed with the model: verifiedEmotion equals emotion." },
    REVISED: { description: "A person chose another emotion: verifiedEmotion differs from emotion." },
  },
});

registerEnumType(UncertaintyReasonEnum, {
  name: "UncertaintyReason",
  description: "Why a prediction should not be relied on.",
  valuesConfig: {
    NO_KNOWN_WORDS: { description: "No word of the text is in the model's vocabulary." },
    LOW_CONFIDENCE: { description: "The highest probability is under the model's threshold." },
    NEUTRAL_TEXT: { description: "The text seems to carry no emotion at all." },
  },
});

registerEnumType(FeedbackActionEnum, {
  name: "FeedbackAction",
  description: "What a person did about a prediction.",
  valuesConfig: {
    APPROVE: { description: "Agreed with the emotion that the model chose." },
    REVISE: { description: "Chose another emotion." },
    UNDO: { description: "Took the latest standing decision back." },
  },
});

registerEnumType(CsvDialectEnum, {
  name: "CsvDialect",
  description: "How a CSV file is written.",
  valuesConfig: {
    RFC4180: { description: "Lossless, for programs: every text exactly as typed, UTF-8, lines end in LF." },
    SPREADSHEET: {
      description:
        "For spreadsheets: byte order mark, lines end in CRLF, and a cell that would be run as a formula starts with an apostrophe.",
    },
  },
});

registerEnumType(ExportStatusEnum, {
  name: "ExportStatus",
  description: "How far an export is.",
  valuesConfig: {
    RUNNING: { description: "Rows are being written. Ask again with datasetExport." },
    READY: { description: "The file is complete and can be downloaded." },
    FAILED: { description: "It stopped; error says why. Start another." },
  },
});
