import "reflect-metadata";
import { EMOTIONS, type ModelDescription } from "@sentiloop/inference/contract";
import { GraphQLDateTime } from "graphql-scalars";
import { Arg, Ctx, Field, Float, Int, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import type { Classifier } from "./classifier.js";
import { ConfusionCell } from "./confusion-cell.js";
import type { Context } from "./context.js";
import { inferenceUnavailable } from "./errors.js";

@ObjectType({ description: "How good a model version is on rows that it never saw in training." })
export class ModelMetrics {
  @Field(() => Float, { description: "The share of rows with the right emotion, 0 to 1." })
  readonly accuracy: number;

  @Field(() => Float, { description: "The F1 score averaged over the seven emotions, 0 to 1." })
  readonly macroF1: number;

  @Field(() => Float, {
    description: "How far confidence and accuracy are apart on average, 0 to 1; smaller is better.",
  })
  readonly expectedCalibrationError: number;

  @Field(() => Int, { description: "How many rows it was measured on." })
  readonly testRows: number;

  @Field(() => [ConfusionCell], {
    nullable: true,
    description:
      "These rows by the emotion that the version chose and the one that they are labelled with; only pairs that occur. null where it was not kept.",
  })
  readonly confusion: ConfusionCell[] | null;

  constructor({ accuracy, macroF1, expectedCalibrationError, testRows, confusion }: ModelDescription["metrics"]) {
    this.accuracy = accuracy;
    this.macroF1 = macroF1;
    this.expectedCalibrationError = expectedCalibrationError;
    this.testRows = testRows;
    this.confusion = confusion === undefined ? null : cellsOf(confusion);
  }
}

function cellsOf(confusion: NonNullable<ModelDescription["metrics"]["confusion"]>): ConfusionCell[] {
  return EMOTIONS.flatMap((truth) =>
    EMOTIONS.flatMap((chosen) => {
      const count = confusion[truth][chosen];
      return count > 0 ? [new ConfusionCell(chosen, truth, count)] : [];
    }),
  );
}

@ObjectType({ description: "A model version: an immutable network with its vocabulary and thresholds." })
export class Model {
  @Field(() => String, { description: "The name of the version." })
  version: string;

  @Field(() => Boolean, { description: "Whether predictions are made by it now." })
  serving: boolean;

  @Field(() => GraphQLDateTime, { description: "When it was published." })
  createdAt: Date;

  @Field(() => Int, { description: "How many labelled texts it was trained on." })
  trainedOnRows: number;

  @Field(() => String, { description: "The SHA-256 of the dataset that it was trained on, in lower-case hex." })
  datasetSha256: string;

  @Field(() => Int, { description: "How many parameters the network has." })
  parameters: number;

  @Field(() => ModelMetrics, { description: "How good it is." })
  metrics: ModelMetrics;

  constructor(description: ModelDescription) {
    this.version = description.version;
    this.serving = description.serving;
    this.createdAt = new Date(description.createdAt);
    this.trainedOnRows = description.trainedOnRows;
    this.datasetSha256 = description.datasetSha256;
    this.parameters = description.parameters;
    this.metrics = new ModelMetrics(description.metrics);
  }
}

@Resolver()
export class ModelResolver {
  constructor(private readonly classifier: Classifier) {}

  @Query(() => Model, { description: "The model version that serves." })
  async model(): Promise<Model> {
    const serving = (await this.classifier.models()).find((model) => model.serving);
    if (serving === undefined) throw inferenceUnavailable(new Error("no version serves"));
    return new Model(serving);
  }

  @Query(() => [Model], { description: "All model versions that can serve." })
  async models(): Promise<Model[]> {
    return (await this.classifier.models()).map((model) => new Model(model));
  }

  @Mutation(() => Model, {
    description:
      "Makes a model version the one that serves: it makes every prediction from the answer on. This is how a new version goes into service and how an earlier one comes back. NOT_FOUND when there is no such version, BAD_USER_INPUT with the reason when it is refused: damaged, made for other labels, or worse on the test set. After INFERENCE_UNAVAILABLE look at models before asking again.",
  })
  async promoteModel(
    @Arg("version", () => String, { description: "The name of the version, as models lists it." }) version: string,
    @Ctx() { actor }: Context,
  ): Promise<Model> {
    // Described before anything moves: once it has, no further request can fail and hide that.
    const described = await this.find(version);
    await this.classifier.promote({ version, actor });
    const promoted = described ?? (await this.find(version));
    if (promoted === undefined) throw new Error(`the version ${version} serves but is not listed`);
    return new Model({ ...promoted, serving: true });
  }

  private async find(version: string): Promise<ModelDescription | undefined> {
    return (await this.classifier.models()).find((model) => model.version === version);
  }
}
