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
  notSaved: "Votre décision n’a pas été enregistrée.",
  storedNow: "Enregistré à présent : {decision}. Choisissez de nouveau si vous voyez autre chose.",
  earlierNotSaved: "Votre décision sur une phrase précédente n’a pas été enregistrée.",
  showEarlier: "Afficher cette phrase",
  keys: "Touches : {approve} approuve, {choose} choisissent, {undo} annule",
  keyApprove: "Alt + Entrée",
  keyChoose: "Alt + 1 à 7",
  keyUndo: "Alt + Z",
};
