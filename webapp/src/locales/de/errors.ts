import type { Messages } from "../messages.js";

export const errors: Messages["errors"] = {
  status: "Der Server hat mit dem HTTP-Status {status} geantwortet.",
  unknownSender: "Der Server weiß nicht, wer das schickt.",
  offline: "Sie sind offline.",
  timeout: "Der Server hat zu lange für eine Antwort gebraucht.",
  unreachable: "Der Server ist nicht erreichbar.",
  page: "Die Seite hat einen Fehler: {cause}.",
  noData: "Der Server hat eine Antwort ohne Daten geschickt.",
  adviceUNAUTHENTICATED: "Melden Sie sich an und versuchen Sie es dann noch einmal.",
  adviceFORBIDDEN: "Bitten Sie die Betreiber dieses Dienstes um Zugang.",
  adviceINTERNAL_SERVER_ERROR:
    "Versuchen Sie es noch einmal. Geht es weiterhin nicht, sagen Sie es den Betreibern dieses Dienstes.",
  adviceHTTP:
    "Versuchen Sie es in einigen Sekunden noch einmal. Geht es weiterhin nicht, sagen Sie es den Betreibern dieses Dienstes.",
  adviceOFFLINE: "Stellen Sie eine Verbindung zum Internet her und versuchen Sie es dann noch einmal.",
  adviceNETWORK: "Prüfen Sie Ihre Verbindung und versuchen Sie es dann noch einmal.",
  adviceTIMEOUT: "Versuchen Sie es noch einmal: Nichts wird doppelt gespeichert.",
  advicePAGE: "Laden Sie die Seite neu.",
  adviceWait: "Warten Sie {seconds} s und versuchen Sie es dann noch einmal.",
};
