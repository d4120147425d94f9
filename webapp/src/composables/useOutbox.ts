import { type InjectionKey, inject, type Plugin, watch } from "vue";
import { useApi } from "../api/useApi.js";
import { browserTabs } from "../browser-tabs.js";
import { Outbox, type OutboxParts } from "../outbox.js";
import { browserOutboxStorage, isAboutOutbox } from "../outbox-storage.js";
import { signIns } from "../session.js";
import { sessionOwner } from "../session-owner.js";
import { uniqueId } from "../unique-id.js";

const OUTBOX: InjectionKey<Outbox> = Symbol("outbox");

/** Gives an app that is connected with a server its outbox. */
export function connectOutbox(parts: Partial<OutboxParts> = {}): Plugin {
  return {
    install: (app) => {
      const api = app.runWithContext(useApi);
      const ofBrowser = { storage: browserOutboxStorage, tabs: browserTabs(uniqueId()), owner: sessionOwner };
      const outbox = new Outbox({ api, ...ofBrowser, ...parts });
      app.provide(OUTBOX, outbox);
      app.onUnmount(watch([signIns, sessionOwner], () => outbox.changeOwner()));
      app.onUnmount(() => outbox.stop());
      if (globalThis.window) listen(outbox);
    },
  };
}

/** For as long as the page is there. */
function listen(outbox: Outbox): void {
  addEventListener("online", () => outbox.sendNow());
  addEventListener("storage", (event) => isAboutOutbox(event) && outbox.lookAround());
  addEventListener("beforeunload", (event) => outbox.wouldLose() && event.preventDefault());
}

/** The outbox of the app. Call it where Vue's `inject` works. */
export function useOutbox(): Outbox {
  const outbox = inject(OUTBOX);
  if (!outbox) throw new Error("This app has no outbox: use connectOutbox().");
  return outbox;
}
