import { CustomResource, Duration } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { serviceLogGroup } from "./service-log-group.js";
import type { StageSettings } from "./stage-settings.js";

/** What runs during a deployment: fetches an issuer's public keys and gives them to CloudFormation as one line. */
export const FETCH_KEYS = `exports.handler = async (event) => {
  const answer = { ...event, Status: "SUCCESS", PhysicalResourceId: "sign-in-keys", Data: {} };
  delete answer.ResponseURL;
  delete answer.ResourceProperties;
  delete answer.OldResourceProperties;
  try {
    if (event.RequestType !== "Delete") {
      const address = event.ResourceProperties.Issuer + "/.well-known/jwks.json";
      const keys = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(10000) });
      if (!keys.ok) throw new Error(address + " answered " + keys.status);
      answer.Data.Keys = JSON.stringify(await keys.json());
    }
  } catch (error) {
    answer.Status = "FAILED";
    answer.Reason = String(error);
  }
  await fetch(event.ResponseURL, { method: "PUT", body: JSON.stringify(answer) });
};
`;

export interface SignInKeysProps {
  settings: StageSettings;
  issuer: string;
  /** The keys are fetched again whenever this changes. */
  release: string;
}

/**
 * The public keys with which Cognito signs tokens, fetched at each release. The gateway of a standard stage has no way
 * out of its network, and Cognito's private endpoint refuses user pools that have a sign-in page.
 */
export class SignInKeys extends Construct {
  /** A JSON Web Key Set. */
  readonly keys: string;

  constructor(scope: Construct, id: string, { settings, issuer, release }: SignInKeysProps) {
    super(scope, id);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    const logGroup = serviceLogGroup(this, "Log", settings);
    logGroup.grantWrite(role);
    const fetcher = new LambdaFunction(this, "Fetcher", {
      runtime: Runtime.NODEJS_24_X,
      code: Code.fromInline(FETCH_KEYS),
      handler: "index.handler",
      timeout: Duration.seconds(30),
      role,
      logGroup,
    });
    const resource = new CustomResource(this, "Keys", {
      serviceToken: fetcher.functionArn,
      properties: { Issuer: issuer, Release: release },
    });
    this.keys = resource.getAttString("Keys");
  }
}
