const GAP = "  ";
const NUMBER = /^[+-]?[\d.,]+( %| points)?$|^–?$/;
const CONTROL = /\p{Cc}/gu;

/**
 * Rows as an aligned table for a terminal, each line with a line end: columns of numbers to the right, others to the
 * left. Control characters, which could move a terminal's cursor, are shown as `?`.
 * @param rows the head first; all of one length
 */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replace(CONTROL, "?")));
  const columns = (cells[0] ?? []).map((_, column) => cells.map((row) => row[column] ?? ""));
  const aligned = columns.map((column) => {
    const width = Math.max(...column.map((cell) => cell.length));
    const numeric = column.slice(1).every((cell) => NUMBER.test(cell));
    return column.map((cell) => (numeric ? cell.padStart(width) : cell.padEnd(width)));
  });
  return cells
    .map(
      (_, row) =>
        `${aligned
          .map((column) => column[row])
          .join(GAP)
          .trimEnd()}\n`,
    )
    .join("");
}
