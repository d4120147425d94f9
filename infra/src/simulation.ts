/** What limits a stage. Rates are a second, times are seconds. */
export interface StageLimits {
  /** Requests a second that API Gateway lets through, and how many may come at once. */
  throttleRate: number;
  throttleBurst: number;
  /** Requests that the gateway works on at a time. */
  concurrency: number;
  /** Servers that classify; in a lean stage each of the gateway's environments has its own. */
  tasks: number;
  /** For one classification by one server. */
  serviceTime: number;
  /** The gateway's own work, and DynamoDB's answer to one write. */
  gatewayTime: number;
  databaseTime: number;
  /** Write units a second that the table takes, and units of one prediction. */
  writeUnits: number;
  unitsAPrediction: number;
  /** Partitions of the listing index, each of which takes so many writes a second. */
  indexShards: number;
  writesAShard: number;
}

/** What came of a load. */
export interface SimulationResult {
  /** Arrivals a second. */
  rate: number;
  /** Shares of the requests: turned away by the throttle, by the gateway's concurrency, by DynamoDB. */
  throttled: number;
  noRoom: number;
  databaseFull: number;
  /** Of the requests that were answered, in milliseconds. */
  p50: number;
  p99: number;
}

/** Lets a bucket of tokens fill at a rate up to a size; whoever finds none is turned away. */
class TokenBucket {
  private tokens: number;
  private last = 0;

  constructor(
    private readonly rate: number,
    private readonly size: number,
  ) {
    this.tokens = size;
  }

  take(time: number, count = 1): boolean {
    this.tokens = Math.min(this.size, this.tokens + (time - this.last) * this.rate);
    this.last = time;
    if (this.tokens < count) return false;
    this.tokens -= count;
    return true;
  }
}

/** Servers with one queue: who comes takes the one that is free first. */
class Servers {
  private readonly freeAt: number[];

  constructor(count: number) {
    this.freeAt = Array.from({ length: count }, () => 0);
  }

  /** How many are busy at a time. */
  busy(time: number): number {
    return this.freeAt.filter((free) => free > time).length;
  }

  /** @returns when the work is done */
  work(time: number, duration: number): number {
    let first = 0;
    for (let index = 1; index < this.freeAt.length; index += 1) {
      if ((this.freeAt[index] ?? 0) < (this.freeAt[first] ?? 0)) first = index;
    }
    const done = Math.max(time, this.freeAt[first] ?? 0) + duration;
    this.freeAt[first] = done;
    return done;
  }

  occupy(time: number, until: number): void {
    const free = this.freeAt.findIndex((at) => at <= time);
    this.freeAt[free] = until;
  }
}

/** Random numbers that are the same each time. Mulberry32, by T. Ettinger, in the public domain. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The time until something that happens at random, in seconds. */
function exponential(random: () => number, mean: number): number {
  return -mean * Math.log(1 - random());
}

/**
 * Sends requests to a stage that arrive at random, and sees which are answered and when: the throttle, then a place in
 * the gateway (or none: the request is turned away), then the queue of the servers that classify, then DynamoDB.
 */
export function simulate(limits: StageLimits, rate: number, requests = 20_000): SimulationResult {
  const random = randomNumbers(1);
  const throttle = new TokenBucket(limits.throttleRate, limits.throttleBurst);
  const gateway = new Servers(limits.concurrency);
  const tasks = new Servers(limits.tasks);
  // DynamoDB lets unused units of the last five minutes be used at once; here a second's worth, to be careful.
  const table = new TokenBucket(limits.writeUnits, limits.writeUnits);
  const shards = Array.from(
    { length: limits.indexShards },
    () => new TokenBucket(limits.writesAShard, limits.writesAShard),
  );
  const times: number[] = [];
  const away = { throttled: 0, noRoom: 0, databaseFull: 0 };
  for (let index = 0, time = 0; index < requests; index += 1) {
    time += exponential(random, 1 / rate);
    const shard = shards[Math.floor(random() * shards.length)];
    if (!throttle.take(time)) away.throttled += 1;
    else if (gateway.busy(time) >= limits.concurrency) away.noRoom += 1;
    else {
      const classified = tasks.work(time + limits.gatewayTime, exponential(random, limits.serviceTime));
      const stored = classified + exponential(random, limits.databaseTime);
      gateway.occupy(time, stored);
      if (table.take(time, limits.unitsAPrediction) && shard?.take(time)) times.push(stored - time);
      else away.databaseFull += 1;
    }
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number) => 1000 * (times[Math.floor(share * (times.length - 1))] ?? 0);
  return {
    rate,
    throttled: away.throttled / requests,
    noRoom: away.noRoom / requests,
    databaseFull: away.databaseFull / requests,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
}

/** The limits that a load needs: what is there, or more, with half as much again to spare. */
export function limitsFor(limits: StageLimits, rate: number): StageLimits {
  const wanted = rate * 1.5;
  const timeARequest = limits.gatewayTime + limits.serviceTime * 2 + limits.databaseTime;
  return {
    ...limits,
    throttleRate: Math.max(limits.throttleRate, Math.ceil(wanted)),
    throttleBurst: Math.max(limits.throttleBurst, Math.ceil(wanted)),
    concurrency: Math.max(limits.concurrency, Math.ceil(wanted * timeARequest)),
    tasks: Math.max(limits.tasks, Math.ceil(wanted * limits.serviceTime)),
    writeUnits: Math.max(limits.writeUnits, Math.ceil(wanted * limits.unitsAPrediction)),
    indexShards: Math.max(limits.indexShards, Math.ceil(wanted / limits.writesAShard)),
  };
}
