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
};
