import "reflect-metadata";
import type { CsvDialect } from "@sentiloop/inference/contract";
import { Arg, ID, Mutation, Query, Resolver } from "type-graphql";
import { DatasetExport } from "./dataset-export.js";
import { CsvDialectEnum } from "./enums.js";
import type { ExportService } from "./export-service.js";
import { ExportFilter } from "./prediction-filter.js";

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
    return this.service.start((filter ?? new ExportFilter()).selection(), dialect);
  }
}
