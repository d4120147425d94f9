import type { App } from "aws-cdk-lib";
import { ApiStack } from "./api-stack.js";
import type { Artefacts } from "./artefacts.js";
import { DataStack } from "./data-stack.js";
import { DeliveryStack } from "./delivery-stack.js";
import { IdentityStack } from "./identity-stack.js";
import { InferenceStack } from "./inference-stack.js";
import { OperationsStack, STAGE_TAG } from "./operations-stack.js";
import { type StageSettings, stackPrefix } from "./stage-settings.js";
import { WebStack } from "./web-stack.js";

export interface StageOptions {
  settings: StageSettings;
  artefacts: Artefacts;
  /** Whether the data may go with the stacks. Only the command that deletes a stage for good says so. */
  expendable?: boolean;
}

/** The stacks of a stage, those that keep something first. */
export interface Stage {
  data: DataStack;
  identity: IdentityStack;
  web: WebStack;
  inference: InferenceStack | undefined;
  api: ApiStack;
  operations: OperationsStack;
  /** Undefined where nobody delivers but by hand. */
  delivery: DeliveryStack | undefined;
}

/** Adds the stacks of a stage to an app. They belong to no account and no region before they are deployed to one. */
export function addStage(app: App, { settings, artefacts, expendable = false }: StageOptions): Stage {
  const common = (part: string) => ({
    settings,
    stackName: stackPrefix(settings.name) + part,
    description: `Sentiloop, stage ${settings.name}: ${part.toLowerCase()}`,
    tags: { [STAGE_TAG]: settings.name },
  });
  const named = (part: string) => stackPrefix(settings.name) + part;
  const data = new DataStack(app, named("Data"), { ...common("Data"), expendable });
  const identity = new IdentityStack(app, named("Identity"), { ...common("Identity"), expendable });
  const web = new WebStack(app, named("Web"), { ...common("Web"), data, identity, pageFolder: artefacts.page });
  const inference =
    settings.kind === "standard"
      ? new InferenceStack(app, named("Inference"), {
          ...common("Inference"),
          data,
          image: artefacts.inferenceImage,
          images: artefacts.images,
        })
      : undefined;
  const api = new ApiStack(app, named("Api"), { ...common("Api"), artefacts, data, identity, web, inference });
  const operations = new OperationsStack(app, named("Operations"), {
    ...common("Operations"),
    data,
    web,
    api,
    inference,
  });
  const delivery =
    settings.delivery &&
    new DeliveryStack(app, named("Delivery"), { ...common("Delivery"), delivery: settings.delivery });
  return { data, identity, web, inference, api, operations, delivery };
}
