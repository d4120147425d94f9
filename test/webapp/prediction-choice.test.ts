import { describe, expect, test } from "@jest/globals";
import {
  choiceFromQuery,
  EVERYTHING,
  filterFromChoice,
  type PredictionChoice,
  queryFromChoice,
} from "../../webapp/src/prediction-choice.js";

const narrow: PredictionChoice = {
  status: ["APPROVED", "REVISED"],
  emotion: ["FEAR"],
  modelVersion: "20260101-abc",
  from: "2026-01-31",
  to: "2026-01-31",
};

describe("a choice of predictions", () => {
  test("comes back from the address as it went into it", () => {
    const written = Object.entries(queryFromChoice(narrow)).map(([name, value]) => [name, String(value)]);
    expect(choiceFromQuery(Object.fromEntries(written))).toEqual(narrow);
  });

  test("that lets everything pass leaves the address as it is and asks for no filter", () => {
    expect(Object.values(queryFromChoice(EVERYTHING)).filter((value) => value !== undefined)).toEqual([]);
    expect(filterFromChoice(EVERYTHING)).toBeNull();
  });

  test("ignores what an address names wrongly", () => {
    const query = { status: "approved,lost", emotion: "hunger", from: "yesterday", to: "2026-13-40", model: "" };
    expect(choiceFromQuery(query)).toEqual({ ...EVERYTHING, status: ["APPROVED"] });
  });

  test("takes the first of a name that an address holds twice", () => {
    expect(choiceFromQuery({ status: ["revised", "pending"] }).status).toEqual(["REVISED"]);
  });

  test("of one day lasts from its first moment to the first of the next day", () => {
    expect(filterFromChoice(narrow)).toEqual({
      status: ["APPROVED", "REVISED"],
      emotion: ["FEAR"],
      modelVersion: "20260101-abc",
      createdAfter: new Date(2026, 0, 31).toISOString(),
      createdBefore: new Date(2026, 1, 1).toISOString(),
    });
  });
});
