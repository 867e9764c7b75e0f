/**
 * The events of the Enigma contract, decoded.
 *
 * Every node decodes every record and settlement, so these two, which come by the thousand, are read word by word; the
 * others go through ethers.
 */
import { Interface, type Result } from "ethers";
import { WordReader } from "../protocol/abi-words.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash, type Hex, hash } from "../protocol/hex.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { decodeTaskRecord, type TaskRecord } from "../protocol/task-record.ts";
import { enigmaAbi } from "./generated/enigma-abi.ts";
import type { TransactionLog } from "./transaction-sender.ts";

/** Facts of every event. */
interface Placed {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  /** Place in the block; events of a block are in this order. */
  readonly logIndex: number;
}

export interface RecordCreated extends Placed {
  readonly name: "RecordCreated";
  readonly taskId: Hash;
  readonly sender: Address;
  readonly secretContract: Address;
  readonly record: TaskRecord;
}

/** The other contracts that the task may touch whose record comes next. */
export interface TaskTouches extends Placed {
  readonly name: "TaskTouches";
  readonly taskId: Hash;
  readonly touches: readonly Address[];
}

/** The input of the task whose record comes next. */
export interface TaskInput extends Placed {
  readonly name: "TaskInput";
  readonly taskId: Hash;
  /** 32 bytes; zeros: the input is plain calldata. */
  readonly userKey: Uint8Array;
  readonly input: Uint8Array;
}

export interface TaskSettled extends Placed {
  readonly name: "TaskSettled";
  readonly taskId: Hash;
  readonly secretContract: Address;
  readonly outcome: Outcome;
  readonly receiptHash: Hash;
  readonly stateAfter: Hash;
  readonly outputHash: Hash;
  readonly gasUsed: bigint;
}

/** The new tip of a contract that a task touched beside the called one; follows `TaskSettled`. */
export interface StateMoved extends Placed {
  readonly name: "StateMoved";
  readonly taskId: Hash;
  readonly secretContract: Address;
  readonly stateAfter: Hash;
}

/** A call of a task has failed, or was not made. Comes before `TaskSettled`. */
export interface CallFailed extends Placed {
  readonly name: "CallFailed";
  readonly taskId: Hash;
  /** Place among the task's effects. */
  readonly index: number;
  /** The first 256 bytes of what the target reverted with, or an error of the Enigma contract. */
  readonly reason: Hex;
}

/** What the calls of a task cost, in Ethereum gas; follows `TaskSettled`. */
export interface CallGasPaid extends Placed {
  readonly name: "CallGasPaid";
  readonly taskId: Hash;
  readonly gasUsed: bigint;
}

export interface ReceiptRefused extends Placed {
  readonly name: "ReceiptRefused";
  readonly taskId: Hash;
  /** Selector of a custom error, see `refusalCode`. */
  readonly reason: Hex;
}

export interface TaskRefunded extends Placed {
  readonly name: "TaskRefunded";
  readonly taskId: Hash;
  readonly amount: bigint;
}

export interface ContractDeployed extends Placed {
  readonly name: "ContractDeployed";
  readonly secretContract: Address;
  readonly codeHash: Hash;
  /** The group that the contract belongs to: its own address unless it joined another's. */
  readonly group: Address;
  readonly rules: number;
}

export interface EpochSet extends Placed {
  readonly name: "EpochSet";
  readonly number: bigint;
  readonly seed: Hash;
  readonly snapshotBlock: bigint;
  readonly firstBlock: bigint;
  readonly snapshotHash: Hash;
}

export interface PrincipalRegistered extends Placed {
  readonly name: "PrincipalRegistered";
  readonly signer: Address;
  readonly quote: Uint8Array;
}

export interface WorkerRegistered extends Placed {
  readonly name: "WorkerRegistered";
  readonly worker: Address;
  readonly signer: Address;
  readonly encryptionKey: Hash;
  readonly quote: Uint8Array;
}

export interface WorkerChanged extends Placed {
  readonly name: "WorkerUnregistered" | "WorkerLoggedIn" | "WorkerLoggedOut";
  readonly worker: Address;
}

export interface StakeChanged extends Placed {
  readonly name: "StakeDeposited" | "StakeWithdrawn";
  readonly worker: Address;
  readonly amount: bigint;
}

/** A worker has let a task time out whose input was on chain. */
export interface WorkerPenalised extends Placed {
  readonly name: "WorkerPenalised";
  readonly worker: Address;
  readonly taskId: Hash;
  /** Burned, in base units of ENG. */
  readonly amount: bigint;
}

/** A worker's enclave has contradicted itself. */
export interface WorkerSlashed extends Placed {
  readonly name: "WorkerSlashed";
  readonly worker: Address;
  /** Its whole stake, in base units of ENG. */
  readonly amount: bigint;
  readonly reporter: Address;
  /** The reporter's part of it; the rest is burned. */
  readonly reward: bigint;
}

export interface BalanceChanged extends Placed {
  readonly name: "Deposited" | "Withdrawn";
  readonly user: Address;
  readonly amount: bigint;
}

export type EnigmaEvent =
  | RecordCreated
  | TaskTouches
  | TaskInput
  | TaskSettled
  | StateMoved
  | CallFailed
  | CallGasPaid
  | ReceiptRefused
  | TaskRefunded
  | ContractDeployed
  | EpochSet
  | PrincipalRegistered
  | WorkerRegistered
  | WorkerChanged
  | StakeChanged
  | WorkerPenalised
  | WorkerSlashed
  | BalanceChanged;

