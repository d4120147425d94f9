import "reflect-metadata";
import type { Emotion } from "@sentiloop/inference/contract";
import { Field, Int, ObjectType } from "type-graphql";
import { EmotionEnum } from "./enums.js";

@ObjectType({ description: "How often one predicted emotion was verified as one emotion, or was one in truth." })
export class ConfusionCell {
  @Field(() => EmotionEnum, { description: "The emotion that the model chose." })
  readonly predicted: Emotion;

  @Field(() => EmotionEnum, { description: "The emotion that a person verified, or that a test row is labelled with." })
  readonly verified: Emotion;

  @Field(() => Int, { description: "How many predictions, or test rows." })
  readonly count: number;

  constructor(predicted: Emotion, verified: Emotion, count: number) {
    this.predicted = predicted;
    this.verified = verified;
    this.count = count;
  }
}
