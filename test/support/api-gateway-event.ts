/** An event as API Gateway documents it, with what a test is about in place of its part. */
export function apiGatewayEvent(
  method: string,
  path: string,
  { headers = {}, ...parts }: Record<string, unknown> = {},
) {
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: {
      accept: "*/*",
      "content-type": "application/json",
      host: "abcdef.execute-api.eu-central-1.amazonaws.com",
      "user-agent": "curl/8.5.0",
      "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      ...(headers as object),
    },
    requestContext: {
      accountId: "123456789012",
      apiId: "abcdef",
      domainName: "abcdef.execute-api.eu-central-1.amazonaws.com",
      domainPrefix: "abcdef",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "curl/8.5.0" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "25/Nov/2026:19:03:58 +0000",
      timeEpoch: 1795633438000,
    },
    isBase64Encoded: false,
    ...parts,
  };
}
