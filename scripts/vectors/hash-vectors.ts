/** Vectors of everything hashed as abi.encode, made with a general ABI coder. */
import { AbiCoder, getCreate2Address, keccak256, solidityPackedKeccak256, toUtf8Bytes } from "ethers";
import {
  DEPLOYMENTS,
  hexOf,
  MAX_UINT64,
  MAX_UINT128,
  MAX_UINT256,
  sampleHex,
  type Vector,
  ZERO_HASH,
} from "./sample-values.ts";

const coder = AbiCoder.defaultAbiCoder();

export const TAG_LABELS = {
  input: "enigma/v1/input",
  output: "enigma/v1/output",
  delta: "enigma/v1/delta",
  checkpoint: "enigma/v1/checkpoint",
  event: "enigma/v1/event",
  outcome: "enigma/v1/outcome",
  reportData: "enigma/v1/report-data",
  contractKey: "enigma/v1/contract-key",
  epochSeed: "enigma/v1/epoch-seed",
  random: "enigma/v1/random",
  keyGrant: "enigma/v1/key-grant",
  releasedOutput: "enigma/v1/released-output",
  sealed: "enigma/v1/sealed",
  viewInput: "enigma/v1/view-input",
  viewOutput: "enigma/v1/view-output",
  viewRandom: "enigma/v1/view-random",
} as const;

export function tagOf(name: keyof typeof TAG_LABELS): string {
  return keccak256(toUtf8Bytes(TAG_LABELS[name]));
}

export function domainTagVectors(): Vector[] {
  return Object.entries(TAG_LABELS).map(([name, label]) => ({ name, label, expected: keccak256(toUtf8Bytes(label)) }));
}

export function taskIdVectors(): Vector[] {
  const nonces = [0n, 1n, MAX_UINT256, BigInt(sampleHex("nonce", 32))];
  return DEPLOYMENTS.flatMap(({ name, chainId, enigma }) =>
    nonces.map((nonce) => {
      const sender = sampleHex(`sender/${nonce}`, 20);
      const encoded = coder.encode(["uint256", "address", "address", "uint256"], [chainId, enigma, sender, nonce]);
      const inputs = { chainId: `${chainId}`, enigma, sender, nonce: `${nonce}` };
      return { name: `${name}, nonce ${nonce}`, ...inputs, expected: keccak256(encoded) };
    }),
  );
}

export function contractAddressVectors(): Vector[] {
  return DEPLOYMENTS.map(({ name, enigma }) => {
    const accountImplementation = sampleHex(`account/${name}`, 20);
    const taskId = sampleHex(`task/${name}`, 32);
    const code = `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${accountImplementation.slice(2)}5af43d82803e903d91602b57fd5bf3`;
    const expected = getCreate2Address(enigma, taskId, keccak256(code)).toLowerCase();
    return { name, enigma, accountImplementation, taskId, expected };
  });
}

export function inputHashVectors(): Vector[] {
  return [0, 1, 104, 1000].map((length) => {
    const encryptedInput = sampleHex(`input/${length}`, length);
    const userKey = sampleHex(`user-key/${length}`, 32);
    const expected = solidityPackedKeccak256(["bytes", "bytes32"], [encryptedInput, userKey]);
    return { name: `${length} bytes`, encryptedInput, userKey, expected };
  });
}

const RECORD_TYPES = [
  ["sender", "address"],
  ["nonce", "uint256"],
  ["kind", "uint8"],
  ["secretContract", "address"],
  ["codeHash", "bytes32"],
  ["inputHash", "bytes32"],
  ["touchesHash", "bytes32"],
  ["gasLimit", "uint64"],
  ["gasPrice", "uint128"],
  ["callGasLimit", "uint64"],
  ["blockNumber", "uint64"],
  ["timestamp", "uint64"],
  ["parentHash", "bytes32"],
  ["epoch", "uint64"],
  ["rules", "uint32"],
] as const;

export function taskRecordVectors(): Vector[] {
  return [
    recordVector("a call", {
      kind: 2,
      gasLimit: 500_000n,
      gasPrice: 1n,
      blockNumber: 42n,
      timestamp: 1_700_000_000n,
      epoch: 1n,
    }),
    recordVector("a deployment", {
      kind: 1,
      gasLimit: 5_000_000n,
      gasPrice: 10n ** 9n,
      blockNumber: 7n,
      timestamp: 1n,
      epoch: 3n,
    }),
    recordVector("a posted call that touches others", {
      kind: 3,
      gasLimit: 600_000n,
      gasPrice: 10n ** 9n,
      callGasLimit: 5_000_000n,
      blockNumber: 43n,
      timestamp: 1_700_000_012n,
      touchesHash: sampleHex("posted/touches", 32),
      epoch: 2n,
    }),
    recordVector("an ordered call", {
      kind: 4,
      gasLimit: 600_000n,
      gasPrice: 10n ** 9n,
      callGasLimit: 200_000n,
      blockNumber: 44n,
      timestamp: 1_700_000_024n,
      epoch: 2n,
    }),
    recordVector("numbers at their limits", {
      kind: 2,
      nonce: MAX_UINT256,
      gasLimit: MAX_UINT64,
      gasPrice: MAX_UINT128,
      callGasLimit: MAX_UINT64,
      blockNumber: MAX_UINT64,
      timestamp: MAX_UINT64,
      epoch: MAX_UINT64,
      rules: 2 ** 32 - 1,
    }),
  ];
}

