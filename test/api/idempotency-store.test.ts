import { expect, test } from "@jest/globals";
import { ulid } from "ulid";
import { DynamoDBIdempotencyStore } from "../../api/src/dynamodb-idempotency-store.js";
import { startDynamoDB } from "../support/dynamodb.js";

test("a key stands for what was claimed first, also under parallel claims", async () => {
  const database = await startDynamoDB();
  const store = new DynamoDBIdempotencyStore(database.client, database.tables);
  const claims = Array.from({ length: 30 }, (_, index) => ({ textSha256: `${index}`, predictionId: ulid() }));
  const stood = await Promise.all(claims.map((claim) => store.claim("key", claim)));
  expect(new Set(stood.map(({ predictionId }) => predictionId)).size).toBe(1);
  expect(claims).toContainEqual({ textSha256: stood[0]?.textSha256, predictionId: stood[0]?.predictionId });
  expect(await store.claim("other key", { textSha256: "x", predictionId: "y" })).toMatchObject({ predictionId: "y" });
  await database.stop();
});
