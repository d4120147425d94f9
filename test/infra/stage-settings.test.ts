import { describe, expect, test } from "@jest/globals";
import { parseStageSettings, readStageSettings, SettingsError } from "../../infra/src/stage-settings.js";
import { KINDS } from "./synthesised-stage.js";

const FOLDER = "infra/stages";
const read = (settings: object) => parseStageSettings("one", JSON.stringify({ ...KINDS.standard, ...settings }));

describe("the settings of a stage", () => {
  test.each(["lean", "staging", "production"])("of %s, which is in the repository, are in order", (name) => {
    expect(readStageSettings(FOLDER, name).name).toBe(name);
  });

  test.each<[string, object]>([
    ["kind", { kind: "large" }],
    ["architecture", { architecture: "riscv" }],
    ["domain.name", { domain: { name: "no host", certificateArn: "arn:x" } }],
    ["domain.certificateArn", { domain: { name: "example.com", certificateArn: "x" } }],
    ["alarmEmail", { alarmEmail: "nobody" }],
    ["monthlyBudgetUsd", { monthlyBudgetUsd: 0 }],
    ["delivery.repository", { delivery: { repository: "https://example.com/x" } }],
    ["logRetentionDays", { logRetentionDays: 31 }],
    ["api.reservedConcurrency", { api: { reservedConcurrency: -1 } }],
    ["api.throttleRate", { api: { throttleRate: 1e9 } }],
    ["inference.cpu", { inference: { cpu: 300 } }],
    ["inference.cpuPercent", { inference: { cpuPercent: 100 } }],
    ["inference.image", { inference: { image: "node:latest" } }],
    ["inference: minTasks must not exceed maxTasks", { inference: { minTasks: 4 } }],
  ])("are refused by name when %s is not what it must be", (setting, settings) => {
    expect(() => read(settings)).toThrow(SettingsError);
    expect(() => read(settings)).toThrow(setting);
  });

  test("are refused when they hold what nobody knows, because it may be misspelt", () => {
    expect(() => read({ montlyBudgetUsd: 1 })).toThrow("montlyBudgetUsd");
  });

  test("are refused when they are no JSON", () => {
    expect(() => parseStageSettings("one", "{")).toThrow(/"one" are not JSON/);
  });

  test("take a pair of processor and memory of Fargate only", () => {
    expect(() => read({ inference: { cpu: 256, memoryMiB: 4096 } })).toThrow("inference.memoryMiB");
    expect(() => read({ inference: { cpu: 4096, memoryMiB: 8192 } })).not.toThrow();
  });
});

describe("the name of a stage", () => {
  test("has to be given; the error says which there are", () => {
    expect(() => readStageSettings(FOLDER, undefined)).toThrow(/lean, production, staging/);
  });

  test.each(["Production", "1st", "a/b", "../lean", "x".repeat(21), ""])("is not %j", (name) => {
    expect(() => readStageSettings(FOLDER, name)).toThrow(/no name for a stage/);
  });

  test("that is not there is refused, with the file that would make it", () => {
    expect(() => readStageSettings(FOLDER, "nowhere")).toThrow(/infra\/stages\/nowhere\.json/);
  });
});
