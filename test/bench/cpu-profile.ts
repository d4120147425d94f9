import type { Profiler } from "node:inspector";

/** Where the CPU time of a process went, in microseconds. */
export interface Profile {
  parts: Record<string, number>;
  functions: Record<string, number>;
}

/** Parts of a process by the address of the code; the first that fits counts. */
const PARTS: readonly (readonly [pattern: RegExp, part: string])[] = [
  [/\/api\/src\/(metrics)\.js/, "metrics"],
  [/\/prom-client\//, "metrics"],
  [/\/@apollo\//, "Apollo Server"],
  [/\/node_modules\/graphql\//, "graphql-js"],
  [/\/type-graphql\//, "type-graphql"],
  [/\/api\/src\/(prediction|feedback|authorization)/, "our resolvers and services"],
  [
    /\/api\/src\/(.*-plan|compiled-operation|execution|execution-answer|variable-coercion|trusted-.*)\.js/,
    "compiled operation",
  ],
  [/\/api\/src\//, "our HTTP layer"],
  [/^node:/, "Node's HTTP, streams and promises"],
  [/\/test\//, "the constants"],
  [/\/node_modules\//, "other packages"],
];

/** Sums a profile up; idle time is left out. */
export function profileOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Profile {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const profile: Profile = { parts: {}, functions: {} };
  samples.forEach((id, index) => {
    const { functionName = "", url = "", lineNumber = 0 } = frames.get(id) ?? {};
    if (functionName === "(idle)") return;
    const time = timeDeltas[index] ?? 0;
    const place = url === "" ? "" : ` ${url.split("/").slice(-2).join("/")}:${lineNumber + 1}`;
    add(profile.parts, partOf(functionName, url), time);
    add(profile.functions, `${functionName || "(anonymous)"}${place}`, time);
  });
  return profile;
}

function partOf(functionName: string, url: string): string {
  if (functionName === "(garbage collector)") return "garbage collection";
  if (functionName === "(program)") return "native code: sockets, HTTP parser, JSON";
  if (url === "") return "built-in functions: JSON, strings, promises";
  return PARTS.find(([pattern]) => pattern.test(url))?.[1] ?? "other";
}

function add(sums: Record<string, number>, name: string, time: number): void {
  sums[name] = (sums[name] ?? 0) + time;
}
