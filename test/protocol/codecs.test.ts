import { AbiCoder, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enigmaInterface } from "../../host/client/enigma-interface.ts";
import { createRecordCalldata, createRecordsCalldata } from "../../host/client/record-calldata.ts";
import { AEAD_OVERHEAD, open, seal } from "../../host/protocol/aead.ts";
import { decodeEnding, type Ending, encodeEnding, TRAPS } from "../../host/protocol/ending.ts";
import { isEnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import {
  type Address,
  address,
  addressFromBytes,
  fromHex,
  type Hash,
  hashFromBytes,
  toHex,
} from "../../host/protocol/hex.ts";
import { pad, paddedLength, unpad } from "../../host/protocol/padding.ts";
import {
  decodeReceipt,
  encodeReceipt,
  type Receipt,
  receiptDigest,
  receiptFromJson,
  receiptToJson,
} from "../../host/protocol/receipt.ts";
import { parseSendTaskParams, sendTaskToJson } from "../../host/protocol/rpc-types.ts";
import { selectWorker } from "../../host/protocol/selection.ts";
import { contractSessionKeys, userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import {
  decodeTaskRecord,
  encodeTaskRecord,
  TASK_KIND,
  type TaskRecord,
  taskRecordFromJson,
  taskRecordToJson,
} from "../../host/protocol/task-record.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const addresses: fc.Arbitrary<Address> = bytes(20).map((value) => addressFromBytes(value));
const hashes: fc.Arbitrary<Hash> = bytes(32).map((value) => hashFromBytes(value));
const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });

const records: fc.Arbitrary<TaskRecord> = fc.record({
  sender: addresses,
  nonce: uint(256),
  kind: fc.constantFrom(...Object.values(TASK_KIND)),
  secretContract: addresses,
  codeHash: hashes,
  inputHash: hashes,
  touchesHash: hashes,
  gasLimit: uint(64),
  gasPrice: uint(128),
  callGasLimit: uint(64),
  blockNumber: uint(64),
  timestamp: uint(64),
  parentHash: hashes,
  epoch: uint(64),
  rules: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

const moves = fc.record({ secretContract: addresses, stateBefore: hashes, stateAfter: hashes });
const receipts: fc.Arbitrary<Receipt> = fc.record({
  taskId: hashes,
  recordHash: hashes,
  epoch: uint(64),
  moves: fc.array(moves, { maxLength: 4 }),
  outputHash: hashes,
  gasUsed: uint(64),
  effectsHash: hashes,
  status: fc.constantFrom(1 as const, 2 as const),
});

const RECORD_TYPE =
  "tuple(address sender,uint256 nonce,uint8 kind,address secretContract,bytes32 codeHash,bytes32 inputHash,bytes32 touchesHash,uint64 gasLimit,uint128 gasPrice,uint64 callGasLimit,uint64 blockNumber,uint64 timestamp,bytes32 parentHash,uint64 epoch,uint32 rules)";

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return isEnigmaError(error) ? error.code : `not an EnigmaError: ${error}`;
  }
}

/** The bytes with one bit changed. */
function flipped(value: Uint8Array, at: number): Uint8Array {
  return value.map((byte, index) => (index === at % value.length ? byte ^ 1 : byte));
}

describe("task records", () => {
  it("are encoded as a general ABI coder does, and come back", () => {
    fc.assert(
      fc.property(records, (record) => {
        const encoded = encodeTaskRecord(record);
        expect(toHex(encoded)).toBe(AbiCoder.defaultAbiCoder().encode([RECORD_TYPE], [record]));
        expect(decodeTaskRecord(encoded)).toEqual(record);
        expect(taskRecordFromJson(JSON.parse(JSON.stringify(taskRecordToJson(record))))).toEqual(record);
      }),
    );
  });

  it("have one encoding: other bytes do not decode, or decode to another record", () => {
    fc.assert(
      fc.property(records, fc.nat(479), (record, at) => {
        const other = flipped(encodeTaskRecord(record), at);
        let decoded: TaskRecord | undefined;
        expect([undefined, "encoding-malformed"]).toContain(
          codeOf(() => {
            decoded = decodeTaskRecord(other);
          }),
        );
        if (decoded !== undefined) expect(encodeTaskRecord(decoded)).toEqual(other);
      }),
    );
  });

  it("decode from nothing but their own length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (value) => {
        fc.pre(value.length !== 480);
        expect(codeOf(() => decodeTaskRecord(value))).toBe("encoding-malformed");
      }),
    );
  });

  it("refuse numbers that do not fit", () => {
    fc.assert(
      fc.property(records, uint(64), (record, excess) => {
        const gasLimit = 2n ** 64n + excess;
        expect(codeOf(() => encodeTaskRecord({ ...record, gasLimit }))).toBe("number-out-of-range");
        expect(codeOf(() => encodeTaskRecord({ ...record, nonce: -1n - excess }))).toBe("number-out-of-range");
        expect(codeOf(() => encodeTaskRecord({ ...record, rules: 2 ** 32 }))).toBe("number-out-of-range");
      }),
    );
  });
});

