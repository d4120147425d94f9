import type { Messages } from "../messages.js";

export const session: Messages["session"] = {
  title: "Anmelden",
  explanation:
    "Dieser Server will wissen, wer Sie sind. Nichts, was Sie getan haben, geht verloren: Nach der Anmeldung geht es weiter.",
  refused:
    "Der Server hat diesen Schlüssel nicht angenommen. Prüfen Sie ihn oder bitten Sie die Betreiber um einen anderen.",
  notTaken:
    "Der Server hat Ihre Anmeldung nicht angenommen. Melden Sie sich noch einmal an oder sagen Sie es den Betreibern.",
  denied: "Sie wurden nicht angemeldet: Sie selbst oder der Anmeldedienst haben Nein gesagt.",
  ended: "Ihre Anmeldung ist abgelaufen. Melden Sie sich noch einmal an.",
  clock: "Die Uhr dieses Geräts geht falsch. Stellen Sie sie richtig und melden Sie sich noch einmal an.",
  away: "Der Anmeldedienst ist gerade nicht erreichbar. Versuchen Sie es gleich noch einmal.",
  insecure: "Die Anmeldung braucht eine verschlüsselte Verbindung: Öffnen Sie diese Seite mit https.",
  other: "Die Anmeldung ist fehlgeschlagen. Sagen Sie es den Betreibern:",
  key: "API-Schlüssel",
  useKey: "Stattdessen einen API-Schlüssel verwenden",
  remember: "Auf diesem Gerät angemeldet bleiben",
  signIn: "Anmelden",
  signInWithKey: "Mit dem Schlüssel anmelden",
  signOut: "Abmelden",
};
