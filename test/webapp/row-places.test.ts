import { describe, expect, test } from "@jest/globals";
import { RowPlaces } from "../../webapp/src/row-places.js";

describe("the places of a long list's rows", () => {
  test("a row keeps its place for as long as it is near", () => {
    const places = new RowPlaces();
    const [, second, third] = places.assign([0, 1, 2]);
    expect(places.assign([1, 2, 3]).slice(0, 2)).toEqual([second, third]);
  });

  test("a row that comes takes the place of one that has gone", () => {
    const places = new RowPlaces();
    const before = places.assign([0, 1, 2]);
    expect(places.assign([2, 3, 4]).sort()).toEqual(before.sort());
  });

  test("no two rows have one place, also after some had none", () => {
    const places = new RowPlaces();
    for (const near of [[0, 1, 2, 3], [3], [2, 3, 4, 5, 6], [40, 41]]) {
      expect(new Set(places.assign(near)).size).toBe(near.length);
    }
  });
});
