import type { Messages } from "../messages.js";

export const session: Messages["session"] = {
  title: "Anmelden",
  explanation:
    "Dieser Server will wissen, wer Sie sind. Nichts, was Sie getan haben, geht verloren: Nach der Anmeldung geht es weiter.",
  refused:
    "Der Server hat diesen Schlüssel nicht angenommen. Prüfen Sie ihn oder bitten Sie die Betreiber um einen anderen.",
  key: "API-Schlüssel",
  remember: "Den Schlüssel auf diesem Gerät merken",
  signIn: "Anmelden",
  signOut: "Abmelden",
};
