import { shallowReactive, shallowReadonly } from "vue";
import { type ApiError, toApiError } from "../api-error.js";
import { t } from "../i18n.js";
import { mayHaveRun, passes, waitAfter } from "./bulk-failure.js";
import { outcomeOf, type Results, refusedHere } from "./bulk-outcome.js";
import { type BulkState, isUnderWay, NOTHING } from "./bulk-state.js";
import { LARGEST_FILE, tooLarge, unusable } from "./bulk-words.js";
import { PREDICTION_CELLS } from "./prediction-cells.js";
import type { TableItem, TableOutcome } from "./text-table.js";
import type { RemoteTable } from "./worker-table.js";

/** Rows that are shown before anything is sent, and rows without a prediction that are shown. */
const PREVIEW = 5;
const SHOWN_PROBLEMS = 20;

/** What a run is made of. */
export interface BulkParts {
  openTable(): RemoteTable;
  /** Rejects with an ApiError. @param key the same texts with the same key are predicted once */
  predictMany(texts: readonly string[], key: string): Promise<Results>;
  /** Settles after so many seconds, or as soon as it is aborted. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}

/** Predicts a file of texts, one part after the other, and can be paused, resumed and stopped in between. */
export class BulkRun {
  readonly #state = shallowReactive<BulkState>({ ...NOTHING });
  readonly state = shallowReadonly(this.#state);
  #table: RemoteTable | null = null;
  /** Taken from the table, and without an outcome. */
  #taken: readonly TableItem[] = [];
  /** Names those to the server, however often they are sent. */
  #key = "";
  /** Whether some of them may be stored. */
  #doubtful = false;
  #working = false;
  #awake = new AbortController();

  constructor(private readonly parts: BulkParts) {}

  /** Reads a file. What became of the one before is forgotten. */
  async choose(file: File): Promise<void> {
    if (isUnderWay(this.#state)) return;
    this.clear();
    Object.assign(this.#state, { phase: "reading", file: { name: file.name, size: file.size } });
    try {
      if (file.size > LARGEST_FILE) throw tooLarge(file.size);
      const table = this.parts.openTable();
      this.#table = table;
      const { columns, rows } = await table.read(file, /\.txt$/i.test(file.name) ? "lines" : "csv");
      if (this.#table !== table) return;
      Object.assign(this.#state, { columns, total: rows });
      await this.chooseColumn(Math.max(0, columns?.findIndex((name) => name.toLowerCase() === "text") ?? 0));
      this.#state.phase = "ready";
    } catch (cause) {
      this.#table?.close();
      Object.assign(this.#state, { phase: "empty", failure: unusable(cause) });
    }
  }

  async chooseColumn(column: number): Promise<void> {
    const preview = (await this.#table?.choose(column, PREVIEW)) ?? [];
    Object.assign(this.#state, { column, preview });
  }

  /** Forgets the file. */
  clear(): void {
    this.#table?.close();
    this.#table = null;
    this.#taken = [];
    Object.assign(this.#state, NOTHING);
  }

  /** Begins, or goes on after a pause or an interruption; texts whose answer was lost are sent again. */
  async go(): Promise<void> {
    Object.assign(this.#state, { phase: "running", failure: null });
    this.#wake();
    if (this.#working) return;
    this.#working = true;
    try {
      await this.#work();
    } catch (cause) {
      Object.assign(this.#state, { phase: "halted", failure: toApiError(cause) });
    }
    this.#working = false;
  }

  /** Sends nothing more until it goes on. What is on its way is still heard. */
  pause(): void {
    this.#state.phase = "paused";
    this.#wake();
  }

  /** Ends it: what was not sent has no outcome. */
  async stop(): Promise<void> {
    if (this.#doubtful) await this.#giveUpTaken();
    Object.assign(this.#state, { phase: "stopped", failure: null });
    this.#wake();
  }

  /** A CSV of everything that was predicted. */
  async results(): Promise<Blob | null> {
    return (await this.#table?.results(PREDICTION_CELLS)) ?? null;
  }

  /** A CSV of everything that was not. */
  async problems(): Promise<Blob | null> {
    return (await this.#table?.problems()) ?? null;
  }

  async #work(): Promise<void> {
    let attempts = 0;
    while (this.#state.phase === "running") {
      if (this.#taken.length === 0) await this.#take();
      if (this.#taken.length === 0) this.#state.phase = "finished";
      else if (this.#state.phase === "running") attempts = (await this.#send(attempts)) ? 0 : attempts + 1;
    }
  }

  async #take(): Promise<void> {
    this.#taken = (await this.#table?.next()) ?? [];
    this.#key = crypto.randomUUID();
    this.#doubtful = false;
  }

  /** @returns whether the texts that were taken have their outcomes now */
  async #send(attempts: number): Promise<boolean> {
    const [table, taken] = [this.#table, this.#taken];
    const items = taken.filter(({ problem }) => !problem);
    let results: Results;
    try {
      results = items.length > 0 ? await this.parts.predictMany(textsOf(items), this.#key) : [];
    } catch (cause) {
      if (table === this.#table) await this.#handle(toApiError(cause), attempts);
      return false;
    }
    // Meanwhile the person may have stopped it and taken another file.
    if (table !== this.#table) return true;
    // From here on they must not be sent again, whatever happens.
    this.#taken = [];
    await this.#record(
      [...taken.flatMap(refusedHere), ...results.map((each, at) => outcomeOf(each, items[at]))],
      taken,
    );
    return true;
  }

  async #handle(failure: ApiError, attempts: number): Promise<void> {
    // Once in doubt they stay so, until there is an answer.
    this.#doubtful ||= mayHaveRun(failure);
    if (this.#state.phase === "stopped") {
      if (this.#doubtful) await this.#giveUpTaken();
    } else if (!passes(failure)) Object.assign(this.#state, { phase: "halted", failure });
    else if (this.#state.phase === "running") await this.#wait(failure, attempts);
  }

  async #wait(failure: ApiError, attempts: number): Promise<void> {
    const waitSeconds = waitAfter(failure, attempts);
    Object.assign(this.#state, { phase: "waiting", failure, waitSeconds });
    await this.parts.sleep(waitSeconds, this.#awake.signal);
    if (this.#state.phase === "waiting") Object.assign(this.#state, { phase: "running", failure: null });
  }

  #wake(): void {
    this.#awake.abort();
    this.#awake = new AbortController();
  }

  async #giveUpTaken(): Promise<void> {
    const lost = (item: TableItem) => ({ index: item.index, error: t("bulk.outcomeUnknown") });
    const taken = this.#taken;
    this.#taken = [];
    this.#doubtful = false;
    await this.#record(
      taken.map((item) => refusedHere(item)[0] ?? lost(item)),
      taken,
    );
  }

  async #record(outcomes: readonly TableOutcome[], taken: readonly TableItem[]): Promise<void> {
    await this.#table?.record(outcomes);
    const refused = outcomes.filter(({ error }) => error !== undefined).sort((one, other) => one.index - other.index);
    const shown = refused.slice(0, Math.max(0, SHOWN_PROBLEMS - this.#state.problems.length));
    const textAt = new Map(taken.map((item) => [item.index, item]));
    this.#state.problems = [
      ...this.#state.problems,
      ...shown.map(({ index, error = "" }) => ({
        row: textAt.get(index)?.row ?? 0,
        text: textAt.get(index)?.text ?? "",
        error,
      })),
    ];
    this.#state.failed += refused.length;
    this.#state.predicted += outcomes.length - refused.length;
  }
}

function textsOf(items: readonly TableItem[]): string[] {
  return items.map(({ text }) => text);
}
