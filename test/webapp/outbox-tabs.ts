import { afterEach, beforeEach } from "@jest/globals";
import { useApi } from "../../webapp/src/api/useApi.js";
import { useOutbox } from "../../webapp/src/composables/useOutbox.js";
import type { OutboxEntry, OutboxStorage } from "../../webapp/src/outbox-storage.js";
import type { Prediction } from "../../webapp/src/prediction.js";
import { signOut } from "../../webapp/src/session.js";
import { openPage, type Page, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

const setup = () => ({ api: useApi(), outbox: useOutbox() });

/** A tab that shows the page. */
export type Tab = Page<ReturnType<typeof setup>>;

/** What all tabs of one browser share. */
class SharedStorage implements OutboxStorage {
  readonly kept = new Map<string, OutboxEntry>();
  list = () => [...this.kept.values()];
  put = (entry: OutboxEntry) => this.kept.set(entry.id, entry) !== undefined;
  remove = (id: string) => void this.kept.delete(id);
}

/** The tabs of one browser, over a server of the test's own. */
export class OutboxTabs {
  readonly storage = new SharedStorage();
  readonly opened: Tab[] = [];
  /** What is to be done once a tab is gone. */
  readonly #whenGone = new Map<string, (() => void)[]>();

  constructor(readonly server: PredictionServer) {}

  open(own: string): Tab {
    const whenGone = (tab: string, then: () => void) =>
      void this.#whenGone.set(tab, [...(this.#whenGone.get(tab) ?? []), then]);
    const page = openPage(this.server, setup, { storage: this.storage, tabs: { own, whenGone } });
    this.opened.push(page);
    return page;
  }

  close(tab: string, page: Tab): void {
    page.outbox.stop();
    this.tellGone(tab);
  }

  /** Lets those know that wait for the end of a tab. */
  tellGone(tab: string): void {
    for (const then of this.#whenGone.get(tab)?.splice(0) ?? []) then();
  }
}

/** Gives each test of a suite a browser without tabs, and a server. */
export function useOutboxTabs(): () => OutboxTabs {
  let tabs: OutboxTabs;
  beforeEach(async () => {
    tabs = new OutboxTabs(await startPredictionServer());
  });
  afterEach(async () => {
    for (const page of tabs.opened) {
      page.outbox.stop();
      page.leave();
    }
    signOut();
    await tabs.server.close();
  });
  return () => tabs;
}

/** A prediction that the page knows. */
export async function known(server: PredictionServer, page: Tab, text: string): Promise<Prediction> {
  const { id } = server.predictions.add(text);
  const prediction = await page.api.fetchPrediction(id);
  if (!prediction) throw new Error("The server lost it.");
  return prediction;
}

/** Waits until the server has acknowledged everything. */
export const emptied = ({ outbox }: Tab) => until(() => outbox.pending.value.length === 0);

/** A server that refuses everything. */
export const refuse = (code: string) => async () =>
  ({ errors: [{ message: `No: ${code}`, extensions: { code } }] }) as never;

/** A server as it is. */
export const asBefore: PredictionServer["answer"] = (_operation, execute) => execute();