function recordVector(name: string, fields: Readonly<Record<string, bigint | number | string>>): Vector {
  const record: Record<string, unknown> = { rules: 1, callGasLimit: 0n };
  for (const [field, type] of RECORD_TYPES) {
    if (type === "address") record[field] = sampleHex(`${name}/${field}`, 20);
    else if (type === "bytes32" || field === "nonce") record[field] = sampleHex(`${name}/${field}`, 32);
  }
  record.touchesHash = ZERO_HASH;
  Object.assign(record, { nonce: BigInt(record.nonce as string) }, fields);
  const encoded = coder.encode(
    RECORD_TYPES.map(([, type]) => type),
    RECORD_TYPES.map(([field]) => record[field]),
  );
  const json = Object.fromEntries(RECORD_TYPES.map(([field]) => [field, jsonOf(record[field])]));
  return { name, record: json, expected: { encoded, hash: keccak256(encoded) } };
}

export function outcomeSlotVectors(): Vector[] {
  const outcomes = ["committed", "failed", "callback-failed", "refunded"];
  return outcomes.map((name, index) => {
    const receiptHash = name === "refunded" ? ZERO_HASH : sampleHex(`receipt/${name}`, 32);
    const encoded = coder.encode(["bytes32", "uint8", "bytes32"], [tagOf("outcome"), index + 1, receiptHash]);
    return { name, outcome: index + 1, receiptHash, expected: keccak256(encoded) };
  });
}

export function logEntryVectors(): Vector[] {
  const lengths = [104, 168, 4136];
  let stateBefore = ZERO_HASH;
  return lengths.map((length, position) => {
    const index = position === 2 ? MAX_UINT64 : BigInt(position);
    const entry = {
      kind: position === 1 ? 2 : 1,
      taskId: sampleHex(`log/task/${position}`, 32),
      epoch: BigInt(position + 1),
    };
    const ciphertext = sampleHex(`log/${position}`, length);
    const encoded = coder.encode(
      ["uint64", "uint8", "bytes32", "uint64", "bytes32"],
      [index, entry.kind, entry.taskId, entry.epoch, keccak256(ciphertext)],
    );
    const entryHash = keccak256(encoded);
    const stateAfter = solidityPackedKeccak256(["bytes32", "bytes32"], [stateBefore, entryHash]);
    const inputs = {
      stateBefore,
      index: `${index}`,
      kind: entry.kind,
      taskId: entry.taskId,
      epoch: `${entry.epoch}`,
      ciphertext,
    };
    stateBefore = stateAfter;
    return { name: `entry ${index}`, ...inputs, expected: { entryHash, stateHash: stateAfter } };
  });
}

export function selectionVectors(): Vector[] {
  const snapshots: readonly (readonly [string, readonly bigint[]])[] = [
    ["one worker", [1n]],
    ["two equal stakes", [1000n, 2000n]],
    ["a worker without stake between others", [5n, 5n, 9n]],
    ["stakes beyond 128 bits", [2n ** 200n, 2n ** 201n, MAX_UINT256]],
    ["nine workers", [3n, 10n, 11n, 40n, 41n, 90n, 200n, 201n, 1000n]],
    ["no stake", [0n, 0n]],
    ["no worker", []],
  ];
  return snapshots.flatMap(([name, stakes]) =>
    [0, 1, 2].map((round) => {
      const seed = sampleHex(`seed/${name}/${round}`, 32);
      const group = sampleHex(`group/${name}/${round}`, 20);
      const workers = stakes.map((stake, index) => ({
        address: sampleHex(`worker/${index}`, 20),
        cumulativeStake: `${stake}`,
      }));
      return { name: `${name}, ${round}`, seed, group, workers, expected: select(seed, group, workers) };
    }),
  );
}

function select(
  seed: string,
  group: string,
  workers: readonly { address: string; cumulativeStake: string }[],
): string | null {
  const total = BigInt(workers.at(-1)?.cumulativeStake ?? 0);
  if (total === 0n) return null;
  const point = BigInt(keccak256(coder.encode(["bytes32", "address"], [seed, group]))) % total;
  return workers.find((worker) => BigInt(worker.cumulativeStake) > point)?.address ?? null;
}

export function snapshotVectors(): Vector[] {
  return [0, 1, 3].map((count) => {
    const workers = Array.from({ length: count }, (_, index) => sampleHex(`worker/${index}`, 20));
    const cumulativeStakes = workers.map((_, index) => 10n ** 18n * BigInt(index + 1));
    const encoded = coder.encode(["address[]", "uint256[]"], [workers, cumulativeStakes]);
    const json = workers.map((address, index) => ({ address, cumulativeStake: `${cumulativeStakes[index]}` }));
    return { name: `${count} workers`, workers: json, expected: keccak256(encoded) };
  });
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  return typeof value === "bigint" ? `${value}` : value;
}
