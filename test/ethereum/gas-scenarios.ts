/** Tasks and epochs whose Ethereum gas is pinned by a test and shown by the benchmark. */
import { id } from "ethers";
import { EnigmaAccount, type EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { type Effect, effectsHash } from "../../host/protocol/effect.ts";
import type { Address, Hash, Hex } from "../../host/protocol/hex.ts";
import type { TaskOrder } from "../../host/protocol/task-record.ts";
import { groupWord } from "../../host/protocol/touches.ts";
import { createdRecord, enclaveKey, signerOf, stateAfterOf, TestNetwork, type TestWorker } from "./test-network.ts";

/** A deployed contract, its user, and the worker that serves it. */
export interface ServedContract {
  readonly network: TestNetwork;
  readonly user: EnigmaAccount;
  readonly worker: TestWorker;
  readonly contract: Address;
  readonly tip: Hash;
  readonly nextNonce: () => bigint;
}

/** The transactions of a task, and the state that it leads to. */
export interface SettledTask {
  readonly record: EnigmaTransaction;
  readonly receipt: EnigmaTransaction;
  readonly tip: Hash;
}

/** The order of a call. */
export function callOrder({ network, user, contract, nextNonce }: Omit<ServedContract, "tip">): Promise<TaskOrder> {
  return network.order(user, { kind: 2, secretContract: contract, nonce: nextNonce(), gasPrice: 1_000_000_000n });
}

/** A task whose receipt brings one required call, with 68 bytes of calldata, of a target. */
export async function taskWithCall(served: ServedContract, target: Address): Promise<SettledTask> {
  const { network, user, worker, contract, tip } = served;
  const record = await user.createRecord({ ...(await callOrder(served)), callGasLimit: 100_000n });
  const created = createdRecord(record);
  const data = new Uint8Array(68).fill(1);
  const effects: Effect[] = [{ kind: 1, source: contract, target, value: 0n, data }];
  const receipt = network.receipt(created, tip, { effectsHash: effectsHash(effects) });
  const commitment = network.commitment(worker, created, receipt, effects);
  const committed = await worker.account.commitReceipts([commitment]);
  return { record, receipt: committed, tip: stateAfterOf(receipt.taskId) };
}

/** A task that moves its contract and another one, which joins the group beforehand. */
export async function taskOfTwoContracts(served: ServedContract): Promise<SettledTask> {
  const { network, user, worker, contract, tip, nextNonce } = served;
  const joining = { nonce: nextNonce(), touchesHash: groupWord(contract) };
  const joined = await network.deployContract(user, worker, joining);
  const record = await user.createRecordTouching(await callOrder(served), [joined.secretContract]);
  const receipt = network.receipt(createdRecord(record), tip);
  const stateAfter = stateAfterOf(receipt.taskId);
  const second = { secretContract: joined.secretContract, stateBefore: joined.tip, stateAfter };
  const both = { ...receipt, moves: [...receipt.moves, second] };
  const committed = await worker.account.commitReceipts([network.commitment(worker, createdRecord(record), both)]);
  return { record, receipt: committed, tip: stateAfter };
}

/** An epoch that was set with so many workers. */
export interface SetEpoch {
  readonly workers: number;
  readonly transaction: EnigmaTransaction;
}

/** Sets epochs in a network of their own. @param counts workers of each, ascending */
export async function* epochsWith(counts: readonly number[], signal?: AbortSignal): AsyncGenerator<SetEpoch> {
  const network = await TestNetwork.start({ parameters: { epochBlocks: 10 }, chain: { signal } });
  try {
    let present = 0;
    for (const wanted of counts) {
      // One after the other: in another order the same bytes of calldata would be zero in other places.
      for (; present < wanted; present += 1) await addSmallWorker(network, present);
      // The snapshot of the next epoch may have been due while they were being added; that of the one after counts all.
      await network.nextEpoch();
      const transaction = await network.nextEpoch();
      const { number } = await network.contract.currentEpoch();
      yield { workers: (await network.contract.epochWorkers(number)).length, transaction };
    }
  } finally {
    await network.close();
  }
}

/** A worker of an account of its own; its owner pays. */
async function addSmallWorker(network: TestNetwork, index: number): Promise<void> {
  const sender = new TransactionSender(network.connection, id(`small worker ${index}`) as Hex);
  const account = new EnigmaAccount(sender, network.contract);
  await network.connection.request("anvil_setBalance", [sender.address, "0xde0b6b3a7640000"]);
  await network.token.transfer(network.account(0).sender, sender.address, ENG);
  await network.token.approve(sender, network.deployment.enigma, ENG);
  const enclave = enclaveKey(`small worker ${index}`);
  await network.register({ account, enclave, signer: signerOf(enclave) });
  await account.depositStake(ENG);
  await account.logIn();
}
