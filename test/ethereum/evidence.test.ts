/** Two receipts that one enclave should not have signed both cost its worker everything; no honest pair looks like that. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { areEquivocal, type SignedReceipt } from "../../host/protocol/equivocation.ts";
import { type Address, type Hash, hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { type Receipt, receiptDigest } from "../../host/protocol/receipt.ts";
import { refusedWith } from "./refused-with.ts";
import { enclaveKey, STAKE, sign, TestNetwork, type TestWorker } from "./test-network.ts";

const OTHER = hash(`0x${"66".repeat(32)}`);

let network: TestNetwork;
let user: EnigmaAccount;
let worker: TestWorker;
let contract: Address;
let tip: Hash;
let receipt: Receipt;
beforeAll(async () => {
  network = await TestNetwork.start();
  worker = await network.addWorker(1);
  user = network.account(0);
  await user.deposit(100n * ENG);
  await network.nextEpoch();
  ({ secretContract: contract, tip } = await network.deployContract(user, worker));
  receipt = network.receipt(await network.record(user, { kind: 2, secretContract: contract }), tip);
});
afterAll(() => network.close());

const signed = (changes: Partial<Receipt> = {}, key = worker.enclave): SignedReceipt => {
  const changed = { ...receipt, ...changes };
  return { receipt: changed, signature: sign(key, receiptDigest(network.domain, changed)) };
};
const failed = (): Partial<Receipt> => ({
  status: 2,
  moves: [{ secretContract: contract, stateBefore: tip, stateAfter: tip }],
});
const reporter = () => network.account(7);

describe("is no evidence:", () => {
  test.each<[string, () => readonly [SignedReceipt, SignedReceipt]]>([
    ["the same receipt twice", () => [signed(), signed()]],
    ["a receipt of another epoch, after a hand-over", () => [signed(), signed({ epoch: 2n })]],
    [
      "a receipt from another state, after a refusal or a failed call",
      () => [signed(), signed({ moves: [{ secretContract: contract, stateBefore: OTHER, stateAfter: ZERO_HASH }] })],
    ],
    ["a receipt of another record, after a reorganisation", () => [signed(), signed({ recordHash: OTHER })]],
    ["a receipt of another task", () => [signed(), signed({ taskId: OTHER })]],
    [
      "a receipt that moves another contract",
      () => [signed(), signed({ moves: [{ secretContract: user.address, stateBefore: tip, stateAfter: OTHER }] })],
    ],
    ["a receipt of more moves", () => [signed(), signed({ moves: [...receipt.moves, ...receipt.moves] })]],
    ["receipts of two enclaves", () => [signed(), signed({ gasUsed: 1n }, enclaveKey("another"))]],
    [
      "a receipt that nobody has signed",
      () => [signed(), { ...signed({ gasUsed: 1n }), signature: new Uint8Array(65) }],
    ],
    [
      "receipts that nobody has signed",
      () => [
        { ...signed(), signature: new Uint8Array() },
        { ...signed({ gasUsed: 1n }), signature: new Uint8Array() },
      ],
    ],
    [
      "a receipt whose signature is for another",
      () => [signed(), { ...signed({ gasUsed: 1n }), signature: signed().signature }],
    ],
  ])("%s", async (_, pair) => {
    const [first, second] = pair();
    await refusedWith("evidence-invalid", reporter().reportEquivocation(first, second));
    await refusedWith("evidence-invalid", reporter().reportEquivocation(second, first));
  });

  test("what an enclave signed that no worker ever registered", async () => {
    const key = enclaveKey("nobody's");
    await refusedWith("worker-unknown", reporter().reportEquivocation(signed({}, key), signed({ gasUsed: 1n }, key)));
  });

  test("what honest execution gives when a receipt was refused and the task is executed again", async () => {
    const record = await network.record(user, { kind: 2, secretContract: contract });
    const lost = network.receipt(record, OTHER);
    const { events } = await worker.account.commitReceipts([network.commitment(worker, record, lost)]);
    expect(events).toMatchObject([{ name: "ReceiptRefused" }]);
    const again = network.receipt(record, tip);
    expect(areEquivocal(lost, again)).toBe(false);
    const pair = [lost, again].map((one) => ({
      receipt: one,
      signature: network.commitment(worker, record, one).signature,
    }));
    await refusedWith(
      "evidence-invalid",
      reporter().reportEquivocation(pair[0] as SignedReceipt, pair[1] as SignedReceipt),
    );
  });
});

describe("is evidence:", () => {
  test.each<[string, () => Partial<Receipt>]>([
    ["another output", () => ({ outputHash: OTHER })],
    ["other gas", () => ({ gasUsed: 1n })],
    ["other effects", () => ({ effectsHash: OTHER })],
    ["another state after", () => ({ moves: [{ secretContract: contract, stateBefore: tip, stateAfter: OTHER }] })],
    ["another status", failed],
  ])("%s of the same task from the same state", async (_, changes) => {
    const snapshot = await network.connection.request("evm_snapshot");
    const supply = await network.token.totalSupply();
    const { events } = await reporter().reportEquivocation(signed(), signed(changes()));
    const reward = STAKE / 10n;
    expect(events).toMatchObject([
      { name: "WorkerLoggedOut", worker: worker.account.address },
      { name: "WorkerSlashed", worker: worker.account.address, amount: STAKE, reporter: reporter().address, reward },
    ]);
    expect(await network.contract.worker(worker.account.address)).toMatchObject({ stake: 0n, loggedIn: false });
    expect(await network.contract.balance(reporter().address)).toBe(reward);
    expect(await network.token.totalSupply()).toBe(supply - STAKE + reward);
    await network.connection.request("evm_revert", [snapshot]);
  });

  test("also against an enclave that its worker has replaced, once there is a stake again as often", async () => {
    await worker.account.logOut();
    // The next snapshot may have been due before the log-out.
    for (let epochs = 0; epochs < 2; epochs += 1) await network.nextEpoch();
    await network.register({ ...network.workerKeys(12), account: worker.account });
    const pair = [signed(), signed({ gasUsed: 1n })] as const;
    await reporter().reportEquivocation(...pair);
    const error = await refusedWith("nothing-to-slash", reporter().reportEquivocation(...pair));
    expect(String(error.data.worker).toLowerCase()).toBe(worker.account.address);
    await worker.account.depositStake(ENG);
    await reporter().reportEquivocation(...pair);
    expect((await network.contract.worker(worker.account.address)).stake).toBe(0n);
  });
});
