import type { Messages } from "../messages.js";

export const app: Messages["app"] = {
  skip: "Zur Seite springen",
  pages: "Seiten",
  menu: "Menü",
  theme: "Erscheinungsbild",
  systemTheme: "Wie das System",
  lightTheme: "Hell",
  darkTheme: "Dunkel",
  language: "Sprache",
  notice: "Das Modell macht Fehler. Entscheiden Sie damit nichts über einen Menschen.",
  pageLost: "Diese Seite konnte nicht geladen werden.",
  pageLostAdvice:
    "Prüfen Sie die Verbindung und versuchen Sie es noch einmal. Ihr Satz und Ihre Entscheidungen bleiben erhalten.",
  tryAgain: "Noch einmal versuchen",
  loading: "Wird geladen",
  copy: "Kopieren",
  copied: "Kopiert",
  copyRefused: "Der Browser hat es verweigert: Markieren und kopieren Sie den Text selbst.",
};
