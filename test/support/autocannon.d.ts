declare module "autocannon" {
  /** Loads a server and gives what was measured; latencies in milliseconds, the duration in seconds. */
  export default function autocannon(options: {
    url: string;
    method: "POST";
    headers: Record<string, string>;
    body: string;
    /** What is sent instead: each is asked for before it goes out. */
    requests?: readonly { setupRequest(request: { body: string }): { body: string } }[];
    connections: number;
    /** How many requests, or else for how many seconds. */
    amount?: number;
    duration?: number;
    /** Requests a second of all connections together; as many as possible without it. */
    overallRate?: number;
    /** For which an answer is waited for, in seconds; 10 without it. */
    timeout?: number;
    /** Looks at every answer; those that it gives false for are counted as mismatches. */
    verifyBody?: (body: string) => boolean;
    /** Is given each connection before it is used. */
    setupClient?: (client: {
      /** `headers` is a flat list of names and values. */
      on(event: "headers", listener: (head: { statusCode: number; headers: string[] }) => void): void;
    }) => void;
  }): Promise<{
    requests: { total: number; average: number };
    latency: { p50: number; p99: number };
    duration: number;
    non2xx: number;
    errors: number;
    mismatches: number;
    statusCodeStats: Record<string, { count: number } | undefined>;
  }>;
}
