import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { KINDS, synthesise, templateOf } from "./synthesised-stage.js";

const stage = synthesise("one", KINDS.lean);

describe("the one address of a stage", () => {
  const web = templateOf(stage, "Web");
  const paths = ["/graphql", "/schema.graphql", "/config.json", "/exports/*", "/livez", "/readyz"];

  test("serves the page from its bucket, by signed requests of CloudFront alone", () => {
    web.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: { OriginAccessControlOriginType: "s3", SigningBehavior: "always" },
    });
    web.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: {
        Origins: [
          Match.objectLike({ S3OriginConfig: Match.anyValue() }),
          Match.objectLike({ CustomOriginConfig: Match.anyValue() }),
        ],
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https", FunctionAssociations: [Match.anyValue()] },
      },
    });
  });

  test.each(paths)("asks the gateway for %s, over HTTPS, and keeps no answer", (path) => {
    // The managed policy "CachingDisabled".
    const uncached = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    web.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: {
        CacheBehaviors: Match.arrayWith([
          Match.objectLike({ PathPattern: path, ViewerProtocolPolicy: "https-only", CachePolicyId: uncached }),
        ]),
      },
    });
    templateOf(stage, "Api").hasResourceProperties("AWS::ApiGatewayV2::Route", {
      RouteKey: `GET ${path.replace("*", "{proxy+}")}`,
    });
  });

  test("lets the page ask nobody but itself and those who sign people in", () => {
    const [policy] = Object.values(web.findResources("AWS::CloudFront::ResponseHeadersPolicy"));
    const csp =
      policy?.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
    const text = csp["Fn::Join"][1].map((part: unknown) => (typeof part === "string" ? part : "*")).join("");
    const asked = /connect-src ([^;]*);/.exec(text)?.[1];
    expect(asked).toMatch(/^'self' https:\/\/cognito-idp\.\*\.\* https:\/\/\*\.auth\.\*\.amazoncognito\.com$/);
  });
});
