import pino from "pino";
import { config as configureZod } from "zod";
import { type ApiGatewayAnswer, answerOf, requestOf } from "./api-gateway-event.js";
import { readLambdaConfig } from "./config.js";
import { answerInProcess } from "./in-process-exchange.js";
import { createLambdaGateway } from "./lambda-gateway.js";

// It would compile each schema at its first use, which pays for itself only in a process that lives long.
configureZod({ jitless: true });

const config = readLambdaConfig(process.env);
const log = pino({ level: config.logLevel, base: { service: "api" } }, pino.destination(2));
const gateway = await createLambdaGateway(config, log);

/** What AWS Lambda calls for each request. @throws when the event is none of payload format 2.0 */
export async function handler(event: unknown): Promise<ApiGatewayAnswer> {
  const answer = answerOf(await answerInProcess(gateway.app, requestOf(event)));
  // What could not be counted stays noted, and what was stored is answered all the same.
  await gateway.settle().catch((error: unknown) => log.warn({ err: error }, "counts are written later"));
  return answer;
}
