import type { Messages } from "../messages.js";

export const models: Messages["models"] = {
  title: "Modèles",
  introduction: "Chaque version du réseau prête à servir, et sa réussite sur des textes qu’elle n’a jamais vus.",
  versions: "Versions du modèle",
  serving: "En service",
  created: "Publiée : {moment}",
  accuracy: "Exactitude",
  macroF1: "F1 macro",
  calibrationError: "Erreur de calibration",
  calibrationMeans: "L’écart entre confiance et exactitude ; plus il est petit, mieux c’est",
  testRows: "Lignes de test",
  trainedOnRows: "Lignes d’entraînement",
  parameters: "Paramètres",
  dataset: "SHA-256 des données",
  copyDataset: "Copier le SHA-256 des données de {version}",
  margin: "± {points}",
  points: "{points} points",
  chance: "peut-être le hasard",
  marginMeans:
    "± est l’erreur type : de combien le chiffre peut s’écarter, faute de plus de lignes de test. Les différences se rapportent à la version en service ; celles qu’une telle erreur expliquerait sont signalées.",
  promote: "Mettre en service",
  promoteOne: "Mettre {version} en service",
  rollBack: "Revenir à {version}",
  servedBefore: "Avant elle, {version} était en service.",
  question: "Mettre {version} en service ?",
  consequence:
    "Toutes les prédictions suivantes seront faites par elle. Personne n’en remarque rien, et vous pouvez revenir en arrière. Les prédictions enregistrées restent telles quelles.",
  instead: "Elle prend la place de {version}.",
  cancel: "Renoncer",
  promoting: "Mise en service",
  notPromoted: "La version n’a pas été mise en service.",
  servesNow: "{version} est maintenant en service.",
  failed: "Les versions du modèle n’ont pas pu être chargées.",
  only: "Il n’y a qu’une version pour l’instant",
  onlyAdvice:
    "Jugez des prédictions, exportez-les et entraînez la version suivante : elle apparaîtra ici d’elle-même.",
};
