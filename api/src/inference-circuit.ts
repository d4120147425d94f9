import {
  CircuitState as CockatielState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  noJitterGenerator,
} from "cockatiel";

/** closed: the service is asked; open: it is not; half-open: one request tries whether it is well again. */
export type CircuitState = "closed" | "half-open" | "open";

const STATES: Readonly<Record<CockatielState, CircuitState>> = {
  [CockatielState.Closed]: "closed",
  [CockatielState.HalfOpen]: "half-open",
  [CockatielState.Open]: "open",
  [CockatielState.Isolated]: "open",
};

/** As many failures in a row open the circuit: one on each socket, so that a service that hangs is left alone soon. */
const FAILURES = 4;

/** How long it stays open at first, doubled up to the longest with each try that fails; in milliseconds. */
const PAUSES = { initialDelay: 500, maxDelay: 5000, exponent: 2, generator: noJitterGenerator };

/** Why a request was not sent. */
export class CircuitOpenError extends Error {
  constructor() {
    super("The service failed several times in a row and is left alone for a moment; nothing was sent.");
  }
}

/**
 * A circuit breaker: after some failures in a row the service is not asked for a while, so that its callers have
 * their error at once and it has room to recover. Then one request tries it; the others still fail at once.
 */
export class InferenceCircuit {
  private readonly policy = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: new ExponentialBackoff(PAUSES),
  });

  /** @param changed is called with the new state */
  constructor(changed: (state: CircuitState) => void) {
    this.policy.onStateChange((state) => changed(STATES[state]));
  }

  get state(): CircuitState {
    return STATES[this.policy.state];
  }

  /**
   * Makes a request; its rejection counts as a failure.
   * @throws CircuitOpenError when it is not made
   */
  async run<T>(request: () => Promise<T>): Promise<T> {
    // The library would let others wait for the one that tries, which may take its whole deadline.
    if (this.policy.state === CockatielState.HalfOpen) throw new CircuitOpenError();
    let sent = false;
    try {
      return await this.policy.execute(() => {
        sent = true;
        return request();
      });
    } catch (error) {
      throw sent ? error : new CircuitOpenError();
    }
  }
}
