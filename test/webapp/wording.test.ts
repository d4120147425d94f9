import { describe, expect, test } from "@jest/globals";
import { ApiError, adviceFor, toApiError, worthRetrying } from "../../webapp/src/api-error.js";
import { doubtHeading, doubts } from "../../webapp/src/doubt.js";
import { fileSize } from "../../webapp/src/file-size.js";
import { moment } from "../../webapp/src/moment.js";
import { percent } from "../../webapp/src/percent.js";

describe("errors", () => {
  test("keep the server's words also when they come with an HTTP status", () => {
    const extensions = { code: "RATE_LIMITED", retryAfterSeconds: 1.2 };
    const result = { errors: [{ message: "Too many requests.", extensions }] };
    const error = toApiError({ networkError: { name: "ServerError", statusCode: 429, result } });
    expect(error).toMatchObject({ code: "RATE_LIMITED", message: "Too many requests." });
    expect(adviceFor(error)).toBe("Wait 2 s, then try again.");
  });

  test.each([
    [{ name: "ServerParseError", statusCode: 502 }, "The server answered with HTTP status 502."],
    [{ name: "TimeoutError" }, "The server took too long to answer."],
    [{ name: "TypeError" }, "The server could not be reached."],
  ])("of a server that gave no words are told in the page's own: %j", (networkError, message) => {
    expect(toApiError({ networkError }).message).toBe(message);
  });

  test("that would only come again are not worth another try", () => {
    expect(worthRetrying(new ApiError("BAD_USER_INPUT", ""))).toBe(false);
    expect(worthRetrying(new ApiError("INFERENCE_UNAVAILABLE", ""))).toBe(true);
  });
});

describe("doubts", () => {
  test.each(["NEUTRAL_TEXT", "LOW_CONFIDENCE", "NO_KNOWN_WORDS"] as const)("%s is one plain sentence", (reason) => {
    const [sentence, ...more] = doubts({ uncertaintyReasons: [reason] });
    expect(sentence).toMatch(/^[A-Z][a-z ,]+\.$/);
    expect(more).toEqual([]);
  });

  test("of a neutral text are headed by that", () => {
    expect(doubtHeading({ uncertaintyReasons: ["LOW_CONFIDENCE", "NEUTRAL_TEXT"] })).toBe("Seems neutral");
    expect(doubtHeading({ uncertaintyReasons: ["LOW_CONFIDENCE"] })).toBe("Not sure");
  });
});

describe("figures", () => {
  test.each([
    [1, "100.0%"],
    [0.97249, "97.2%"],
    [0.0004, "<0.1%"],
    [0, "0.0%"],
  ])("the probability %d reads %s", (probability, words) => {
    expect(percent(probability)).toBe(words);
  });

  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_400_000, "1.4 MB"],
    [2e9, "2 GB"],
  ])("the size %d reads %s", (bytes, words) => {
    expect(fileSize(bytes)).toBe(words);
  });

  test("a moment is told as short as it stays clear", () => {
    const now = new Date(2026, 10, 23, 15, 0);
    expect(moment(new Date(2026, 10, 23, 14, 3).toISOString(), now)).toBe("14:03");
    expect(moment(new Date(2026, 9, 2).toISOString(), now)).toBe("2 Oct");
    expect(moment(new Date(2025, 9, 2).toISOString(), now)).toBe("2 Oct 2025");
  });
});
