import type { Messages } from "../messages.js";

export const others: Messages["others"] = {
  label: "Décisions de quelqu’un d’autre",
  waiting:
    "{count} décision prise sous une autre connexion attend dans ce navigateur. | {count} décisions prises sous une autre connexion attendent dans ce navigateur.",
  rule: "Elles seront enregistrées quand leur auteur se reconnectera ici, et jamais à votre nom.",
  signIn: "Se connecter comme cette personne",
  discard: "Les abandonner",
  question: "Abandonner {count} décision de quelqu’un d’autre ? | Abandonner {count} décisions de quelqu’un d’autre ?",
  consequence: "Elles n’ont jamais été enregistrées et ne pourront pas être récupérées.",
  keep: "Les garder",
  discardNow: "Abandonner",
};
