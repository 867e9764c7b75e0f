/**
 * What a settled task did on Ethereum. Its effects stand in the calldata of the transaction that settled it and count only if
 * they hash to what the enclave's receipt names; which calls failed stands in that transaction's events.
 */
import { AbiCoder, type Result } from "ethers";
import { EFFECT_KIND, type Effect, type EffectKind, effectsHash, isRequired } from "../protocol/effect.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash, type Hex, ZERO_HASH } from "../protocol/hex.ts";
import type { Receipt } from "../protocol/receipt.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import type { EthereumEndpoint, EthereumLog, EthereumReceipt } from "./ethereum-endpoint.ts";
import { growingPauses, pause } from "./pause.ts";

/** A call that a task made on Ethereum. */
export interface SettledCall {
  /** Its place among the task's effects. */
  readonly index: number;
  /** The secret contract whose account called. */
  readonly source: Address;
  readonly target: Address;
  /** Wei. */
  readonly value: bigint;
  /** Calldata. */
  readonly data: Uint8Array;
  /** Whether its failure undoes the task. */
  readonly required: boolean;
  /** Whether it stands: not if it failed, nor if a required call failed and undid it. */
  readonly succeeded: boolean;
  /** The first 256 bytes of what a failed call reverted with, or an error of the Enigma contract; null if it did not fail. */
  readonly reason: Hex | null;
}

/** A task's effects, and which of its calls failed. */
export interface Settlement {
  readonly effects: readonly Effect[];
  readonly calls: readonly SettledCall[];
}

const CALL_FAILED = enigmaInterface.getEvent("CallFailed")?.topicHash;
const NOTHING: Settlement = { effects: [], calls: [] };
/** Readings that the user's endpoint may need to catch up with the gateway's. */
const READINGS = 8;

/** Reads what the task of a receipt did. @throws `result-mismatch` if the transaction did not settle it */
export async function readSettlement(
  endpoint: EthereumEndpoint,
  enigma: Address,
  receipt: Receipt,
  transactionHash: Hash,
  undone: boolean,
): Promise<Settlement> {
  if (receipt.effectsHash === ZERO_HASH) return NOTHING;
  const [transaction, { logs }] = await Promise.all([
    patiently(() =>
      endpoint.request<{ to: Hex | null; input: Hex } | null>("eth_getTransactionByHash", [transactionHash]),
    ),
    patiently(() => endpoint.request<EthereumReceipt | null>("eth_getTransactionReceipt", [transactionHash])),
  ]);
  const effects = transaction.to?.toLowerCase() === enigma ? effectsIn(transaction.input, receipt) : undefined;
  if (effects === undefined) throw mismatch();
  const failures = new Map(logs.flatMap((log) => failureIn(log, enigma, receipt.taskId)));
  return { effects, calls: callsOf(effects, failures, undone) };
}

function callsOf(effects: readonly Effect[], failures: ReadonlyMap<number, Hex>, undone: boolean): SettledCall[] {
  return effects.flatMap((effect, index) => {
    if (effect.kind === EFFECT_KIND.event) return [];
    const { source, target, value, data } = effect;
    const reason = failures.get(index) ?? null;
    const succeeded = reason === null && !undone;
    return [{ index, source, target, value, data, required: isRequired(effect), succeeded, reason }];
  });
}

/** The effects of the receipt in calldata of `commitReceipts`, if they are there. */
function effectsIn(calldata: Hex, receipt: Receipt): Effect[] | undefined {
  const parsed = enigmaInterface.parseTransaction({ data: calldata });
  if (parsed?.name !== "commitReceipts") return undefined;
  for (const commitment of parsed.args.commitments as Result[]) {
    if ((commitment.receipt as Result).taskId !== receipt.taskId) continue;
    const effects = (commitment.effects as Result[]).map(effectOf);
    if (effectsHash(effects) === receipt.effectsHash) return effects;
  }
  return undefined;
}

function effectOf({ kind, source, target, value, data }: Result): Effect {
  return {
    kind: Number(kind) as EffectKind,
    source: address(source),
    target: address(target),
    value: BigInt(value),
    data: fromHex(data),
  };
}

function failureIn(log: EthereumLog, enigma: Address, taskId: Hash): [number, Hex][] {
  if (log.topics[0] !== CALL_FAILED || log.topics[1] !== taskId || log.address.toLowerCase() !== enigma) return [];
  const [index, reason] = AbiCoder.defaultAbiCoder().decode(["uint256", "bytes"], log.data);
  return [[Number(index), reason as Hex]];
}

async function patiently<T>(read: () => Promise<T | null>): Promise<T> {
  const pauses = growingPauses(20, 2_000);
  for (let reading = 1; ; reading += 1) {
    const found = await read();
    if (found !== null) return found;
    if (reading === READINGS) throw mismatch();
    await pause(pauses.next().value);
  }
}

function mismatch(): EnigmaError {
  return new EnigmaError("result-mismatch", { data: { what: "its transaction did not settle the task" } });
}
