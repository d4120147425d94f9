import type { Messages } from "../messages.js";

export const decision: Messages["decision"] = {
  question: "« {emotion} », est-ce juste ?",
  decided: "Votre décision",
  approve: "Approuver",
  undo: "Annuler",
  instead: "Ou dites ce que c’est",
  change: "Ou changez pour",
  storedPENDING: "pas encore jugée",
  storedAPPROVED: "{emotion}, approuvée",
  storedREVISED: "{emotion}, corrigée",
  saved: "Enregistré : {decision}",
  undone: "Annulé : {decision}",
};
