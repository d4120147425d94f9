import type { Messages } from "../messages.js";

export const app: Messages["app"] = {
  skip: "Aller à la page",
  pages: "Pages",
  menu: "Menu",
  theme: "Apparence",
  systemTheme: "Apparence du système",
  lightTheme: "Apparence claire",
  darkTheme: "Apparence sombre",
  language: "Langue",
  notice: "Le modèle se trompe parfois. Ne vous en servez pas pour décider quoi que ce soit au sujet d’une personne.",
  pageLost: "Cette page n’a pas pu être chargée.",
  pageLostAdvice: "Vérifiez votre connexion, puis réessayez. Votre phrase et vos décisions sont conservées.",
  tryAgain: "Réessayer",
  loading: "Chargement",
  copy: "Copier",
  copied: "Copié",
  copyRefused: "Le navigateur a refusé : sélectionnez le texte et copiez-le.",
};
