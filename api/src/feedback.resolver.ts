import "reflect-metadata";
import { EMOTIONS, type Emotion } from "@sentiloop/inference/contract";
import { Arg, Ctx, Field, Float, ID, Int, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import { isValid } from "ulid";
import { ConfusionCell } from "./confusion-cell.js";
import type { Context } from "./context.js";
import { EmotionEnum } from "./enums.js";
import { badUserInput, notFound } from "./errors.js";
import type { FeedbackRequest, FeedbackService } from "./feedback-service.js";
import { Prediction } from "./prediction.js";
import type { FeedbackCount, PredictionStore } from "./prediction-store.js";

@ObjectType({ description: "How many predictions carry one emotion." })
export class EmotionCount {
  @Field(() => EmotionEnum, { description: "The emotion." })
  readonly emotion: Emotion;

  @Field(() => Int, { description: "How many predictions." })
  readonly count: number;

  constructor(emotion: Emotion, count: number) {
    this.emotion = emotion;
    this.count = count;
  }
}

@ObjectType({ description: "What people made of the predictions so far." })
export class FeedbackSummary {
  @Field(() => Int, { description: "All predictions." })
  readonly total: number;

  @Field(() => Int, { description: "Those that nobody has judged." })
  readonly pending: number;

  @Field(() => [ConfusionCell], {
    description: "The judged ones, by predicted and verified emotion; only pairs that occur.",
  })
  readonly confusion: ConfusionCell[];

  @Field(() => [EmotionCount], {
    description: "All seven emotions with the predictions whose label it is: verified, else predicted.",
  })
  readonly labels: EmotionCount[];

  constructor(counts: readonly FeedbackCount[]) {
    this.labels = EMOTIONS.map(
      (emotion) =>
        new EmotionCount(emotion, sum(counts.filter(({ predicted, verified }) => (verified ?? predicted) === emotion))),
    );
    this.total = sum(counts);
    this.pending = sum(counts.filter(({ verified }) => verified === null));
    this.confusion = counts.flatMap(({ predicted, verified, count }) =>
      verified === null ? [] : [new ConfusionCell(predicted, verified, count)],
    );
  }

  @Field(() => Int, { description: "Those where a person agreed with the model." })
  get approved(): number {
    return sum(this.confusion.filter(({ predicted, verified }) => predicted === verified));
  }

  @Field(() => Int, { description: "Those where a person chose another emotion." })
  get revised(): number {
    return this.total - this.pending - this.approved;
  }

  @Field(() => Float, { nullable: true, description: "approved / (approved + revised); null while nothing is judged." })
  get agreement(): number | null {
    const judged = this.total - this.pending;
    return judged === 0 ? null : this.approved / judged;
  }
}

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

const ID_DESCRIPTION = "The id of the prediction.";
const EXPECTED_VERSION = {
  nullable: true,
  description:
    "The version that the person saw. If somebody has decided since, nothing is changed and the answer is CONFLICT with the current version. Without it the last decision wins; the history keeps all.",
} as const;

@Resolver()
export class FeedbackResolver {
  constructor(
    private readonly service: FeedbackService,
    private readonly store: PredictionStore,
  ) {}

  @Mutation(() => Prediction, {
    description: "Records that a person agrees with the predicted emotion. The same again is no new event.",
  })
  approve(
    @Arg("predictionId", () => ID, { description: ID_DESCRIPTION }) predictionId: string,
    @Arg("expectedVersion", () => Int, EXPECTED_VERSION) expectedVersion: number | null,
    @Ctx() context: Context,
  ): Promise<Prediction> {
    return this.service.approve(feedbackRequest(predictionId, expectedVersion, context));
  }

  @Mutation(() => Prediction, {
    description:
      "Records the emotion that a person chose. Choosing the predicted one is an approval. The same again is no new event.",
  })
  revise(
    @Arg("predictionId", () => ID, { description: ID_DESCRIPTION }) predictionId: string,
    @Arg("emotion", () => EmotionEnum, { description: "The emotion that the text carries." }) emotion: Emotion,
    @Arg("expectedVersion", () => Int, EXPECTED_VERSION) expectedVersion: number | null,
    @Ctx() context: Context,
  ): Promise<Prediction> {
    return this.service.revise({ ...feedbackRequest(predictionId, expectedVersion, context), emotion });
  }

  @Mutation(() => Prediction, {
    description:
      "Takes the latest standing decision back; again, one further. BAD_USER_INPUT when nothing is left to undo.",
  })
  undo(
    @Arg("predictionId", () => ID, { description: ID_DESCRIPTION }) predictionId: string,
    @Arg("expectedVersion", () => Int, EXPECTED_VERSION) expectedVersion: number | null,
    @Ctx() context: Context,
  ): Promise<Prediction> {
    return this.service.undo(feedbackRequest(predictionId, expectedVersion, context));
  }

  @Query(() => FeedbackSummary, {
    description:
      "What people made of the predictions so far. It is as quick over millions of predictions as over ten, because it is counted as they come; it may lag a second behind what another server has acknowledged.",
  })
  async feedbackSummary(
    @Arg("modelVersion", () => String, { nullable: true, description: "Only predictions of this model version." })
    modelVersion: string | null,
  ): Promise<FeedbackSummary> {
    return new FeedbackSummary(await this.store.countFeedback(modelVersion ?? undefined));
  }
}

function feedbackRequest(predictionId: string, expectedVersion: number | null, { actor }: Context): FeedbackRequest {
  if (!isValid(predictionId)) throw notFound("prediction", predictionId);
  if (expectedVersion !== null && expectedVersion !== undefined && expectedVersion < 0) {
    throw badUserInput("expectedVersion", `expectedVersion is ${expectedVersion}; versions start at 0.`);
  }
  return { predictionId, expectedVersion: expectedVersion ?? undefined, actor };
}
