/**
 * Answers views: questions on a contract's committed state, which cost nobody anything.
 *
 * The worker that is selected for the contract answers, others pass the question on. Since views are free, they must not hold
 * up tasks: they go into the enclave one at a time, when no task is waiting for it, or else after a bounded time; and no more
 * of them wait, in all and for one account, than there is room for. A place is given to nobody without a permit.
 */

import type { WantedContract, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { ViewQuestion, ViewReply } from "../p2p/stream-protocol.ts";
import type { Clock } from "../protocol/clock.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import { inputHash } from "../protocol/input-hash.ts";
import type { Observe } from "../protocol/observer.ts";
import { recoverViewPermitSigner, type ViewPermit } from "../protocol/view-permit.ts";
import type { ViewParams, ViewResult } from "../protocol/view-rpc-types.ts";
import type { ChainState } from "./chain-state.ts";
import type { Executor } from "./executor.ts";
import type { HeldStates } from "./held-states.ts";
import type { KeySupply } from "./key-supply.ts";
import type { ModuleSupply } from "./module-supply.ts";
import type { StateLoader } from "./state-loader.ts";
import { viewAnswerMessage, viewParamsOf } from "./view-messages.ts";
import type { ViewPassing } from "./view-passing.ts";

export interface ViewServiceOptions {
  readonly worker: Address;
  readonly chain: Pick<ChainState, "contractInfo" | "currentEpoch" | "domain" | "selectedWorker" | "standingTip">;
  readonly link: Pick<EnclaveLink<WorkerEnclave>, "get">;
  readonly keys: Pick<KeySupply, "ensure" | "forget">;
  readonly modules: Pick<ModuleSupply, "load" | "forget">;
  readonly loader: Pick<StateLoader, "bring">;
  readonly held: Pick<HeldStates, "isCurrent" | "forget">;
  readonly executor: Pick<Executor, "idle" | "isPending">;
  /** Asks the worker that is selected where this one is not. */
  readonly passing: Pick<ViewPassing, "ask">;
  readonly clock: Clock;
  readonly observe: Observe;
}

/** Views that wait for the enclave or for what it needs. */
const MAX_WAITING = 32;
/** Of one account. */
const MAX_WAITING_OF_ACCOUNT = 4;
/** How long tasks may keep a view from the enclave. */
const TASKS_FIRST_MS = 200;

/** How long the block of an own receipt may be on its way. */
const BLOCK_WAIT_MS = 500;
/** How often the enclave is asked for an answer on the standing state: 45 ms in all. */
const MOST_ATTEMPTS = 10;

interface ViewedContract extends WantedContract {
  readonly rules: number;
}

export class ViewService {
  private readonly options: ViewServiceOptions;
  private waiting = 0;
  private readonly waitingOf = new Map<Address, number>();
  /** Resolves when the view before has been answered. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: ViewServiceOptions) {
    this.options = options;
  }

  /**
   * The answer, from this worker's enclave or from the selected worker's.
   *
   * @throws EnigmaError `contract-not-deployed`, `no-epoch`, `epoch-not-current`, `permit-invalid`, `worker-busy`,
   * `worker-not-selected` where the selected worker is not
   * reached, and what its enclave refuses the view with
   */
  async view(params: ViewParams): Promise<ViewResult> {
    return (await this.answerView(params)) ?? this.options.passing.ask(params);
  }

  /** The answer of this worker's enclave; undefined where another worker is selected. @throws as `view` */
  async answerView(params: ViewParams): Promise<ViewResult | undefined> {
    const { chain, worker, clock, observe } = this.options;
    const { secretContract } = params;
    const info = await chain.contractInfo(secretContract);
    if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
    const selected = chain.selectedWorker(info.group);
    if (selected === undefined) throw new EnigmaError("no-epoch");
    if (selected !== worker) return undefined;
    this.checkEpoch(params);
    checkPermit(params, chain.domain);
    const leave = this.enter(params.account);
    const started = clock.now();
    try {
      const contract = { secretContract, codeHash: info.codeHash, group: info.group, rules: info.rules };
      const result = await this.prepared(params, contract);
      const { output, tip, blockNumber } = result;
      observe({
        ...{ kind: "view-answered", secretContract, tip, blockNumber, milliseconds: clock.now() - started },
        ...{ inputBytes: params.input.length, outputBytes: output.length },
      });
      return result;
    } finally {
      leave();
    }
  }

  /** Answers a peer's question. */
  async answerPeer(question: ViewQuestion): Promise<ViewReply> {
    try {
      const result = await this.answerView(viewParamsOf(question));
      return result === undefined ? {} : { answer: viewAnswerMessage(result) };
    } catch (error) {
      if (!(error instanceof EnigmaError)) throw error;
      return { error: { code: error.code, sentence: error.message } };
    }
  }

  /** Keys of other epochs are not asked for: each would cost the principal and the enclave more than it costs to ask. */
  private checkEpoch({ epoch }: ViewParams): void {
    const current = this.options.chain.currentEpoch?.number;
    if (current === undefined) throw new EnigmaError("no-epoch");
    if (epoch > current || epoch + 1n < current || epoch < 1n) {
      throw new EnigmaError("epoch-not-current", { data: { epoch, current } });
    }
  }

  /** Takes a waiting place; the returned function gives it back. @throws EnigmaError `worker-busy` */
  private enter(account: Address): () => void {
    const own = this.waitingOf.get(account) ?? 0;
    if (this.waiting >= MAX_WAITING || own >= MAX_WAITING_OF_ACCOUNT) throw new EnigmaError("worker-busy");
    this.waiting += 1;
    this.waitingOf.set(account, own + 1);
    return () => {
      this.waiting -= 1;
      const left = (this.waitingOf.get(account) ?? 1) - 1;
      if (left === 0) this.waitingOf.delete(account);
      else this.waitingOf.set(account, left);
    };
  }

  /** Asks the enclave when it has what it needs; once more where it turns out to have lost that. */
  private async prepared(params: ViewParams, contract: ViewedContract): Promise<ViewResult> {
    await this.ready(params, contract);
    try {
      return await this.inTurn(() => this.ask(params, contract));
    } catch (error) {
      if (!this.forgetWhatIsMissing(params, contract, error)) throw error;
      await this.ready(params, contract);
      return this.inTurn(() => this.ask(params, contract));
    }
  }

  private async ready({ epoch }: ViewParams, contract: ViewedContract): Promise<void> {
    const { keys, modules, loader, held, executor } = this.options;
    const { secretContract, codeHash, rules, group } = contract;
    await Promise.all([modules.load(codeHash, rules), keys.ensure(contract, epoch)]);
    // With pending tasks the enclave has the committed state beside theirs.
    if (held.isCurrent(secretContract) || executor.isPending(group, secretContract)) return;
    await loader.bring(contract);
  }

  /**
   * Asks on the state that stands on Ethereum at the end of the block that the answer names. The enclave hears of a block's
   * settlements a moment after this host: until then it is asked again.
   */
  private async ask(params: ViewParams, contract: ViewedContract): Promise<ViewResult> {
    const { chain, link, worker, clock } = this.options;
    const { secretContract, codeHash, group } = contract;
    for (let attempt = 1; ; attempt += 1) {
      const enclave = await link.get();
      const { tip: standing, blockNumber, timestamp } = await chain.standingTip(secretContract, BLOCK_WAIT_MS);
      const request = { ...params, secretContract, codeHash, group, blockNumber, timestamp };
      const { output, tip, signature } = await enclave.view(request);
      // An answer on another state is not wrong: who asked sees which, and may ask again.
      if (standing === undefined || tip === standing || attempt === MOST_ATTEMPTS)
        return { requestId: params.requestId, output, tip, blockNumber, worker, signature };
      await new Promise<void>((resolve) => clock.after(attempt, resolve));
    }
  }

  private forgetWhatIsMissing({ epoch }: ViewParams, contract: ViewedContract, error: unknown): boolean {
    const { keys, modules, held } = this.options;
    const { secretContract, codeHash, rules } = contract;
    if (isEnigmaError(error, "module-not-loaded")) modules.forget(codeHash, rules);
    else if (isEnigmaError(error, "contract-keys-missing")) keys.forget(secretContract, epoch);
    else if (isEnigmaError(error, "log-missing")) held.forget(secretContract);
    else return isEnigmaError(error, "enclave-gone");
    return true;
  }

  /** Lets the views before, and the tasks that wait, go first; the latter not for ever. */
  private inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const asked = this.last.then(async () => {
      await this.tasksFirst();
      return ask();
    });
    this.last = asked.catch(() => {});
    return asked;
  }

  private async tasksFirst(): Promise<void> {
    const { executor, clock } = this.options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(TASKS_FIRST_MS, resolve);
    await Promise.race([executor.idle(), promise]);
    cancel();
  }
}

/** @throws EnigmaError `permit-invalid` where the account did not sign the view */
function checkPermit(params: ViewParams, domain: EnigmaDomain): void {
  const permit = { ...params, inputHash: inputHash(params.input, params.responseKey) };
  if (signerOf(permit, domain, params.permit) !== params.account) throw new EnigmaError("permit-invalid");
}

function signerOf(permit: ViewPermit, domain: EnigmaDomain, signature: Uint8Array): Address | undefined {
  try {
    return recoverViewPermitSigner(domain, permit, signature);
  } catch {
    return undefined; // no signature at all
  }
}
