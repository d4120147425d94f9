// White space and line ends before the dangerous character do not stop a spreadsheet (OWASP, CSV injection).
const RUN_BY_A_SPREADSHEET = /^(?:[\s\uFEFF]*[=+\-@＝＋－＠]|[\t\r\n])/u;

/** A cell that no spreadsheet runs as a formula, as exports for spreadsheets have it. */
export function harmlessCell(cell: string): string {
  return RUN_BY_A_SPREADSHEET.test(cell) ? `'${cell}` : cell;
}

/** What a cell was before `harmlessCell`. */
export function originalCell(cell: string): string {
  return cell.startsWith("'") && RUN_BY_A_SPREADSHEET.test(cell.slice(1)) ? cell.slice(1) : cell;
}