describe("orders in calldata", () => {
  it("are those of a general ABI coder", () => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 4 }), (orders) => {
        const [first] = orders as [TaskRecord];
        expect(createRecordCalldata(first)).toBe(enigmaInterface.encodeFunctionData("createRecord", [first]));
        expect(createRecordsCalldata(orders)).toBe(enigmaInterface.encodeFunctionData("createRecords", [orders]));
      }),
    );
  });
});

describe("receipts", () => {
  const RECEIPT_TYPE =
    "tuple(bytes32 taskId,bytes32 recordHash,uint64 epoch,tuple(address secretContract,bytes32 stateBefore,bytes32 stateAfter)[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)";
  const typed = (list: string) =>
    list.split(",").map((field) => {
      const [type = "", name = ""] = field.split(" ");
      return { type, name };
    });
  const types = {
    Receipt: typed(
      "bytes32 taskId,bytes32 recordHash,uint64 epoch,Move[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status",
    ),
    Move: typed("address secretContract,bytes32 stateBefore,bytes32 stateAfter"),
  };

  it("are encoded as a general ABI coder does, and come back", () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        const encoded = encodeReceipt(receipt);
        expect(toHex(encoded)).toBe(AbiCoder.defaultAbiCoder().encode([RECEIPT_TYPE], [receipt]));
        expect(decodeReceipt(encoded)).toEqual(receipt);
        expect(receiptFromJson(JSON.parse(JSON.stringify(receiptToJson(receipt))))).toEqual(receipt);
      }),
    );
  });

  it("are hashed as a general EIP-712 encoder does", () => {
    fc.assert(
      fc.property(receipts, uint(256), addresses, (receipt, chainId, enigma) => {
        const domain = { name: "Enigma", version: "1", chainId, verifyingContract: enigma };
        expect(receiptDigest({ chainId, enigma }, receipt)).toBe(TypedDataEncoder.hash(domain, types, receipt));
      }),
    );
  });

  it("have one encoding: other bytes do not decode, or decode to another receipt", () => {
    fc.assert(
      fc.property(receipts, fc.nat(), (receipt, at) => {
        const other = flipped(encodeReceipt(receipt), at);
        let decoded: Receipt | undefined;
        expect([undefined, "encoding-malformed"]).toContain(
          codeOf(() => {
            decoded = decodeReceipt(other);
          }),
        );
        if (decoded !== undefined) expect(encodeReceipt(decoded)).toEqual(other);
      }),
    );
  });

  it("do not decode from arbitrary bytes by accident, nor crash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (value) => {
        expect(codeOf(() => decodeReceipt(value))).toBe("encoding-malformed");
      }),
    );
  });
});

describe("padding", () => {
  it("comes off again, and hides all but the bucket", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (plaintext) => {
        const padded = pad(plaintext);
        expect(unpad(padded)).toEqual(plaintext);
        expect(padded.length).toBe(paddedLength(plaintext.length));
        expect(padded.length).toBeGreaterThan(plaintext.length);
        expect(Math.log2(padded.length / 64) % 1).toBe(0);
        expect(padded.length === 64 || padded.length <= 2 * plaintext.length).toBe(true);
      }),
    );
  });

  it("comes off only what was padded: whatever unpads pads back to the same bytes", () => {
    const nearlyPadded = fc.tuple(fc.uint8Array({ maxLength: 130 }), fc.nat(140)).map(([head, zeros]) => {
      const value = new Uint8Array(head.length + 1 + zeros);
      value.set(head);
      value[head.length] = 0x80;
      return value;
    });
    fc.assert(
      fc.property(nearlyPadded, (value) => {
        let plaintext: Uint8Array | undefined;
        const code = codeOf(() => {
          plaintext = unpad(value);
        });
        if (plaintext === undefined) expect(code).toBe("bad-ciphertext");
        else expect(pad(plaintext)).toEqual(value);
      }),
    );
  });
});

