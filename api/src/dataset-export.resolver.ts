import "reflect-metadata";
import {
  type CsvDialect,
  EMOTIONS,
  type Emotion,
  PREDICTION_STATUSES,
  type PredictionStatus,
} from "@sentiloop/inference/contract";
import { GraphQLDateTime } from "graphql-scalars";
import { Arg, Field, ID, InputType, Mutation, Query, Resolver } from "type-graphql";
import { DatasetExport } from "./dataset-export.js";
import { CsvDialectEnum, EmotionEnum, PredictionStatusEnum } from "./enums.js";
import type { ExportService } from "./export-service.js";
import { chosen } from "./prediction.resolver.js";
import type { PredictionSelection } from "./prediction-store.js";

@InputType({ description: "Which predictions to export. Given fields must all hold." })
export class ExportFilter {
  @Field(() => [PredictionStatusEnum], {
    nullable: true,
    description: "Only these statuses; without it APPROVED and REVISED, the ones that a person judged.",
  })
  status?: PredictionStatus[] | null;

  @Field(() => [EmotionEnum], {
    nullable: true,
    description: "Only these labels. The label is the verified emotion, else the predicted one.",
  })
  emotion?: Emotion[] | null;

  @Field(() => String, { nullable: true, description: "Only predictions of this model version." })
  modelVersion?: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Only predictions verified at or after this time." })
  verifiedAfter?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Only predictions verified before this time." })
  verifiedBefore?: Date | null;
}

const JUDGED: readonly PredictionStatus[] = ["APPROVED", "REVISED"];

@Resolver()
export class DatasetExportResolver {
  constructor(private readonly service: ExportService) {}

  @Query(() => DatasetExport, {
    nullable: true,
    description: "One export; null when there is none with this id or it has expired.",
  })
  async datasetExport(
    @Arg("id", () => ID, { description: "The id of the export." }) id: string,
  ): Promise<DatasetExport | null> {
    return (await this.service.find(id)) ?? null;
  }

  @Mutation(() => DatasetExport, {
    description:
      "Writes predictions as a CSV file. Answers at once when that is quick, else with RUNNING: ask datasetExport for the progress. The rows are in no particular order.",
  })
  exportCsv(
    @Arg("filter", () => ExportFilter, {
      nullable: true,
      description: "Which predictions to export; without it all that a person judged.",
    })
    filter: ExportFilter | null,
    @Arg("dialect", () => CsvDialectEnum, { defaultValue: "RFC4180", description: "How the file is written." })
    dialect: CsvDialect,
  ): Promise<DatasetExport> {
    return this.service.start(selection(filter), dialect);
  }
}

function selection(filter: ExportFilter | null): PredictionSelection {
  return {
    status: chosen(filter?.status ?? JUDGED, PREDICTION_STATUSES),
    label: chosen(filter?.emotion, EMOTIONS),
    modelVersion: filter?.modelVersion ?? undefined,
    verifiedAfter: filter?.verifiedAfter ?? undefined,
    verifiedBefore: filter?.verifiedBefore ?? undefined,
  };
}
