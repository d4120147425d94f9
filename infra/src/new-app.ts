import { App, type AppProps } from "aws-cdk-lib";

/** What newly made CDK projects have switched on, as far as it concerns what is here. */
const FEATURES = {
  "@aws-cdk/aws-iam:minimizePolicies": true,
  "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true,
  "@aws-cdk/aws-s3:createDefaultLoggingPolicy": true,
  "@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker": true,
  "@aws-cdk/aws-ecs:reduceEc2FargateCloudWatchPermissions": true,
  "@aws-cdk/aws-lambda:recognizeLayerVersion": true,
  "@aws-cdk/aws-lambda:recognizeVersionProps": true,
  "@aws-cdk/aws-codedeploy:removeAlarmsFromDeploymentGroup": true,
  "@aws-cdk/aws-cloudfront:defaultSecurityPolicyTLSv1.2_2021": true,
  "@aws-cdk/core:checkSecretUsage": true,
  // A stack does not lose what another one still uses.
  "@aws-cdk/core:defaultCrossStackReferences": "strong",
};

/** An app without a word to anybody about its use, whose templates are the same for the same sources. */
export function newApp(props: AppProps = {}): App {
  return new App({
    ...props,
    analyticsReporting: false,
    treeMetadata: false,
    context: { ...FEATURES, ...props.context },
  });
}
