import type { Messages } from "../messages.js";

export const session: Messages["session"] = {
  title: "Connexion",
  explanation:
    "Ce serveur veut savoir qui vous êtes. Rien de ce que vous avez fait n’est perdu : tout reprend une fois connecté.",
  refused:
    "Le serveur n’a pas accepté cette clé. Vérifiez-la, ou demandez-en une autre à la personne qui gère ce service.",
  notTaken:
    "Le serveur n’a pas accepté votre connexion. Reconnectez-vous, ou prévenez la personne qui gère ce service.",
  denied: "Vous n’êtes pas connecté : vous-même ou le service de connexion avez dit non.",
  ended: "Votre connexion a expiré. Reconnectez-vous.",
  clock: "L’horloge de cet appareil n’est pas à l’heure. Réglez-la, puis reconnectez-vous.",
  away: "Le service de connexion est injoignable pour le moment. Réessayez dans un instant.",
  insecure: "La connexion exige une liaison chiffrée : ouvrez cette page en https.",
  other: "La connexion a échoué. Prévenez la personne qui gère ce service :",
  key: "Clé d’API",
  useKey: "Utiliser plutôt une clé d’API",
  remember: "Rester connecté sur cet appareil",
  signIn: "Se connecter",
  signInWithKey: "Se connecter avec la clé",
  signOut: "Se déconnecter",
};
