import type { Messages } from "../messages.js";

export const outbox: Messages["outbox"] = {
  saving: "Wird gespeichert: {decision}",
  kept: "Bleibt in diesem Browser, bis es gesendet werden kann: {decision}",
  waiting: "{count} Entscheidung wartet in diesem Browser. | {count} Entscheidungen warten in diesem Browser.",
  sendNow: "Jetzt senden",
  unrecorded: "Entscheidungen, die Sie brauchen",
  conflict: "Inzwischen hat jemand anders entschieden",
  refused: "Ihre Entscheidung wurde nicht übernommen",
  gone: "Diese Vorhersage gibt es nicht mehr.",
  yours: "Ihre Entscheidung",
  theirs: "Gespeichert ist",
  keepMine: "Meine behalten",
  keepTheirs: "Die andere behalten",
  discard: "Meine Entscheidung verwerfen",
  more: "und {count} weitere | und {count} weitere",
};
