import { setTimeout } from "node:timers/promises";
import { EnigmaContract } from "../../host/ethereum/enigma-contract.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { type Address, address } from "../../host/protocol/hex.ts";
import type { OrderedCall } from "./bench-contract.ts";
import type { BenchNetwork } from "./bench-network.ts";
import { now } from "./milliseconds.ts";
import type { HandOverNews, NetworkNews } from "./network-news.ts";

/** How long nodes may take to say what they did. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 5;
/** With two workers of equal stakes it is next to impossible that none of so many turns hands a contract over. */
const MOST_TURNS = 60;

/** How a contract passed to another worker; times in milliseconds. */
export interface HandOver {
  /** From the epoch's block until the new worker had all that it needs. */
  readonly ready: number;
  /** From there until the new worker had executed the first task, which was ordered when the network knew of the turn. */
  readonly executed: number;
  /** From the order of that task until it was executed. */
  readonly first: number;
  /** The same for the next task, when nothing is to be taken over. */
  readonly plain: number;
  /** What the new worker loaded before the turn, and after it. */
  readonly ahead: HandOverNews | undefined;
  readonly after: HandOverNews;
}

export interface TurnOptions {
  /** Worker that is to serve next; any other one than now by default. */
  readonly to?: string;
  /** Where the new worker's reports are, if it is not of the network itself. */
  readonly news?: () => Promise<NetworkNews>;
  /** Whether the epoch begins only when the new worker has prepared, as with blocks that take their time; true by default. */
  readonly prepared?: boolean;
}

/** Turns the epochs of a network and times what happens to one contract. */
export class EpochTurns {
  readonly #network: BenchNetwork;
  readonly #connection: JsonRpcConnection;
  readonly #enigma: EnigmaContract;
  readonly #contract: Address;
  readonly #call: OrderedCall;

  /** @param call a call of the contract, by any number */
  constructor(network: BenchNetwork, contract: string, call: OrderedCall) {
    const { chainUrl, chainId, enigma } = network.ready;
    this.#network = network;
    this.#connection = new JsonRpcConnection(chainUrl);
    this.#enigma = new EnigmaContract(this.#connection, { chainId: BigInt(chainId), enigma: address(enigma) });
    this.#contract = address(contract);
    this.#call = call;
  }

  close(): void {
    this.#connection.close();
  }

  /** Lets epochs turn until the contract passes to another worker. */
  async handOver({ to, news = () => this.#network.news(), prepared = true }: TurnOptions = {}): Promise<HandOver> {
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const { number } = await this.#enigma.currentEpoch();
      const serving = await this.#enigma.selectedWorker(number, this.#contract);
      const reports = new Reports(news);
      await reports.look();
      const epoch = await this.#network.announce();
      const next = await this.#enigma.selectedWorker(epoch, this.#contract);
      const arrives = next !== undefined && (to === undefined ? next !== serving : next === to && serving !== to);
      const of = (kind: HandOverNews["kind"]) => (each: HandOverNews) =>
        each.kind === kind && each.node === next && each.epoch === epoch;
      if (arrives && prepared) await reports.handOver(of("hand-over-prepared"));
      const { started } = await this.#network.begin();
      if (!arrives) continue;
      const first = await this.#execution(reports, next);
      const plain = await this.#execution(reports, next);
      const after = await reports.handOver(of("hand-over-done"));
      return {
        ready: after.at - started,
        executed: first.executed - started,
        first: first.executed - first.ordered,
        plain: plain.executed - plain.ordered,
        ahead: reports.found.handOvers.find(of("hand-over-prepared")),
        after,
      };
    }
    throw new Error(`the contract did not pass on in ${MOST_TURNS} epochs`);
  }

  async #execution(reports: Reports, worker: string): Promise<{ ordered: number; executed: number }> {
    const ordered = now();
    const task = await this.#call(Math.floor(ordered));
    await task.wait();
    const executed = await reports.executed(task.id, worker);
    return { ordered, executed };
  }
}

/** Reports of nodes, collected until what is looked for is among them. */
class Reports {
  readonly found: NetworkNews = { tasks: [], handOvers: [], views: [] };
  readonly #news: () => Promise<NetworkNews>;

  constructor(news: () => Promise<NetworkNews>) {
    this.#news = news;
  }

  async look(): Promise<void> {
    const { tasks, handOvers } = await this.#news();
    this.found.tasks.push(...tasks);
    this.found.handOvers.push(...handOvers);
  }

  handOver(is: (news: HandOverNews) => boolean): Promise<HandOverNews> {
    return this.#until(() => this.found.handOvers.find(is));
  }

  /** When a task was executed by a worker. */
  executed(taskId: string, worker: string): Promise<number> {
    return this.#until(
      () =>
        this.found.tasks.find((each) => each.kind === "task-executed" && each.taskId === taskId && each.node === worker)
          ?.at,
    );
  }

  async #until<T>(find: () => T | undefined): Promise<T> {
    for (const end = now() + PATIENCE_MS; now() < end; await setTimeout(LOOK_MS)) {
      await this.look();
      const found = find();
      if (found !== undefined) return found;
    }
    throw new Error("a node did not report what it should have done");
  }
}
