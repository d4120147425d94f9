import "reflect-metadata";
import {
  type Classification,
  EMOTIONS,
  type Emotion,
  type PredictionStatus,
  type UncertaintyReason,
} from "@sentiloop/inference/contract";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import { EmotionEnum, PredictionStatusEnum, UncertaintyReasonEnum } from "./enums.js";
import { type Decision, FeedbackEvent, standingDecisions } from "./feedback.js";

@ObjectType({ description: "How probable one emotion is." })
export class EmotionProbability {
  @Field(() => EmotionEnum, { description: "The emotion." })
  emotion: Emotion;

  @Field(() => Float, { description: "Its calibrated probability, 0 to 1." })
  probability: number;

  constructor(emotion: Emotion, probability: number) {
    this.emotion = emotion;
    this.probability = probability;
  }
}

/** What a prediction is made of. Everything else about it follows from these. */
export interface PredictionRecord {
  id: string;
  text: string;
  classification: Classification;
  modelVersion: string;
  history: readonly FeedbackEvent[];
  createdAt: Date;
}

@ObjectType({ description: "What a model said of a text, and what people decided about it since." })
export class Prediction {
  @Field(() => ID, { description: "Its id, a ULID: later predictions have greater ids." })
  readonly id: string;

  @Field(() => String, { description: "The text, exactly as it was sent." })
  readonly text: string;

  @Field(() => EmotionEnum, { description: "The most probable emotion, as the model saw it." })
  readonly emotion: Emotion;

  @Field(() => String, { description: "The one model version that produced this." })
  readonly modelVersion: string;

  @Field(() => [FeedbackEvent], { description: "Every decision about it, oldest first, never rewritten." })
  readonly history: readonly FeedbackEvent[];

  @Field(() => GraphQLDateTime, { description: "When it was predicted." })
  readonly createdAt: Date;

  @Field(() => [UncertaintyReasonEnum], { description: "Why it should not be relied on; empty when it may be." })
  readonly uncertaintyReasons: readonly UncertaintyReason[];

  @Field(() => Boolean, {
    description: "Whether the text was longer than the network reads: its end did not count.",
  })
  readonly truncated: boolean;

  /** The calibrated probability of each emotion; they sum to 1. */
  readonly probabilityOf: Readonly<Record<Emotion, number>>;

  private readonly holds: Decision | undefined;

  constructor(private readonly record: PredictionRecord) {
    this.id = record.id;
    this.text = record.text;
    this.emotion = record.classification.emotion;
    this.probabilityOf = record.classification.probabilities;
    this.uncertaintyReasons = record.classification.uncertaintyReasons;
    this.truncated = record.classification.truncated;
    this.modelVersion = record.modelVersion;
    this.history = record.history;
    this.createdAt = record.createdAt;
    this.holds = standingDecisions(record.history).at(-1);
  }

  @Field(() => Float, { description: "The calibrated probability of emotion, 0 to 1." })
  get confidence(): number {
    return this.probabilityOf[this.emotion];
  }

  @Field(() => [EmotionProbability], { description: "All seven emotions, the most probable first; they sum to 1." })
  get probabilities(): EmotionProbability[] {
    return EMOTIONS.map((emotion) => new EmotionProbability(emotion, this.probabilityOf[emotion])).sort(
      (a, b) => b.probability - a.probability,
    );
  }

  @Field(() => Boolean, { description: "Whether there is any uncertainty reason." })
  get uncertain(): boolean {
    return this.uncertaintyReasons.length > 0;
  }

  @Field(() => PredictionStatusEnum, { description: "Whether a person has judged it, and how." })
  get status(): PredictionStatus {
    if (this.holds === undefined) return "PENDING";
    return this.holds.emotion === this.emotion ? "APPROVED" : "REVISED";
  }

  @Field(() => EmotionEnum, { nullable: true, description: "The emotion that a person verified; null while PENDING." })
  get verifiedEmotion(): Emotion | null {
    return this.holds?.emotion ?? null;
  }

  @Field(() => Int, { description: "0 when predicted, one more with each recorded decision." })
  get version(): number {
    return this.history.length;
  }

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When the decision that holds was made; null while PENDING.",
  })
  get verifiedAt(): Date | null {
    return this.holds?.at ?? null;
  }

  /** Who made the decision that holds; null while PENDING. */
  get verifiedBy(): string | null {
    return this.holds?.actor ?? null;
  }

  /** The label that holds: verified by a person, else predicted. */
  get label(): Emotion {
    return this.verifiedEmotion ?? this.emotion;
  }

  /** This prediction with one more event in its history. */
  with(event: FeedbackEvent): Prediction {
    return new Prediction({ ...this.record, history: [...this.history, event] });
  }
}
