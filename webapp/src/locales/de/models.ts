import type { Messages } from "../messages.js";

export const models: Messages["models"] = {
  title: "Modelle",
  introduction: "Jede Version des Netzes, die dienen kann, und was sie bei Texten richtig hatte, die sie nie sah.",
  versions: "Modellversionen",
  serving: "Im Dienst",
  created: "Veröffentlicht: {moment}",
  accuracy: "Genauigkeit",
  macroF1: "Makro-F1",
  calibrationError: "Kalibrierungsfehler",
  calibrationMeans: "Wie weit Zuversicht und Genauigkeit auseinanderliegen; kleiner ist besser",
  testRows: "Testzeilen",
  trainedOnRows: "Trainingszeilen",
  parameters: "Parameter",
  confusion: "Was sie womit verwechselt, auf {rows} Testzeilen",
  confusionMeans:
    "Zeilen sind, was sie wählte, Spalten, was an der Testzeile steht. Auf der Diagonale liegt sie richtig.",
  confusionOf: "Was {version} womit verwechselt",
  confusionCorner: "Gewählt / richtig",
  dataset: "SHA-256 der Daten",
  copyDataset: "SHA-256 der Daten von {version} kopieren",
  margin: "± {points}",
  points: "{points} Punkte",
  chance: "vielleicht Zufall",
  marginMeans:
    "± ist der Standardfehler: wie weit die Zahl danebenliegen kann, weil es nur so viele Testzeilen gibt. Unterschiede gelten gegen die Version im Dienst; solche, die ein solcher Fehler erklären könnte, sind gekennzeichnet.",
  promote: "In Dienst nehmen",
  promoteOne: "In Dienst nehmen: {version}",
  rollBack: "Zurück zu {version}",
  servedBefore: "Davor war {version} im Dienst.",
  question: "{version} in Dienst nehmen?",
  consequence:
    "Alle weiteren Vorhersagen macht dann sie. Niemand, der den Dienst gerade benutzt, merkt etwas, und Sie können es zurücknehmen. Gespeicherte Vorhersagen bleiben, wie sie sind.",
  instead: "Sie tritt an die Stelle von {version}.",
  cancel: "Abbrechen",
  promoting: "Wird in Dienst genommen",
  notPromoted: "Die Version ist nicht im Dienst.",
  servesNow: "{version} ist jetzt im Dienst.",
  failed: "Die Modellversionen konnten nicht geladen werden.",
  only: "Bisher gibt es nur eine Version",
  onlyAdvice:
    "Beurteilen Sie Vorhersagen, exportieren Sie sie und trainieren Sie damit die nächste: Sie erscheint hier von selbst.",
};
