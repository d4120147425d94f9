import type { Messages } from "../messages.js";

export const errors: Messages["errors"] = {
  status: "Le serveur a répondu avec le statut HTTP {status}.",
  unknownSender: "Le serveur ne sait pas qui envoie ceci.",
  offline: "Vous êtes hors ligne.",
  timeout: "Le serveur a mis trop de temps à répondre.",
  unreachable: "Le serveur est injoignable.",
  page: "La page a échoué : {cause}.",
  noData: "Le serveur a envoyé une réponse sans données.",
  adviceUNAUTHENTICATED: "Connectez-vous, puis réessayez.",
  adviceFORBIDDEN: "Demandez l’accès à la personne qui gère ce service.",
  adviceINTERNAL_SERVER_ERROR: "Réessayez. Si cela persiste, prévenez la personne qui gère ce service.",
  adviceHTTP: "Réessayez dans quelques secondes. Si cela persiste, prévenez la personne qui gère ce service.",
  adviceOFFLINE: "Connectez-vous à Internet, puis réessayez.",
  adviceNETWORK: "Vérifiez votre connexion, puis réessayez.",
  adviceTIMEOUT: "Réessayez : rien n’est enregistré deux fois.",
  advicePAGE: "Rechargez la page.",
  adviceWait: "Attendez {seconds} s, puis réessayez.",
};
