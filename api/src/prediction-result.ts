import "reflect-metadata";
import { Field, ObjectType } from "type-graphql";
import { Prediction } from "./prediction.js";

@ObjectType({ description: "What became of one of several texts: a prediction, or else an error." })
export class PredictionResult {
  @Field(() => Prediction, {
    nullable: true,
    description: "The prediction, which is stored; null when there is an error.",
  })
  readonly prediction: Prediction | null;

  @Field(() => String, {
    nullable: true,
    description: "Why there is no prediction of this text, and what to do; null when there is one.",
  })
  readonly error: string | null;

  private constructor(prediction: Prediction | null, error: string | null) {
    this.prediction = prediction;
    this.error = error;
  }

  static of(prediction: Prediction): PredictionResult {
    return new PredictionResult(prediction, null);
  }

  static failed(error: string): PredictionResult {
    return new PredictionResult(null, error);
  }
}
