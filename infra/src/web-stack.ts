import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { OAuthScope, UserPoolClient, UserPoolClientIdentityProvider } from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { DataStack } from "./data-stack.js";
import { HttpEntrance } from "./http-entrance.js";
import type { IdentityStack } from "./identity-stack.js";
import { PageFiles } from "./page-files.js";
import type { StageSettings } from "./stage-settings.js";
import { WebPage } from "./web-page.js";

export interface WebStackProps extends StackProps {
  settings: StageSettings;
  data: DataStack;
  identity: IdentityStack;
  /** The folder of the built page. */
  pageFolder: string;
}

/**
 * The front door: CloudFront, the page behind it, and the HTTP API whose routes the api's stack adds. The page's address
 * must be known before people can be sent back to it from signing in, and before the api can say whom it trusts.
 */
export class WebStack extends Stack {
  readonly entrance: HttpEntrance;
  readonly page: WebPage;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { settings, data, identity, pageFolder, ...props }: WebStackProps) {
    super(scope, id, props);
    this.entrance = new HttpEntrance(this, "Entrance", settings);
    this.page = new WebPage(this, "Page", {
      domain: settings.domain,
      logs: data.logs,
      gateway: this.entrance.hostName,
      signInOrigins: identity.origins,
      folder: pageFolder,
    });
    const address = settings.domain ? `https://${settings.domain.name}` : this.page.address;
    this.client = this.#client(identity, address);
    new PageFiles(this, "PageFiles", { settings, files: this.page.files, folder: pageFolder });
    new CfnOutput(this, "Address", { value: address });
    new CfnOutput(this, "DistributionAddress", { value: this.page.address });
    acknowledge(this, "AwsSolutions-L1", "The CDK's own uploader; its version follows the CDK's.");
  }

  /** The page as a client that has no secret: authorization code with PKCE. */
  #client(identity: IdentityStack, address: string): UserPoolClient {
    const urls = [`${address}/`];
    return new UserPoolClient(this, "PageClient", {
      userPool: identity.userPool,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(7),
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: urls,
        logoutUrls: urls,
      },
    });
  }
}
