import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ExportBucket } from "./export-bucket.js";
import { Tables } from "./tables.js";
import { WebPage } from "./web-page.js";

export interface SentiloopStackProps extends StackProps {
  /** What the names of the tables begin with; the api's SENTILOOP_TABLE_PREFIX must be the same. */
  tablePrefix: string;
}

/** What Sentiloop keeps on AWS and how it hands out the web page. The services that compute are not part of it yet. */
export class SentiloopStack extends Stack {
  constructor(scope: Construct, id: string, { tablePrefix, ...props }: SentiloopStackProps) {
    super(scope, id, props);
    new Tables(this, "Tables", { prefix: tablePrefix });
    new ExportBucket(this, "Exports");
    new WebPage(this, "WebPage");
  }
}
