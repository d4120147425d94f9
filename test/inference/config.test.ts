import { resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { readConfig } from "../../inference/src/config.js";

test("listens on loopback, port 4001, and looks for models in the data folder unless told otherwise", () => {
  expect(readConfig({})).toEqual({
    host: "127.0.0.1",
    port: 4001,
    modelsFolder: resolve("data/models"),
    modelVersion: undefined,
    engine: "onnx",
    maxBodyBytes: 8_388_608,
    maxQueue: 2048,
    deadlineMs: 10_000,
    requestTimeoutMs: 30_000,
    logLevel: "info",
  });
});

test("takes what the environment says", () => {
  const config = readConfig({
    HOST: "::1",
    PORT: "0",
    SENTILOOP_MODELS: "/srv/models",
    EMOTION_MODEL: "v2",
    EMOTION_ENGINE: "tfjs",
    INFERENCE_MAX_BODY_BYTES: "2048",
    INFERENCE_REQUEST_TIMEOUT_MS: "500",
    INFERENCE_MAX_QUEUE: "7",
    INFERENCE_DEADLINE_MS: "50",
  });
  expect(config).toEqual({
    host: "::1",
    port: 0,
    modelsFolder: "/srv/models",
    modelVersion: "v2",
    engine: "tfjs",
    maxBodyBytes: 2048,
    maxQueue: 7,
    deadlineMs: 50,
    requestTimeoutMs: 500,
    logLevel: "info",
  });
});

test("looks for models inside the data folder that is named", () => {
  expect(readConfig({ SENTILOOP_DATA: "/srv/data" }).modelsFolder).toBe("/srv/data/models");
});

test("treats an empty variable as one that is not set", () => {
  expect(readConfig({ PORT: "", EMOTION_MODEL: "", SENTILOOP_MODELS: "" })).toEqual(readConfig({}));
});

test("cannot be changed afterwards", () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

test.each([
  ["PORT", "http", 'PORT must be a whole number from 0 to 65535, but is "http".'],
  ["PORT", "65536", 'PORT must be a whole number from 0 to 65535, but is "65536".'],
  ["PORT", "80.5", 'PORT must be a whole number from 0 to 65535, but is "80.5".'],
  ["EMOTION_MODEL", "../v2", "EMOTION_MODEL must be 1 to 64 letters, digits, dots, dashes or underscores"],
  ["INFERENCE_MAX_BODY_BYTES", "1", "INFERENCE_MAX_BODY_BYTES must be a whole number from 1024 to"],
  ["EMOTION_ENGINE", "torch", 'EMOTION_ENGINE must be one of onnx, tfjs, but is "torch".'],
  ["INFERENCE_MAX_QUEUE", "0", "INFERENCE_MAX_QUEUE must be a whole number from 1 to"],
  ["INFERENCE_DEADLINE_MS", "1", "INFERENCE_DEADLINE_MS must be a whole number from 10 to"],
  ["INFERENCE_REQUEST_TIMEOUT_MS", "-1", "INFERENCE_REQUEST_TIMEOUT_MS must be a whole number from 100 to"],
])("refuses %s=%s and says what was expected", (name, value, message) => {
  expect(() => readConfig({ [name]: value })).toThrow(message);
});

test("names every variable that is wrong", () => {
  expect(() => readConfig({ PORT: "a", EMOTION_MODEL: "?" })).toThrow(/PORT must be .*EMOTION_MODEL must be/);
});
