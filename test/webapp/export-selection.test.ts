import { describe, expect, test } from "@jest/globals";
import { DATASET_COLUMNS } from "@sentiloop/inference/contract";
import fc from "fast-check";
import { EMOTIONS } from "../../webapp/src/emotion.js";
import { countRows, exportFilterFromChoice, JUDGED } from "../../webapp/src/export-selection.js";
import type { Emotion, PredictionStatus } from "../../webapp/src/generated/graphql.js";
import { dataset } from "../../webapp/src/locales/en/dataset.js";
import { EVERYTHING, type PredictionChoice, STATUSES } from "../../webapp/src/prediction-choice.js";

/** What is exported, and how many rows the page says that is. */

interface Stored {
  predicted: Emotion;
  verified: Emotion | null;
}

const anyStored = fc.array(
  fc.record({ predicted: fc.constantFrom(...EMOTIONS), verified: fc.option(fc.constantFrom(...EMOTIONS)) }),
  { maxLength: 40 },
);

function statusOf({ predicted, verified }: Stored): PredictionStatus {
  if (verified === null) return "PENDING";
  return verified === predicted ? "APPROVED" : "REVISED";
}

/** As the server summarises what is stored. */
function summaryOf(stored: readonly Stored[]) {
  const labels = EMOTIONS.map((emotion) => ({
    emotion,
    count: stored.filter(({ predicted, verified }) => (verified ?? predicted) === emotion).length,
  }));
  const confusion = EMOTIONS.flatMap((predicted) =>
    EMOTIONS.map((verified) => ({
      predicted,
      verified,
      count: stored.filter((each) => each.predicted === predicted && each.verified === verified).length,
    })),
  ).filter(({ count }) => count > 0);
  return { labels, confusion };
}

describe("the rows of an export", () => {
  test("are counted exactly from the summary, for every choice of statuses and emotions", () => {
    fc.assert(
      fc.property(anyStored, fc.subarray([...STATUSES]), fc.subarray([...EMOTIONS]), (stored, status, emotion) => {
        const passes = (each: Stored) =>
          (status.length > 0 ? status : JUDGED).includes(statusOf(each)) &&
          (emotion.length === 0 || emotion.includes(each.verified ?? each.predicted));
        const counted = countRows({ ...EVERYTHING, status, emotion }, summaryOf(stored));
        expect(counted).toEqual({ rows: stored.filter(passes).length, exact: true });
      }),
    );
  });

  test("of chosen days are not known exactly, and never pending ones", () => {
    const summary = summaryOf([
      { predicted: "JOY", verified: null },
      { predicted: "JOY", verified: "JOY" },
    ]);
    const days: PredictionChoice = { ...EVERYTHING, from: "2026-01-01", status: ["PENDING", "APPROVED"] };
    expect(countRows(days, summary)).toEqual({ rows: 1, exact: false });
    expect(countRows({ ...days, status: ["PENDING"] }, summary)).toEqual({ rows: 0, exact: true });
  });
});

describe("the filter of an export", () => {
  test("is none where nothing is narrowed, so that the server exports what was judged", () => {
    expect(exportFilterFromChoice(EVERYTHING)).toBeNull();
  });

  test("takes the days as those of the judgement, the last one included", () => {
    const choice: PredictionChoice = {
      status: ["REVISED"],
      emotion: ["FEAR", "JOY"],
      modelVersion: "v1",
      from: "2026-01-31",
      to: "2026-01-31",
    };
    expect(exportFilterFromChoice(choice)).toEqual({
      status: ["REVISED"],
      emotion: ["FEAR", "JOY"],
      modelVersion: "v1",
      verifiedAfter: new Date(2026, 0, 31).toISOString(),
      verifiedBefore: new Date(2026, 1, 1).toISOString(),
    });
  });
});

test("every column of an export is explained, in the order of the file", () => {
  const explained = Object.keys(dataset).filter((key) => key.startsWith("column_"));
  const expected = DATASET_COLUMNS.filter((name) => !name.startsWith("p_") || name === "p_anger");
  expect(explained).toEqual(expected.map((name) => (name === "p_anger" ? "column_p" : `column_${name}`)));
});
