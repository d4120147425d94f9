import type { Messages } from "../messages.js";

export const decision: Messages["decision"] = {
  question: "Ist „{emotion}“ richtig?",
  decided: "Ihre Entscheidung",
  approve: "Bestätigen",
  undo: "Rückgängig",
  instead: "Oder sagen Sie, was es ist",
  change: "Oder ändern in",
  storedPENDING: "noch nicht beurteilt",
  storedAPPROVED: "{emotion}, bestätigt",
  storedREVISED: "{emotion}, berichtigt",
  saved: "Gespeichert: {decision}",
  undone: "Zurückgenommen: {decision}",
  notSaved: "Ihre Entscheidung wurde nicht gespeichert.",
  storedNow: "Gespeichert ist: {decision}. Wählen Sie noch einmal, wenn Sie es anders sehen.",
  earlierNotSaved: "Ihre Entscheidung zu einem früheren Satz wurde nicht gespeichert.",
  showEarlier: "Diesen Satz zeigen",
  keys: "Tasten: {approve} bestätigt, {choose} wählen, {undo} nimmt zurück",
  keyApprove: "Alt + Enter",
  keyChoose: "Alt + 1 bis 7",
  keyUndo: "Alt + Z",
};
