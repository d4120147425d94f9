type Method = (...args: unknown[]) => unknown;

/**
 * Stands for an object that is loaded when one of its methods is first called; a load that fails is tried again by
 * the next call.
 * @param load gives the object, all of whose methods give promises or async iterables
 */
export function loadedOnUse<T extends object>(load: () => Promise<T>): T {
  let loading: Promise<T> | undefined;
  const loaded = (): Promise<T> => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const call =
    (name: keyof T) =>
    (...args: unknown[]) => {
      const answer = loaded().then((object) => (object[name] as Method).apply(object, args));
      return Object.assign(answer, {
        async *[Symbol.asyncIterator]() {
          yield* (await answer) as AsyncIterable<unknown>;
        },
      });
    };
  // An object with a `then` would be taken for a promise.
  return new Proxy({} as T, { get: (_, name) => (name === "then" ? undefined : call(name as keyof T)) });
}
