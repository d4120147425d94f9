import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import type { TestGateway } from "../support/gateway.js";
import { graphql } from "../support/graphql.js";
import { FakeInference, startGatewayOver, UNUSABLE } from "./fake-inference.js";

/** Looking at model versions and choosing the one that serves. */

const PROMOTE = "mutation ($version: String!) { promoteModel(version: $version) { version serving parameters } }";
const PROMOTE_PATH = "/v1/models/emotion:promote";

let inference: FakeInference;
let server: TestGateway;

beforeAll(async () => {
  inference = await FakeInference.start();
  server = await startGatewayOver(inference.origin);
});
beforeEach(() => inference.behave());
afterAll(async () => {
  await server.stop();
  await inference.stop();
});

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);
const predictedBy = async () =>
  (await call('mutation { predict(text: "Who says so?") { modelVersion } }')).data.predict.modelVersion;

test("models lists every version with how good it is, and model is the one that serves", async () => {
  const fields =
    "version serving createdAt trainedOnRows datasetSha256 parameters metrics { accuracy macroF1 expectedCalibrationError testRows confusion { predicted verified count } }";
  const { data } = await call(`{ models { ${fields} } model { ${fields} } }`);
  const described = {
    version: "v1",
    serving: true,
    createdAt: "2026-01-02T03:04:05.000Z",
    trainedOnRows: 5000,
    datasetSha256: "ab".repeat(32),
    parameters: 123_456,
    metrics: { accuracy: 0.7, macroF1: 0.69, expectedCalibrationError: 0.02, testRows: 760 },
  };
  const cell = (predicted: string, verified: string, count: number) => ({ predicted, verified, count });
  const diagonal = EMOTIONS.map((emotion) => cell(emotion.toUpperCase(), emotion.toUpperCase(), 100));
  const confusion = expect.arrayContaining([...diagonal, cell("JOY", "GUILT", 5)]);
  const first = { ...described, metrics: { ...described.metrics, confusion } };
  const second = { ...described, version: "v2", serving: false, metrics: { ...described.metrics, confusion: null } };
  expect(data).toEqual({ models: [first, second], model: first });
  expect(data.model.metrics.confusion).toHaveLength(diagonal.length + 1);
});

describe("promoteModel", () => {
  test("makes a version serve, and an earlier one again", async () => {
    expect(await predictedBy()).toBe("v1");
    const there = await call(PROMOTE, { version: "v2" });
    expect(there.data.promoteModel).toEqual({ version: "v2", serving: true, parameters: 123_456 });
    expect(await predictedBy()).toBe("v2");
    expect((await call("{ models { version serving } model { version } }")).data).toEqual({
      models: [
        { version: "v1", serving: false },
        { version: "v2", serving: true },
      ],
      model: { version: "v2" },
    });
    expect((await call(PROMOTE, { version: "v1" })).data.promoteModel).toMatchObject({ version: "v1", serving: true });
    expect(await predictedBy()).toBe("v1");
  });

  test("says who asks and forces nothing", async () => {
    await call(PROMOTE, { version: "v2" });
    expect(inference.asked("promote").map(({ body }) => body)).toEqual([{ version: "v2", actor: "local" }]);
  });

  test.each(["v9", "", "../v1"])("of the unknown version %j is NOT_FOUND", async (version) => {
    const { status, data, errors } = await call(PROMOTE, { version });
    expect(status).toBe(200);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toEqual({ code: "NOT_FOUND" });
    expect(inference.serving).toBe("v1");
  });

  test("of a version that is refused is BAD_USER_INPUT with the service's reason", async () => {
    const { errors } = await call(PROMOTE, { version: "worse" });
    expect(errors?.[0]?.extensions).toEqual({ code: "BAD_USER_INPUT", argument: "version" });
    expect(errors?.[0]?.message).toBe("worse is right on 60 %, v1 on 70 % of the test set.");
  });

  test.each(UNUSABLE)("answered by %s is INFERENCE_UNAVAILABLE and not asked for again", async (_, listener) => {
    inference.misbehave(PROMOTE_PATH, listener);
    const { status, errors } = await call(PROMOTE, { version: "v2" });
    expect(status).toBe(200);
    expect(errors?.[0]?.extensions).toEqual({ code: "INFERENCE_UNAVAILABLE" });
    expect(errors?.[0]?.message).toContain("not known whether the version serves");
    expect(inference.asked("promote")).toHaveLength(1);
  });

  test("answered with another version is INFERENCE_UNAVAILABLE", async () => {
    inference.misbehave(PROMOTE_PATH, (_, response) => response.end('{"version":"v1","previous":"v2"}'));
    expect((await call(PROMOTE, { version: "v2" })).errors?.[0]?.extensions).toEqual({ code: "INFERENCE_UNAVAILABLE" });
  });

  test("succeeds although the service cannot say anything once it has moved", async () => {
    inference.misbehave(PROMOTE_PATH, (_, response) => {
      inference.misbehave("/v1/models/emotion", (request) => request.socket.destroy());
      response.end('{"version":"v2","previous":"v1"}');
    });
    expect((await call(PROMOTE, { version: "v2" })).data.promoteModel).toMatchObject({ version: "v2", serving: true });
  });

  test("moves nothing when the versions cannot be listed", async () => {
    inference.misbehave("/v1/models/emotion", (_, response) => response.writeHead(500).end());
    const { errors } = await call(PROMOTE, { version: "v2" });
    expect(errors?.[0]?.extensions.code).toBe("INFERENCE_UNAVAILABLE");
    expect(inference.asked("promote")).toEqual([]);
  });
});

test("without an inference service everything about models is INFERENCE_UNAVAILABLE", async () => {
  const gone = await FakeInference.start();
  const lonely = await startGatewayOver(gone.origin);
  await gone.stop();
  try {
    for (const query of [
      "{ models { version } }",
      "{ model { version } }",
      'mutation { promoteModel(version: "v2") { version } }',
    ]) {
      const { status, errors } = await graphql(lonely.address, query);
      expect(status).toBe(200);
      expect(errors?.[0]?.extensions).toEqual({ code: "INFERENCE_UNAVAILABLE" });
    }
  } finally {
    await lonely.stop();
  }
});
