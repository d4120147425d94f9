import type { Messages } from "../messages.js";

export const session: Messages["session"] = {
  title: "Connexion",
  explanation:
    "Ce serveur veut savoir qui vous êtes. Rien de ce que vous avez fait n’est perdu : tout reprend une fois connecté.",
  refused:
    "Le serveur n’a pas accepté cette clé. Vérifiez-la, ou demandez-en une autre à la personne qui gère ce service.",
  key: "Clé d’API",
  remember: "Retenir la clé sur cet appareil",
  signIn: "Se connecter",
  signOut: "Se déconnecter",
};
