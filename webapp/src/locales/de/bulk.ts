import type { Messages } from "../messages.js";

export const bulk: Messages["bulk"] = {
  title: "Eine Datei von Texten vorhersagen",
  means:
    "Die Datei wird in diesem Browser gelesen und in Teilen gesendet. Aus jedem Text wird eine eigene Vorhersage, die unter Prüfen beurteilt werden kann.",
  choose: "Datei wählen",
  drop: "oder hier ablegen",
  accepts: "CSV mit einer Zeile von Spaltennamen oder eine Textdatei mit einem Text je Zeile. UTF-8, bis {size}.",
  reading: "{name} wird gelesen",
  notRead: "{name} ist nicht verwendbar.",
  errorTooLarge: "Die Datei hat {size}; höchstens {most} sind erlaubt. Teilen Sie sie in mehrere auf.",
  errorEMPTY: "Die Datei enthält keine Texte.",
  errorNOT_UTF8:
    "Die Datei ist nicht in UTF-8 kodiert. Speichern Sie sie neu als „CSV UTF-8“ oder mit der Kodierung UTF-8.",
  errorNO_HEADER: "Die erste Zeile nennt keine Spalten. Setzen Sie Namen hinein, zum Beispiel: text.",
  errorNOT_CSV:
    "In Zeile {line} ist es kein richtiges CSV: Ein Anführungszeichen fehlt oder steht, wo keines stehen darf.",
  errorUNREADABLE: "Der Browser konnte die Datei nicht lesen. Wählen Sie sie noch einmal.",
  another: "Andere Datei",
  column: "Spalte mit den Texten",
  headerTaken: "Die erste Zeile, „{name}“, gilt als Name der Spalte.",
  unnamed: "Spalte {number}",
  preview: "Die ersten Texte",
  row: "Zeile",
  text: "Text",
  count: "{count} Text | {count} Texte",
  start: "{count} Text vorhersagen | {count} Texte vorhersagen",
  running: "Es wird vorhergesagt",
  progress: "{done} von {count}",
  failedCount: "{count} ohne Vorhersage",
  pause: "Anhalten",
  resume: "Fortsetzen",
  stop: "Beenden",
  paused: "Angehalten. Bis Sie fortsetzen, wird nichts gesendet.",
  waiting:
    "Der Server ist beschäftigt oder antwortet nicht. In {seconds} s geht es von selbst weiter, und kein Text wird doppelt vorhergesagt.",
  halted: "Es wurde unterbrochen. Was vorhergesagt wurde, ist gespeichert.",
  finished: "Alles erledigt: {count} Vorhersage | Alles erledigt: {count} Vorhersagen",
  stopped: "Nach {done} von {count} beendet.",
  stays: "Es geht weiter, während Sie andere Seiten ansehen. Lassen Sie diesen Tab offen.",
  results: "Ergebnisse herunterladen",
  resultsMean:
    "Text, Gefühl, Zuversicht, die sieben Wahrscheinlichkeiten und die ID; gefahrlos in einer Tabelle zu öffnen.",
  toPredictions: "Vorhersagen ansehen",
  toReview: "Beurteilen",
  problems: "Ohne Vorhersage",
  problem: "Grund",
  problemsFile: "Diese Zeilen herunterladen",
  more: "{count} weitere Zeile steht im Download. | {count} weitere Zeilen stehen im Download.",
  cells:
    "Die Zeile hat {found} Zellen und die erste Zeile {expected}. Setzen Sie Texte, die das Trennzeichen enthalten, in Anführungszeichen.",
  outcomeUnknown: "Die Antwort ging verloren: Er ist vielleicht gespeichert, vielleicht nicht.",
};
