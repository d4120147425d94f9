import { mkdir, open, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";

/** All that an optimisation needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Epochs that are done. */
  epoch: number;
  /** Steps that are done. */
  step: number;
  /** Of the stream of random numbers. */
  randomState: number;
  /** The values of variables, of their moments and of their averages. */
  arrays: Record<string, Float32Array>;
}

/** Where one optimisation keeps its latest checkpoint. */
export interface CheckpointSlot {
  load(): Promise<Checkpoint | undefined>;
  save(checkpoint: Checkpoint): Promise<void>;
}

/** A training has come as far as it was to go. */
export class StageReached extends Error {
  constructor(stage: string) {
    super(`The stage ${stage} is done. The same command without --until goes on from there.`);
  }
}

/**
 * The folder in which one training keeps what it has done, so that the same command goes on after it was
 * stopped, however that happened. Each file is written beside and moved into place: it is whole or absent.
 */
export class Workshop {
  readonly #folder: string;
  readonly #until: string | undefined;

  /** @param until the stage after which to stop */
  constructor(folder: string, until?: string) {
    [this.#folder, this.#until] = [folder, until];
  }

  /**
   * The result of a stage: from the folder when it was done before, else computed and kept.
   * @param compute is given a slot for checkpoints, which is emptied when the stage is done
   * @throws StageReached after the stage that was to be the last
   */
  async stage<T>(name: string, compute: (slot: CheckpointSlot) => Promise<T>): Promise<T> {
    const done = await this.#read<{ result: T }>(`${name}.done`);
    if (done !== undefined) {
      if (name === this.#until) throw new StageReached(name);
      return done.result;
    }
    const result = await compute(this.slot(name));
    await this.#write(`${name}.done`, { result });
    await rm(join(this.#folder, `${name}.checkpoint`), { force: true });
    if (name === this.#until) throw new StageReached(name);
    return result;
  }

  /** Where a stage keeps its latest checkpoint. */
  slot(name: string): CheckpointSlot {
    const file = `${name}.checkpoint`;
    return { load: () => this.#read<Checkpoint>(file), save: (checkpoint) => this.#write(file, checkpoint) };
  }

  /** Removes the folder, and the one that it is in when no other training has anything there. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await rmdir(dirname(this.#folder)).catch(() => undefined);
  }

  async #read<T>(name: string): Promise<T | undefined> {
    try {
      return deserialize(await readFile(join(this.#folder, name))) as T;
    } catch (error) {
      // A file of another release, or one that a disk has spoilt, is computed anew.
      if ((error as NodeJS.ErrnoException).code === "ENOENT" || !(error instanceof Error && "syscall" in error)) {
        return undefined;
      }
      throw error;
    }
  }

  async #write(name: string, content: unknown): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const file = join(this.#folder, name);
    const handle = await open(`${file}.part`, "w");
    try {
      await handle.writeFile(serialize(content));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.part`, file);
  }
}
