import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { CfnOIDCProvider, FederatedPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { StageSettings } from "./stage-settings.js";

const GITHUB = "token.actions.githubusercontent.com";

/** What the CDK's own roles are named after, unless an account was set up in another way. */
const BOOTSTRAP = "hnb659fds";

/** The roles of the CDK that deploy and upload. CloudFormation itself works with a further one, which is passed on. */
const CDK_ROLES = ["deploy", "file-publishing", "image-publishing", "lookup"];

export interface DeliveryStackProps extends StackProps {
  settings: StageSettings;
  delivery: NonNullable<StageSettings["delivery"]>;
}

/** The role that GitHub's workflows of one repository, one environment and one branch take on to deploy; there is no key. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { settings, delivery, ...props }: DeliveryStackProps) {
    super(scope, id, props);
    const provider =
      delivery.providerArn ??
      new CfnOIDCProvider(this, "GitHub", { url: `https://${GITHUB}`, clientIdList: ["sts.amazonaws.com"] }).attrArn;
    const role = new Role(this, "Role", {
      description: `GitHub deploys the stage ${settings.name} with it`,
      assumedBy: new FederatedPrincipal(
        provider,
        {
          StringEquals: {
            [`${GITHUB}:aud`]: "sts.amazonaws.com",
            [`${GITHUB}:sub`]: subjectOf(delivery, settings.name),
          },
        },
        "sts:AssumeRoleWithWebIdentity",
      ),
      maxSessionDuration: Duration.hours(1),
    });
    const roles = CDK_ROLES.map((kind) => {
      return `arn:${this.partition}:iam::${this.account}:role/cdk-${BOOTSTRAP}-${kind}-role-${this.account}-${this.region}`;
    });
    role.addToPolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: roles }));
    new CfnOutput(this, "RoleArn", { value: role.roleArn });
  }
}

/**
 * Whom GitHub's tokens must name. By itself GitHub leaves the branch out when a job has an environment; the runbook says
 * how the repository is told to name both.
 */
function subjectOf({ repository, branch }: DeliveryStackProps["delivery"], stage: string): string {
  return `repo:${repository}:environment:${stage}:ref:refs/heads/${branch}`;
}
