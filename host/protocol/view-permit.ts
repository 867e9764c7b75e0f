import { WordWriter } from "./abi-words.ts";
import { type EnigmaDomain, typedDataDigest, typeHash } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";
import { recoverSigner } from "./recover-signer.ts";

/** Leave to answer one view, as the account signs it. It costs nothing and is good until a block is closed. */
export interface ViewPermit {
  /** Whose eyes the contract answers: its `sender`. */
  readonly account: Address;
  readonly secretContract: Address;
  /** keccak256(encrypted input ‖ response key). */
  readonly inputHash: Hash;
  /** The epoch whose contract key encrypts the input. */
  readonly epoch: bigint;
  /** The last block at whose state it may be answered. */
  readonly expiryBlock: bigint;
  /** Drawn by the client; stands for a task's id in associated data. */
  readonly requestId: Hash;
}

/** The fields of the EIP-712 type, as wallets take them. */
export const VIEW_PERMIT_FIELDS: readonly { readonly name: keyof ViewPermit; readonly type: string }[] = [
  { name: "account", type: "address" },
  { name: "secretContract", type: "address" },
  { name: "inputHash", type: "bytes32" },
  { name: "epoch", type: "uint64" },
  { name: "expiryBlock", type: "uint64" },
  { name: "requestId", type: "bytes32" },
];

const VIEW_PERMIT_TYPE_HASH = typeHash(
  `ViewPermit(${VIEW_PERMIT_FIELDS.map(({ type, name }) => `${type} ${name}`).join(",")})`,
);

/** EIP-712 `hashStruct` of the permit. */
export function viewPermitHash(permit: ViewPermit): Hash {
  return keccak(
    new WordWriter(7)
      .word(VIEW_PERMIT_TYPE_HASH)
      .address(permit.account)
      .address(permit.secretContract)
      .hash(permit.inputHash)
      .uint(permit.epoch, 64)
      .uint(permit.expiryBlock, 64)
      .hash(permit.requestId).bytes,
  );
}

/** The digest that the account signs. */
export function viewPermitDigest(domain: EnigmaDomain, permit: ViewPermit): Hash {
  return typedDataDigest(domain, viewPermitHash(permit));
}

/** The address whose key signed the permit: its account, or it is none. @throws `signature-malformed` */
export function recoverViewPermitSigner(domain: EnigmaDomain, permit: ViewPermit, signature: Uint8Array): Address {
  return recoverSigner(viewPermitDigest(domain, permit), signature);
}
