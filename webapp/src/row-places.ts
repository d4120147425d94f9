/**
 * Places on the page for those rows of a long list that are near the window. A row that comes into sight gets the place, and
 * with it the elements, of one that has gone: to change a few words costs a fraction of making them anew.
 */
export class RowPlaces {
  #taken = new Map<number, number>();
  #made = 0;

  /** @param indices of the rows that are near now. Each keeps its place for as long as it is. @returns the place of each */
  assign(indices: readonly number[]): number[] {
    const near = new Set(indices);
    const free = [...this.#taken].filter(([index]) => !near.has(index)).map(([, place]) => place);
    const places = indices.map((index) => this.#taken.get(index) ?? free.shift() ?? this.#made++);
    this.#taken = new Map(indices.map((index, order) => [index, places[order] as number]));
    return places;
  }
}
