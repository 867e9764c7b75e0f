/** What a target can do that calls back into Enigma in the middle of a settlement. */
import { Interface } from "ethers";
import { describe, expect, test } from "vitest";
import { encodeCommitReceipts } from "../../host/ethereum/commitment.ts";
import type { EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import type { Hex } from "../../host/protocol/hex.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import {
  call,
  commitmentOf,
  contract,
  enigma,
  network,
  perform,
  record,
  required,
  targets,
  useEffectsNetwork,
  user,
  worker,
} from "./effects-network.ts";
import { stateAfterOf } from "./test-network.ts";

useEffectsNetwork();

describe("a target that calls back into Enigma", () => {
  const again = (kind: 1 | 2, data: Hex) =>
    call(
      kind,
      targets.Reentrant.address,
      targets.Reentrant.abi.encodeFunctionData("again", [network.deployment.enigma, data]) as Hex,
    );
  const answers = ({ logs }: EnigmaTransaction) =>
    logs
      .filter((log) => log.address.toLowerCase() === targets.Reentrant.address)
      .map((log) => {
        const [success, data] = targets.Reentrant.abi.decodeEventLog("Answered", log.data, log.topics);
        return success ? "done" : (enigma.parseError(data)?.name ?? data);
      });

  test("cannot commit receipts", async () => {
    const task = await record();
    const inner = encodeCommitReceipts([commitmentOf(task, [])]);
    const { transaction } = await perform([again(required, inner)]);
    expect(answers(transaction)).toEqual(["PlainAccountRequired"]);
  });

  test("cannot make effects", async () => {
    const task = await record();
    const commitment = commitmentOf(task, []);
    const data = enigma.encodeFunctionData("makeEffects", [commitment.receipt.taskId, commitment]) as Hex;
    expect(answers((await perform([again(required, data)])).transaction)).toEqual(["EnigmaOnly"]);
  });

  test("finds the task settled: it cannot be refunded", async () => {
    const task = await record();
    const data = enigma.encodeFunctionData("refund", [task]) as Hex;
    const effects = [again(required, data)];
    const transaction = await worker.account.commitReceipts([commitmentOf(task, effects)]);
    expect(answers(transaction)).toEqual(["RecordMismatch"]);
  });

  test("can refund another task of the batch, whose receipt is then refused", async () => {
    const old = await record(0n);
    await network.mineTo(old.blockNumber + 1_000n);
    const task = await record();
    const first = commitmentOf(task, [again(required, enigma.encodeFunctionData("refund", [old]) as Hex)]);
    const second = network.commitment(worker, old, network.receipt(old, stateAfterOf(first.receipt.taskId)));
    const { events } = await worker.account.commitReceipts([first, second]);
    const refusal = events.find((item) => item.name === "ReceiptRefused");
    expect(refusalCode(refusal?.reason ?? "0x")).toBe("task-already-settled");
  });

  test("keeps what it is paid in between: balances are added to, never written over", async () => {
    const reentrant = targets.Reentrant.address;
    const token = network.deployment.token;
    await network.token.transfer(user.sender, contract, 10n);
    const erc20 = new Interface(["function approve(address,uint256)"]);
    const effects = [
      call(required, token, erc20.encodeFunctionData("approve", [network.deployment.enigma, 10n]) as Hex),
      call(required, network.deployment.enigma, enigma.encodeFunctionData("deposit", [10n]) as Hex),
      call(required, network.deployment.enigma, enigma.encodeFunctionData("withdrawBalance", [4n]) as Hex),
    ];
    const { outcome } = await perform(effects);
    expect(outcome).toBe(OUTCOME.committed);
    expect(await network.contract.balance(contract)).toBe(6n);
    expect(await network.token.balanceOf(contract)).toBe(4n);
    expect(await network.contract.balance(reentrant)).toBe(0n);
  });
});
