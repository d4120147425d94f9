import type { Messages } from "../messages.js";

export const review: Messages["review"] = {
  title: "Réviser",
  introduction: "Une phrase à la fois, la plus douteuse d’abord. Une touche, une décision.",
  card: "La phrase à juger",
  skip: "Passer",
  announced: "{text} {answer}, {confidence}.",
  announcedNext: "{done}. Suivante : {text} {answer}, {confidence}.",
  skipped: "Passée",
  session: "Cette séance",
  judged: "Jugées",
  ofWaiting: "sur {waiting}",
  agreement: "D’accord avec le modèle",
  streak: "D’accord d’affilée",
  skippedCount: "Passées",
  progress: "{judged} jugées sur {waiting}",
  failed: "Les phrases n’ont pas pu être chargées.",
  nothing: "Rien à réviser",
  nothingAdvice: "Toutes les prédictions ont été jugées. Les nouvelles apparaîtront ici dès qu’elles seront faites.",
  done: "C’est tout",
  doneAdvice:
    "{count} phrase jugée pendant cette séance. Merci ! | {count} phrases jugées pendant cette séance. Merci !",
  skippedAgain: "Revoir celles qui ont été passées",
  look: "En chercher de nouvelles",
  toPredict: "Évaluer une phrase à vous",
};
