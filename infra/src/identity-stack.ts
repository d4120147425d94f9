import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnUserPoolGroup,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolDomain,
} from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { StageSettings } from "./stage-settings.js";

export interface IdentityStackProps extends StackProps {
  settings: StageSettings;
  /** Whether the accounts may go with the stack. */
  expendable: boolean;
}

/** What the names of groups begin with, as the api expects of scopes and groups in tokens. */
const PREFIX = "sentiloop/";

/** A group for each scope of the api: who is in the group may do what the scope allows. */
export const GROUPS = {
  "sentiloop/predict": "May have texts classified and read predictions",
  "sentiloop/feedback": "May approve, revise and undo",
  "sentiloop/export": "May export datasets",
  "sentiloop/admin": "May promote model versions",
} as const;

/** The people who sign in on the page. Programs have API keys instead. */
export class IdentityStack extends Stack {
  readonly userPool: UserPool;
  readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, { settings, expendable, ...props }: IdentityStackProps) {
    super(scope, id, { ...props, terminationProtection: !expendable });
    this.userPool = new UserPool(this, "People", {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      standardThreatProtectionMode: StandardThreatProtectionMode.NO_ENFORCEMENT,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: !expendable,
      removalPolicy: expendable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    // The prefix must differ from everybody else's in the region, so the account's number is in it.
    this.domain = this.userPool.addDomain("SignIn", {
      cognitoDomain: { domainPrefix: `sentiloop-${settings.name}-${Aws.ACCOUNT_ID}` },
    });
    for (const [groupName, description] of Object.entries(GROUPS)) {
      new CfnUserPoolGroup(this, `Group ${groupName.slice(PREFIX.length)}`, {
        userPoolId: this.userPool.userPoolId,
        groupName,
        description,
      });
    }
    new CfnOutput(this, "UserPoolId", { value: this.userPool.userPoolId });
    acknowledge(this.userPool, "AwsSolutions-COG2", "MFA is offered, by an app; the operator can make it a duty.");
    acknowledge(
      this.userPool,
      "AwsSolutions-COG3",
      "Threat protection costs per person and month; invited people only.",
    );
    acknowledge(this.userPool, "AwsSolutions-COG8", "As COG3: the Plus plan is bought when the people are many.");
  }

  /** Who issues the tokens, as their `iss` says. */
  get issuer(): string {
    return `${this.#issuerOrigin}/${this.userPool.userPoolId}`;
  }

  /** What the page asks while somebody signs in: the issuer, which knows all the addresses, and whoever gives tokens out. */
  get origins(): string[] {
    return [this.#issuerOrigin, this.domain.baseUrl()];
  }

  get #issuerOrigin(): string {
    return `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }
}
