declare module "autocannon" {
  /** Loads a server and gives what was measured; latencies in milliseconds, the duration in seconds. */
  export default function autocannon(options: {
    url: string;
    method: "POST";
    headers: Record<string, string>;
    body: string;
    connections: number;
    amount: number;
  }): Promise<{
    requests: { total: number };
    latency: { p50: number; p99: number };
    duration: number;
    non2xx: number;
    errors: number;
  }>;
}
