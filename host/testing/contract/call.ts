/**
 * A call under way: a promise of its result, which rejects with `CallFailed` where the contract did not return, and whose
 * trace can be asked for in either case.
 */
import type { CallFailed } from "./call-failed.ts";
import type { CallResult } from "./call-result.ts";
import type { TestFunctionFacts } from "./test-function.ts";
import type { Trace } from "./trace.ts";

/** How a call came out: a result in either case, and an error where it failed. */
export interface CallOutcome<T = unknown> {
  readonly result: CallResult<T>;
  readonly failure: CallFailed | undefined;
}

/** What calls and views have in common beside being promises. */
export interface CallFacts {
  /** What was called. */
  readonly of: TestFunctionFacts;
  /** How it came out; rejects only where nothing was executed, such as for arguments that do not fit. */
  readonly outcome: Promise<CallOutcome>;
  /** How it ran. */
  trace(): Promise<Trace>;
}

abstract class Executing<P> extends Promise<P> implements CallFacts {
  /** What `then` returns is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly of: TestFunctionFacts;
  readonly #outcome: Promise<CallOutcome>;

  constructor(of: TestFunctionFacts, outcome: Promise<CallOutcome>, pick: (result: CallResult) => P) {
    super((resolve, reject) => {
      outcome.then(({ result, failure }) => {
        if (failure === undefined) resolve(pick(result));
        else reject(failure);
      }, reject);
    });
    this.of = of;
    this.#outcome = outcome;
  }

  get outcome(): Promise<CallOutcome> {
    // Whoever asks how the call came out takes a failure, too: it is no unhandled rejection.
    this.catch(() => undefined);
    return this.#outcome;
  }

  async trace(): Promise<Trace> {
    return (await this.outcome).result.trace();
  }
}

/** A call that may change the contract: a promise of its result. */
export class Call<T = unknown> extends Executing<CallResult<T>> {
  constructor(of: TestFunctionFacts, outcome: Promise<CallOutcome>) {
    super(of, outcome, (result) => result as CallResult<T>);
  }
}

/** A view: a promise of the value. */
export class ViewCall<T = unknown> extends Executing<T> {
  constructor(of: TestFunctionFacts, outcome: Promise<CallOutcome>) {
    super(of, outcome, (result) => result.value as T);
  }
}

/** Says whether a value is a call or a view of the test kit. */
export function isCall(value: unknown): value is CallFacts & Promise<unknown> {
  return value instanceof Executing;
}
