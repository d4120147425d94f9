import { randomUUID } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";

/**
 * The least that a Lambda function with Apollo Server does for the same answer: a schema in SDL, a request to the
 * inference service and an item in DynamoDB; no keys, no limits, no checks. The measure of ours' cold start.
 */

const typeDefs = `
  type Prediction { id: ID! emotion: String! confidence: Float! }
  type Query { model: String }
  type Mutation { predict(text: String!): Prediction! }
`;

const table = `${process.env.SENTILOOP_TABLE_PREFIX}predictions`;
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint: process.env.SENTILOOP_DYNAMODB ?? "",
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  }),
);

async function predict(_source: unknown, { text }: { text: string }) {
  const response = await fetch(`${process.env.SENTILOOP_INFERENCE}/v1/models/emotion:predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ instances: [text] }),
  });
  const { predictions } = (await response.json()) as {
    predictions: { emotion: string; probabilities: Record<string, number> }[];
  };
  const { emotion = "", probabilities = {} } = predictions[0] ?? {};
  const item = { id: randomUUID(), text, emotion, confidence: probabilities[emotion] };
  await client.send(new PutCommand({ TableName: table, Item: item }));
  return item;
}

const server = new ApolloServer({ typeDefs, resolvers: { Mutation: { predict } } });
await server.start();

export async function handler(event: { body: string }) {
  const { body } = await server.executeOperation(JSON.parse(event.body));
  return { statusCode: 200, body: JSON.stringify(body.kind === "single" ? body.singleResult : null) };
}
