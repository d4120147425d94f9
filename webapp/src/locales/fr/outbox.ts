import type { Messages } from "../messages.js";

export const outbox: Messages["outbox"] = {
  saving: "Enregistrement : {decision}",
  kept: "Gardé dans ce navigateur en attendant l’envoi : {decision}",
  waiting: "{count} décision attend dans ce navigateur. | {count} décisions attendent dans ce navigateur.",
  sendNow: "Envoyer maintenant",
  unrecorded: "Décisions qui ont besoin de vous",
  conflict: "Quelqu’un d’autre a décidé entre-temps",
  refused: "Votre décision n’a pas été enregistrée",
  gone: "Cette prédiction n’existe plus.",
  yours: "Votre décision",
  theirs: "Enregistrée",
  keepMine: "Garder la mienne",
  keepTheirs: "Garder l’autre",
  discard: "Abandonner ma décision",
  more: "et {count} autre | et {count} autres",
};
