import { beforeEach, describe, expect, test } from "@jest/globals";
import { NO_TAB } from "../../webapp/src/outbox-storage.js";
import type { Prediction } from "../../webapp/src/prediction.js";
import { signIn, signInAsked } from "../../webapp/src/session.js";
import {
  asBefore,
  emptied,
  known as knownTo,
  type OutboxTabs,
  refuse,
  type Tab,
  useOutboxTabs,
} from "./outbox-tabs.js";
import { until } from "./page.js";
import type { PredictionServer } from "./prediction-server.js";

const tabs = useOutboxTabs();
let server: PredictionServer;
let storage: OutboxTabs["storage"];
beforeEach(() => {
  ({ server, storage } = tabs());
});

const openTab = (own: string) => tabs().open(own);
const close = (tab: string, page: Tab) => tabs().close(tab, page);
const known = (page: Tab, text: string) => knownTo(server, page, text);
const recorded = ({ id }: Prediction) => server.predictions.find(id);
const decisions = () => server.sent.filter(({ operationName }) => operationName !== "Prediction");

/** A key as the server makes them, of somebody. */
function keyOf(name: string) {
  const hex = Buffer.from(name.padEnd(8)).toString("hex");
  return { kind: "key", apiKey: `sentiloop_${hex}_${hex.repeat(4)}` } as const;
}

describe("decisions of two people in one browser", () => {
  const ada = keyOf("ada");
  const ben = keyOf("ben");
  const senders = () => decisions().map(({ authorization }) => authorization);

  /** Ada decides while the server is away, and closes the page. */
  async function adaLeavesWork(): Promise<Prediction> {
    signIn(ada, false);
    const page = openTab("a");
    const prediction = await known(page, "joy");
    server.answer = async () => "cut";
    page.outbox.add(prediction, { action: "APPROVE" });
    await until(() => page.outbox.obstacle.value !== null);
    close("a", page);
    server.answer = asBefore;
    server.sent = [];
    return prediction;
  }

  /** Opens the page when the tab of before is gone. */
  function reopen(own: string) {
    const page = openTab(own);
    for (const gone of ["a", NO_TAB]) tabs().tellGone(gone);
    return page;
  }

  test("what one left is not sent under the name of the other, nor shown as theirs", async () => {
    const prediction = await adaLeavesWork();
    signIn(ben, false);
    const page = reopen("b");
    const other = await known(page, "fear");
    page.outbox.add(other, { action: "APPROVE" });
    await emptied(page);
    expect(senders()).toEqual([`Bearer ${ben.apiKey}`]);
    expect(recorded(prediction).status).toBe("PENDING");
    expect(page.outbox.withDecisions(prediction)).toBe(prediction);
    expect(page.outbox.others.value).toMatchObject([{ predictionId: prediction.id }]);
  });

  test("it goes out when its owner signs in again, in whichever tab", async () => {
    const prediction = await adaLeavesWork();
    signIn(ben, false);
    reopen("b");
    signIn(ada, false);
    const adas = reopen("c");
    await emptied(adas);
    expect(recorded(prediction).status).toBe("APPROVED");
    expect(senders()).toEqual([`Bearer ${ada.apiKey}`]);
    expect(adas.outbox.others.value).toEqual([]);
  });

  test("a key that expired and is replaced by signing in again as the same person loses nothing", async () => {
    signIn(ada, false);
    const page = openTab("a");
    const prediction = await known(page, "joy");
    server.answer = refuse("UNAUTHENTICATED");
    page.outbox.add(prediction, { action: "APPROVE" });
    await until(() => signInAsked.value);
    server.answer = asBefore;
    signIn(ada, false);
    await emptied(page);
    expect(recorded(prediction).status).toBe("APPROVED");
  });

  test("somebody who signs in where another's work was refused does not send it, and may forget it", async () => {
    signIn(ada, false);
    const page = openTab("a");
    const prediction = await known(page, "joy");
    server.answer = refuse("UNAUTHENTICATED");
    page.outbox.add(prediction, { action: "APPROVE" });
    await until(() => signInAsked.value);
    server.answer = asBefore;
    server.sent = [];
    signIn(ben, false);
    await until(() => page.outbox.others.value.length === 1);
    expect(storage.list()).toMatchObject([{ tab: NO_TAB }]);
    page.outbox.dropOthers();
    expect(storage.list()).toEqual([]);
    expect(page.outbox.others.value).toEqual([]);
    expect(senders()).toEqual([]);
  });

  test("what an earlier version of the page kept names nobody, and goes out under whoever is signed in", async () => {
    const prediction = await adaLeavesWork();
    for (const { owner: _, ...entry } of storage.list()) storage.put(entry);
    signIn(ben, false);
    await emptied(reopen("b"));
    expect(recorded(prediction).status).toBe("APPROVED");
    expect(senders()).toEqual([`Bearer ${ben.apiKey}`]);
  });

  test("what is kept names its owner without any secret", async () => {
    await adaLeavesWork();
    expect(JSON.stringify(storage.list())).not.toContain(ada.apiKey.slice(-64));
  });
});
