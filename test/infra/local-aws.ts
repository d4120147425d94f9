import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

const ACCOUNT = "111122223333";

/** The first calls that the CDK's command line makes, answered on this machine as an almost empty account would. */
export interface LocalAws {
  /** What lets the command line find it. */
  env: Record<string, string>;
  /** The calls so far, by name. */
  calls: string[];
  stop(): Promise<void>;
}

/** @param bootstrapped whether `cdk bootstrap` has been run there */
export async function startLocalAws({ bootstrapped }: { bootstrapped: boolean }): Promise<LocalAws> {
  const calls: string[] = [];
  const answers = answersOf(bootstrapped);
  const server = createServer(async (request, response) => {
    const call = await callOf(request);
    calls.push(call);
    send(answers[call] ?? answerOfS3(call), response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "none",
    },
    calls,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function callOf(request: IncomingMessage): Promise<string> {
  const body = await text(request);
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return target.slice(target.lastIndexOf(".") + 1);
  return new URLSearchParams(body).get("Action") ?? `${request.method} ${request.url}`;
}

interface Answer {
  status: number;
  /** An object is sent as JSON, a text as XML. */
  body: string | object;
}

/** Whatever file is looked for is there, so that nothing is uploaded. */
function answerOfS3(call: string): Answer {
  const key = new URLSearchParams(call.slice(call.indexOf("?"))).get("prefix");
  if (key !== null) return { status: 200, body: `<R><Contents><Key>${key}</Key><Size>1</Size></Contents></R>` };
  if (call.includes("?location")) return { status: 200, body: "<R>eu-central-1</R>" };
  return { status: 404, body: "<Error><Code>NotFound</Code></Error>" };
}

function answersOf(bootstrapped: boolean): Record<string, Answer> {
  return {
    GetCallerIdentity: { status: 200, body: identity() },
    AssumeRole: { status: 403, body: failure("AccessDenied", "There is no such role") },
    GetParameter: bootstrapped
      ? { status: 200, body: { Parameter: { Value: "30" } } }
      : { status: 400, body: { __type: "ParameterNotFound", message: "not found" } },
    DescribeRepositories: { status: 200, body: { repositories: [{ repositoryUri: "localhost/x" }] } },
    GetAuthorizationToken: {
      status: 200,
      body: { authorizationData: [{ authorizationToken: btoa("AWS:none"), proxyEndpoint: "https://localhost" }] },
    },
    DescribeImages: { status: 400, body: { __type: "ImageNotFoundException", message: "none" } },
    DescribeStacks: { status: 400, body: failure("ValidationError", "Stack does not exist") },
  };
}

function send({ status, body }: Answer, response: ServerResponse): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/xml" : "application/x-amz-json-1.1" });
  response.end(isText ? body : JSON.stringify(body));
}

function identity(): string {
  const result = `<Arn>arn:aws:iam::${ACCOUNT}:user/operator</Arn><UserId>X</UserId><Account>${ACCOUNT}</Account>`;
  return `<GetCallerIdentityResponse><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

function failure(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}
