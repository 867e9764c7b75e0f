import { SigningKey, Transaction } from "ethers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addressFromBytes, toHex } from "../../host/protocol/hex.ts";
import { signTransaction } from "../../host/protocol/signed-transaction.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const amount = fc.oneof(fc.constantFrom(0n, 1n, 127n, 128n, 255n, 256n), fc.bigInt({ min: 0n, max: 2n ** 96n }));
// Around the lengths at which RLP's prefixes change.
const dataLength = fc.constantFrom(0, 1, 2, 54, 55, 56, 57, 255, 256, 257, 65_535, 65_536);
const data = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(dataLength, fc.nat({ max: 255 })).map(([length, byte]) => new Uint8Array(length).fill(byte)),
);

test("a signed transaction is the one that ethers makes", () => {
  const transactions = fc
    .record({
      chainId: fc.bigInt({ min: 1n, max: 2n ** 53n }),
      nonce: fc.nat(),
      maxPriorityFeePerGas: amount,
      aboveTip: amount,
      gasLimit: fc.bigInt({ min: 0n, max: 2n ** 63n }),
      to: fc.option(bytes(20).map((address) => addressFromBytes(address))),
      value: amount,
      data: data.map(toHex),
    })
    .map(({ aboveTip, ...rest }) => ({ ...rest, maxFeePerGas: rest.maxPriorityFeePerGas + aboveTip }));
  // Keys of all sizes, so that r and s begin with zeros now and then.
  const keys = fc
    .bigInt({ min: 1n, max: 2n ** 255n })
    .map((key) => new SigningKey(`0x${key.toString(16).padStart(64, "0")}`));
  fc.assert(
    fc.property(transactions, keys, (transaction, key) => {
      const expected = Transaction.from({ type: 2, ...transaction });
      expected.signature = key.sign(expected.unsignedHash);
      expect(signTransaction(transaction, key)).toEqual({ raw: expected.serialized, hash: expected.hash });
    }),
    { numRuns: 300 },
  );
});