describe("encryption", () => {
  const keys = bytes(32);
  const data = fc.uint8Array({ maxLength: 200 });

  it("opens what it sealed, and repeats its bytes", () => {
    fc.assert(
      fc.property(keys, data, fc.uint8Array({ maxLength: 500 }), (key, associated, plaintext) => {
        const sealed = seal(key, associated, plaintext);
        expect(open(key, associated, sealed)).toEqual(plaintext);
        expect(seal(key, associated, plaintext)).toEqual(sealed);
        expect(sealed.length).toBe(paddedLength(plaintext.length) + AEAD_OVERHEAD);
      }),
    );
  });

  it("opens nothing that was changed in a bit of ciphertext, key or associated data", () => {
    fc.assert(
      fc.property(keys, bytes(140), fc.uint8Array({ maxLength: 100 }), fc.nat(), (key, associated, plaintext, at) => {
        const sealed = seal(key, associated, plaintext);
        expect(codeOf(() => open(key, associated, flipped(sealed, at)))).toBe("bad-ciphertext");
        expect(codeOf(() => open(flipped(key, at), associated, sealed))).toBe("bad-ciphertext");
        expect(codeOf(() => open(key, flipped(associated, at), sealed))).toBe("bad-ciphertext");
      }),
    );
  });

  it("gives both sides the same keys, one for each direction", () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        const [user, contract] = [userKeyPair(one), userKeyPair(other)];
        const ofUser = userSessionKeys(user, contract.publicKey);
        expect(contractSessionKeys(contract, user.publicKey)).toEqual(ofUser);
        expect(ofUser.input).not.toEqual(ofUser.output);
      }),
    );
  });
});

describe("endings", () => {
  const content = fc.uint8Array({ maxLength: 100 });
  const endings: fc.Arbitrary<Ending> = fc.oneof(
    content.map((result) => ({ name: "returned" as const, result })),
    content.map((data) => ({ name: "reverted" as const, data })),
    fc.string({ unit: "grapheme" }).map((message) => ({ name: "panicked" as const, message })),
    fc.constantFrom(...TRAPS).map((trap) => ({ name: "trapped" as const, trap })),
    fc.string().map((rule) => ({ name: "module-refused" as const, rule })),
    fc
      .constantFrom(
        "out-of-gas" as const,
        "out-of-memory" as const,
        "stack-overflow" as const,
        "bad-ciphertext" as const,
      )
      .map((name) => ({ name })),
  );

  it("come back from their encoding", () => {
    fc.assert(
      fc.property(endings, (ending) => {
        expect(decodeEnding(encodeEnding(ending))).toEqual(ending);
      }),
    );
  });

  it("are refused when they are none", () => {
    for (const malformed of ["0x", "0x0301", "0x06", "0x0600", "0x060b", "0x060101", "0x09", "0x0a", "0x0b", "0xff"]) {
      expect(codeOf(() => decodeEnding(fromHex(malformed)))).toBe("encoding-malformed");
    }
  });
});

describe("selection", () => {
  const stakes = fc.array(uint(90), { minLength: 1, maxLength: 9 });

  it("takes only workers with a stake, and nobody where there is none", () => {
    fc.assert(
      fc.property(hashes, addresses, stakes, (seed, group, list) => {
        let total = 0n;
        const workers = list.map((stake, index) => {
          total += stake;
          return { address: address(`0x${index.toString(16).padStart(40, "0")}`), cumulativeStake: total };
        });
        const selected = selectWorker(seed, group, workers);
        if (total === 0n) expect(selected).toBeNull();
        else expect(list[workers.findIndex((worker) => worker.address === selected)]).toBeGreaterThan(0n);
      }),
    );
  });
});

describe("hex", () => {
  it("comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (value) => {
        expect(fromHex(toHex(value))).toEqual(value);
        expect(fromHex(toHex(value).toUpperCase().replace("0X", "0x"))).toEqual(value);
      }),
    );
  });
});

describe("a sent task in JSON", () => {
  it("comes back from its params", () => {
    const tasks = fc.record({
      record: records,
      input: fc.uint8Array({ maxLength: 200 }),
      userKey: bytes(32),
      module: fc.option(fc.uint8Array({ maxLength: 100 })),
    });
    fc.assert(
      fc.property(tasks, (task) => {
        expect(parseSendTaskParams(JSON.parse(JSON.stringify(sendTaskToJson(task))))).toEqual(task);
      }),
    );
  });
});
