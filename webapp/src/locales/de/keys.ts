import type { Messages } from "../messages.js";

export const keys: Messages["keys"] = {
  title: "Tasten",
  open: "Tasten anzeigen",
  close: "Schließen",
  introduction: "Unter „Vorhersagen“ und „Prüfen“, ohne die Maus:",
  approve: "Bestätigen",
  undo: "Die letzte Entscheidung zurücknehmen",
  skip: "Den Satz überspringen (unter „Prüfen“)",
  write: "Einen Satz schreiben (unter „Vorhersagen“)",
  help: "Dies zeigen oder verbergen",
  inBox:
    "Im Eingabefeld, wo Buchstaben schreiben: Alt + Enter bestätigt, Alt + 1 bis 7 wählen, Alt + Z nimmt zurück, Esc verlässt das Feld.",
  single: "Einzelne Buchstaben und Ziffern entscheiden",
};
