import { Interface, id } from "ethers";
import { expect, test } from "vitest";
import { encodeCommitReceipts } from "../../host/ethereum/commitment.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import type { Effect } from "../../host/protocol/effect.ts";
import { address, hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";

const record = (nonce: bigint): TaskRecord => ({
  sender: address(`0x${"a1".repeat(20)}`),
  nonce,
  kind: 2,
  secretContract: address(`0x${"b2".repeat(20)}`),
  codeHash: hash(id("code")),
  inputHash: hash(id("input")),
  touchesHash: ZERO_HASH,
  gasLimit: 2n ** 64n - 1n,
  gasPrice: 2n ** 128n - 1n,
  callGasLimit: 0n,
  blockNumber: 77n,
  timestamp: 1_767_225_600n,
  parentHash: hash(id("parent")),
  epoch: 3n,
  rules: 1,
});

const receipt = (moves: number): Receipt => ({
  taskId: hash(id("task")),
  recordHash: hash(id("record")),
  epoch: 3n,
  moves: Array.from({ length: moves }, (_, index) => ({
    secretContract: address(`0x${"b2".repeat(20)}`),
    stateBefore: hash(id(`before ${index}`)),
    stateAfter: hash(id(`after ${index}`)),
  })),
  outputHash: hash(id("output")),
  gasUsed: 12_345n,
  effectsHash: ZERO_HASH,
  status: 1,
});

const effect = (size: number): Effect => ({
  kind: 2,
  source: address(`0x${"c3".repeat(20)}`),
  target: address(`0x${"d4".repeat(20)}`),
  value: 2n ** 256n - 1n,
  data: new Uint8Array(size).fill(size),
});

test.each([
  ["nothing", []],
  ["one receipt", [[1, 65]]],
  ["a receipt with an effect", [[1, 65, 4]]],
  [
    "several, also ill-formed ones",
    [
      [1, 65, 0],
      [0, 0, 33],
      [3, 64, 64],
      [2, 32],
    ],
  ],
] as const)("the calldata of %s is what a general ABI coder makes", (_, shapes) => {
  const commitments = shapes.map(([moves, length, ...sizes]: readonly [number, number, ...number[]], index) => ({
    record: record(2n ** 255n + BigInt(index)),
    receipt: receipt(moves),
    effects: sizes.map(effect),
    signature: new Uint8Array(length).fill(index + 1),
  }));
  expect(encodeCommitReceipts(commitments)).toBe(
    new Interface(enigmaAbi).encodeFunctionData("commitReceipts", [commitments]),
  );
});