const abi = new Interface(enigmaAbi);
const RECORD_CREATED = topicOf("RecordCreated");
const TASK_SETTLED = topicOf("TaskSettled");

/**
 * Decodes a log of the Enigma contract; undefined for an event that this version does not know.
 * @throws `encoding-malformed` if it is not what the contract writes
 */
export function decodeEnigmaLog(log: TransactionLog): EnigmaEvent | undefined {
  const placed: Placed = {
    transactionHash: log.transactionHash,
    blockNumber: BigInt(log.blockNumber),
    logIndex: Number(log.logIndex),
  };
  if (log.topics[0] === RECORD_CREATED) return recordCreated(log, placed);
  if (log.topics[0] === TASK_SETTLED) return taskSettled(log, placed);
  const parsed = abi.parseLog(log);
  return parsed === null ? undefined : rareEvent(parsed.name, parsed.args, placed);
}

function recordCreated(log: TransactionLog, placed: Placed): RecordCreated {
  const record = decodeTaskRecord(fromHex(log.data));
  const { sender, secretContract } = record;
  return { name: "RecordCreated", taskId: topic(log, 1), sender, secretContract, record, ...placed };
}

function taskSettled(log: TransactionLog, placed: Placed): TaskSettled {
  const words = new WordReader(fromHex(log.data), "settlement");
  const settled: TaskSettled = {
    name: "TaskSettled",
    taskId: topic(log, 1),
    secretContract: address(`0x${topic(log, 2).slice(26)}`),
    outcome: words.number(8) as Outcome,
    receiptHash: words.hash(),
    stateAfter: words.hash(),
    outputHash: words.hash(),
    gasUsed: words.uint(64),
    ...placed,
  };
  words.end();
  return settled;
}

function rareEvent(name: string, args: Result, placed: Placed): EnigmaEvent | undefined {
  return taskEvent(name, args, placed) ?? workerEvent(name, args, placed) ?? otherEvent(name, args, placed);
}

function taskEvent(name: string, args: Result, placed: Placed): EnigmaEvent | undefined {
  const taskId = args.toObject().taskId as string;
  switch (name) {
    case "TaskTouches": {
      const touches = Array.from(args.touches as string[], (touched) => address(touched));
      return { name, taskId: hash(taskId), touches, ...placed };
    }
    case "TaskInput":
      return { name, taskId: hash(taskId), userKey: fromHex(args.userKey), input: fromHex(args.input), ...placed };
    case "StateMoved": {
      const { secretContract, stateAfter } = args.toObject();
      return {
        name,
        taskId: hash(taskId),
        secretContract: address(secretContract),
        stateAfter: hash(stateAfter),
        ...placed,
      };
    }
    case "CallFailed":
      return { name, taskId: hash(taskId), index: Number(args.index), reason: args.reason, ...placed };
    case "CallGasPaid":
      return { name, taskId: hash(taskId), gasUsed: args.gasUsed, ...placed };
    case "ReceiptRefused":
      return { name, taskId: hash(taskId), reason: args.reason, ...placed };
    case "TaskRefunded":
      return { name, taskId: hash(taskId), amount: args.amount, ...placed };
    default:
      return undefined;
  }
}

function workerEvent(name: string, args: Result, placed: Placed): EnigmaEvent | undefined {
  switch (name) {
    case "WorkerRegistered": {
      const { worker, signer, encryptionKey, quote } = args.toObject();
      return {
        name,
        worker: address(worker),
        signer: address(signer),
        encryptionKey: hash(encryptionKey),
        quote: fromHex(quote),
        ...placed,
      };
    }
    case "WorkerUnregistered":
    case "WorkerLoggedIn":
    case "WorkerLoggedOut":
      return { name, worker: address(args.worker), ...placed };
    case "StakeDeposited":
    case "StakeWithdrawn":
      return { name, worker: address(args.worker), amount: args.amount, ...placed };
    case "WorkerPenalised":
      return { name, worker: address(args.worker), taskId: hash(args.taskId), amount: args.amount, ...placed };
    case "WorkerSlashed": {
      const { worker, amount, reporter, reward } = args.toObject();
      return { name, worker: address(worker), amount, reporter: address(reporter), reward, ...placed };
    }
    default:
      return undefined;
  }
}

function otherEvent(name: string, args: Result, placed: Placed): EnigmaEvent | undefined {
  switch (name) {
    case "ContractDeployed": {
      const { secretContract, codeHash, group, rules } = args.toObject();
      return {
        name,
        secretContract: address(secretContract),
        codeHash: hash(codeHash),
        group: address(group),
        rules: Number(rules),
        ...placed,
      };
    }
    case "EpochSet": {
      const { number, seed, snapshotBlock, firstBlock, snapshotHash } = args.toObject();
      return { name, number, seed: hash(seed), snapshotBlock, firstBlock, snapshotHash: hash(snapshotHash), ...placed };
    }
    case "PrincipalRegistered":
      return { name, signer: address(args.signer), quote: fromHex(args.quote), ...placed };
    case "Deposited":
    case "Withdrawn":
      return { name, user: address(args.user), amount: args.amount, ...placed };
    default:
      return undefined;
  }
}

function topic(log: TransactionLog, index: number): Hash {
  const value = log.topics[index];
  if (value === undefined) throw new EnigmaError("encoding-malformed", { data: { what: "event" } });
  return hash(value);
}

function topicOf(name: string): string | undefined {
  return abi.getEvent(name)?.topicHash;
}
