import type { Messages } from "../messages.js";

export const dataset: Messages["dataset"] = {
  title: "Datensatz",
  introduction:
    "Nehmen Sie die Vorhersagen als eine CSV-Datei mit, um das Modell neu zu trainieren oder um sie anzusehen.",
  started: "Der Export hat begonnen.",
  ready: "Die CSV-Datei ist fertig.",
  which: "Welche Vorhersagen",
  judged: "Beurteilte Vorhersagen",
  judgedMeans: "Bestätigte und berichtigte: was das Training braucht.",
  everything: "Alles",
  everythingMeans: "Auch die, die noch niemand beurteilt hat.",
  format: "Format",
  programs: "Für Programme",
  programsMeans: "Jeder Text genau so, wie er getippt wurde (RFC 4180).",
  spreadsheets: "Für Tabellen",
  spreadsheetsMeans: "Öffnet sich in Excel; kein Text kann als Formel ausgeführt werden.",
  export: "CSV exportieren",
  writing: "Die Datei wird geschrieben: {count} Zeile | Die Datei wird geschrieben: {count} Zeilen",
  notFinished: "Der Export wurde nicht fertig.",
  gone: "Der Server hat diesen Export nicht mehr. Beginnen Sie ihn neu.",
  notWritten: "Der Server konnte die Datei nicht schreiben.",
  noJudgedRows:
    "Die Datei hat keine Zeilen: Noch hat niemand eine Vorhersage beurteilt. Beurteilen Sie einige oder exportieren Sie alles.",
  noRows: "Die Datei hat keine Zeilen: Es gibt noch keine Vorhersagen. Senden Sie zuerst einen Satz ab.",
  rowsName: "Zeilen",
  rows: "{count} Zeile | {count} Zeilen",
  size: "Größe",
  asOf: "Stand",
  copyChecksum: "SHA-256 kopieren",
  expired: "Der Link zu dieser Datei ist abgelaufen. Exportieren Sie noch einmal, um einen neuen zu bekommen.",
  download: "CSV herunterladen",
};
