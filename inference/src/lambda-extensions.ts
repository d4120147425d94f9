import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";

const API_VERSION = "2020-01-01";

/** The name under which Lambda knows the extension: that of its file in the layer's folder `extensions`. */
export const EXTENSION_NAME = "sentiloop-inference";

const nextEventSchema = z.object({ eventType: z.string() });

/** AWS Lambda's API for external extensions. */
export class AwsLambdaExtensions {
  readonly #base: string;
  #id = "";

  /** @param host where the API is, as Lambda says in AWS_LAMBDA_RUNTIME_API */
  constructor(host: string) {
    this.#base = `http://${host}/${API_VERSION}/extension`;
  }

  /** @throws when this is not Lambda */
  static ofEnvironment(environment: Readonly<Record<string, string | undefined>>): AwsLambdaExtensions {
    const host = environment.AWS_LAMBDA_RUNTIME_API;
    if (!host) throw new Error("AWS_LAMBDA_RUNTIME_API is not set: an extension runs on AWS Lambda only.");
    return new AwsLambdaExtensions(host);
  }

  /** Makes Lambda wait for this extension. It asks for no event but the end, so requests do not wait for it. */
  async register(): Promise<void> {
    const headers = { "content-type": "application/json", "lambda-extension-name": EXTENSION_NAME };
    const answer = await this.#ask("register", { method: "POST", headers }, { events: ["SHUTDOWN"] });
    answer.resume();
    const id = answer.headers["lambda-extension-identifier"];
    if (typeof id !== "string") throw new Error("Lambda gave the extension no identifier.");
    this.#id = id;
  }

  /** Says that this extension is ready. Ends when Lambda ends the environment, which may be hours later. */
  async untilShutdown(): Promise<void> {
    const headers = { "lambda-extension-identifier": this.#id };
    for (;;) {
      const answer = await this.#ask("event/next", { headers });
      if (nextEventSchema.parse(await json(answer)).eventType === "SHUTDOWN") return;
    }
  }

  // Not fetch: it gives an answer up that does not come within five minutes.
  async #ask(path: string, options: RequestOptions, body?: unknown): Promise<IncomingMessage> {
    const asked = request(`${this.#base}/${path}`, options);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`Lambda answered ${answer.statusCode} to the extension's ${path}.`);
    return answer;
  }
}
