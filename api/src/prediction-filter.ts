import "reflect-metadata";
import { EMOTIONS, type Emotion, PREDICTION_STATUSES, type PredictionStatus } from "@sentiloop/inference/contract";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, InputType } from "type-graphql";
import { EmotionEnum, PredictionStatusEnum } from "./enums.js";
import type { PredictionSelection } from "./prediction-store.js";

/** What all filters of predictions have in common. */
@InputType()
abstract class LabelFilter {
  @Field(() => [EmotionEnum], {
    nullable: true,
    description: "Only these labels. The label is the verified emotion, else the predicted one.",
  })
  emotion?: Emotion[] | null;

  @Field(() => String, { nullable: true, description: "Only predictions of this model version." })
  modelVersion?: string | null;

  /** The filter as the store takes it. */
  selection(): PredictionSelection {
    return { label: chosen(this.emotion, EMOTIONS), modelVersion: this.modelVersion ?? undefined };
  }
}

@InputType({ description: "Which predictions to list. Absent fields let everything pass; given ones must all hold." })
export class PredictionFilter extends LabelFilter {
  @Field(() => [PredictionStatusEnum], { nullable: true, description: "Only these statuses." })
  status?: PredictionStatus[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Only predictions made at or after this time." })
  createdAfter?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Only predictions made before this time." })
  createdBefore?: Date | null;

  override selection(): PredictionSelection {
    return {
      ...super.selection(),
      status: chosen(this.status, PREDICTION_STATUSES),
      createdAfter: this.createdAfter ?? undefined,
      createdBefore: this.createdBefore ?? undefined,
    };
  }
}

const JUDGED: readonly PredictionStatus[] = ["APPROVED", "REVISED"];

@InputType({ description: "Which predictions to export. Given fields must all hold." })
export class ExportFilter extends LabelFilter {
  @Field(() => [PredictionStatusEnum], {
    nullable: true,
    description: "Only these statuses; without it APPROVED and REVISED, the ones that a person judged.",
  })
  status?: PredictionStatus[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Only predictions verified at or after this time." })
  verifiedAfter?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Only predictions verified before this time." })
  verifiedBefore?: Date | null;

  override selection(): PredictionSelection {
    return {
      ...super.selection(),
      status: chosen(this.status ?? JUDGED, PREDICTION_STATUSES),
      verifiedAfter: this.verifiedAfter ?? undefined,
      verifiedBefore: this.verifiedBefore ?? undefined,
    };
  }
}

/** A choice among values as the store takes it: no repetitions, and absent when everything is chosen. */
function chosen<T>(values: readonly T[] | null | undefined, all: readonly T[]): T[] | undefined {
  if (values == null) return undefined;
  const distinct = [...new Set(values)];
  return distinct.length === all.length ? undefined : distinct;
}
