import type { Messages } from "../messages.js";

export const keys: Messages["keys"] = {
  title: "Touches",
  open: "Afficher les touches",
  close: "Fermer",
  introduction: "Dans « Prédire » et « Réviser », sans toucher la souris :",
  approve: "Approuver",
  undo: "Annuler la dernière décision",
  skip: "Passer la phrase (dans « Réviser »)",
  write: "Écrire une phrase (dans « Prédire »)",
  help: "Afficher ou masquer ceci",
  inBox:
    "Dans la zone de saisie, où les lettres s’écrivent : Alt + Entrée approuve, Alt + 1 à 7 choisissent, Alt + Z annule, Échap quitte la zone.",
  single: "Une lettre ou un chiffre seul décide",
};
