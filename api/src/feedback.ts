import "reflect-metadata";
import type { Emotion } from "@sentiloop/inference/contract";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Int, ObjectType } from "type-graphql";
import { EmotionEnum, type FeedbackAction, FeedbackActionEnum } from "./enums.js";

@ObjectType({ description: "One decision of a person about a prediction. Events are only added, never changed." })
export class FeedbackEvent {
  /** Tells the writer of an event after a lost answer whether it was stored; not part of the schema. */
  id: string;

  @Field(() => Int, { description: "The version that the prediction had once this was recorded; the first is 1." })
  version: number;

  @Field(() => FeedbackActionEnum, { description: "What the person did." })
  action: FeedbackAction;

  @Field(() => EmotionEnum, {
    nullable: true,
    description: "The label that a person had verified after this event; null after an undo back to PENDING.",
  })
  emotion: Emotion | null;

  @Field(() => String, { description: "Who decided." })
  actor: string;

  @Field(() => GraphQLDateTime, { description: "When it was recorded." })
  at: Date;

  constructor(event: FeedbackEvent) {
    this.id = event.id;
    this.version = event.version;
    this.action = event.action;
    this.emotion = event.emotion;
    this.actor = event.actor;
    this.at = event.at;
  }
}

/** A decision that holds or could hold again after an undo: an approval or a revision. */
export type Decision = FeedbackEvent & { emotion: Emotion };

/**
 * The decisions that undo has not taken back, oldest first; the last one holds. Folds the history: an
 * approval or a revision is pushed, an undo pops.
 */
export function standingDecisions(history: readonly FeedbackEvent[]): Decision[] {
  const standing: Decision[] = [];
  for (const event of history) {
    if (isDecision(event)) standing.push(event);
    else standing.pop();
  }
  return standing;
}

function isDecision(event: FeedbackEvent): event is Decision {
  return event.action !== "UNDO";
}
