import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { CfnOIDCProvider, FederatedPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { StageSettings } from "./stage-settings.js";

const GITHUB = "token.actions.githubusercontent.com";

export interface DeliveryStackProps extends StackProps {
  stage: string;
  delivery: NonNullable<StageSettings["delivery"]>;
}

/** The role that GitHub's workflows of one repository and one environment take on to deploy; there is no key. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { stage, delivery, ...props }: DeliveryStackProps) {
    super(scope, id, props);
    const provider =
      delivery.providerArn ??
      new CfnOIDCProvider(this, "GitHub", { url: `https://${GITHUB}`, clientIdList: ["sts.amazonaws.com"] }).attrArn;
    const role = new Role(this, "Role", {
      assumedBy: new FederatedPrincipal(
        provider,
        {
          StringEquals: {
            [`${GITHUB}:aud`]: "sts.amazonaws.com",
            // An environment of GitHub lets only the branches in that its settings name.
            [`${GITHUB}:sub`]: `repo:${delivery.repository}:environment:${stage}`,
          },
        },
        "sts:AssumeRoleWithWebIdentity",
      ),
      maxSessionDuration: Duration.hours(1),
    });
    const roles = ["deploy", "file-publishing", "image-publishing", "lookup"].map((kind) => {
      return `arn:${this.partition}:iam::${this.account}:role/cdk-${BOOTSTRAP}-${kind}-role-${this.account}-${this.region}`;
    });
    role.addToPolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: roles }));
    new CfnOutput(this, "RoleArn", { value: role.roleArn });
  }
}

/** What the CDK's own roles are named after, unless an account was set up in another way. */
const BOOTSTRAP = "hnb659fds";
