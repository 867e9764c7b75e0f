import { randomBytes } from "node:crypto";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { callOrder, type ServedContract, type SettledTask } from "../../test/ethereum/gas-scenarios.ts";
import { stateAfterOf, type TestNetwork, type TestWorker } from "../../test/ethereum/test-network.ts";

const GAS_PRICE = 1_000_000_000n;

/** Gas of record and receipt, for each task. */
export interface TaskGas {
  readonly record: number;
  readonly receipt: number;
}

/** A contract of a user, with a worker that settles its tasks. */
export class GasContract {
  readonly #network: TestNetwork;
  readonly #worker: TestWorker;
  readonly #address: Address;
  #tip: Hash;
  settled = 0;

  private constructor(network: TestNetwork, worker: TestWorker, address: Address, tip: Hash) {
    this.#network = network;
    this.#worker = worker;
    this.#address = address;
    this.#tip = tip;
  }

  static async deploy(network: TestNetwork): Promise<GasContract> {
    const workers = [await network.addWorker(1), await network.addWorker(2)];
    await network.nextEpoch();
    const user = network.account(0);
    await user.deposit(1_000n * ENG);
    const order = await network.order(user, { nonce: drawnNonce(), gasPrice: GAS_PRICE });
    const [created] = createdTasks(await user.createRecord(order));
    if (created === undefined) throw new Error("no record was created");
    const { record } = created;
    const worker = await network.selected(workers, record.secretContract);
    const receipt = network.receipt(record, ZERO_HASH);
    await worker.account.commitReceipts([network.commitment(worker, record, receipt)]);
    return new GasContract(network, worker, record.secretContract, stateAfterOf(receipt.taskId));
  }

  /** Another user, with a balance and no tasks yet. */
  async newUser(index: number): Promise<EnigmaAccount> {
    const user = this.#network.account(3 + index);
    await user.deposit(1_000n * ENG);
    return user;
  }

  /** Records and settles so many tasks of a user in one transaction each; gas for each task. */
  async run(user: EnigmaAccount, count: number): Promise<TaskGas> {
    const orders = await Promise.all(Array.from({ length: count }, () => callOrder(this.#served(user))));
    const [single] = orders;
    const records = await (count === 1 && single ? user.createRecord(single) : user.createRecords(orders));
    const commitments = createdTasks(records).map(({ record }) => {
      const receipt = this.#network.receipt(record, this.#tip);
      this.#tip = stateAfterOf(receipt.taskId);
      return this.#network.commitment(this.#worker, record, receipt);
    });
    const receipts = await this.#worker.account.commitReceipts(commitments);
    const settled = receipts.events.filter(({ name }) => name === "TaskSettled").length;
    if (settled !== count) throw new Error(`${settled} of ${count} tasks were settled`);
    this.settled += count;
    return { record: Number(records.gasUsed) / count, receipt: Number(receipts.gasUsed) / count };
  }

  /** Has a scenario settle one task of a user. */
  async settle(user: EnigmaAccount, scenario: (served: ServedContract) => Promise<SettledTask>): Promise<TaskGas> {
    const { record, receipt, tip } = await scenario(this.#served(user));
    if (receipt.events[0]?.name !== "TaskSettled") throw new Error("the task was not settled");
    this.#tip = tip;
    return { record: Number(record.gasUsed), receipt: Number(receipt.gasUsed) };
  }

  #served(user: EnigmaAccount): ServedContract {
    const place = { network: this.#network, worker: this.#worker, contract: this.#address, tip: this.#tip };
    return { ...place, user, nextNonce: drawnNonce };
  }
}

/** A nonce as clients draw it. */
function drawnNonce(): bigint {
  return BigInt(`0x${randomBytes(32).toString("hex")}`);
}
