import type { Messages } from "../messages.js";

export const others: Messages["others"] = {
  label: "Entscheidungen von jemand anderem",
  waiting:
    "{count} Entscheidung, die unter einer anderen Anmeldung getroffen wurde, wartet in diesem Browser. | {count} Entscheidungen, die unter einer anderen Anmeldung getroffen wurden, warten in diesem Browser.",
  rule: "Gespeichert wird das, sobald sich hier wieder anmeldet, wer so entschieden hat, und nie unter Ihrem Namen.",
  signIn: "Als diese Person anmelden",
  discard: "Verwerfen",
  question: "{count} Entscheidung von jemand anderem verwerfen? | {count} Entscheidungen von jemand anderem verwerfen?",
  consequence: "Sie wurden nie gespeichert und lassen sich nicht zurückholen.",
  keep: "Behalten",
  discardNow: "Endgültig verwerfen",
};
