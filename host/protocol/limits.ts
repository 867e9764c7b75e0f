/** Sizes in bytes unless said otherwise; the same for every node, since a task valid at one must be valid at all. */
export const MAX_MODULE_BYTES = 1024 * 1024;
/** Encrypted input and encrypted output: 256 KiB of padded plaintext, a nonce and an authentication tag. */
export const MAX_CIPHERTEXT_BYTES = 262_144 + 40;
/** Input of a posted or ordered call, in the calldata of its record's transaction. */
export const MAX_POSTED_INPUT_BYTES = 16_384;
/** Contracts that a task may touch beside the called one. */
export const MAX_TOUCHES = 7;
/** Calls and events of one task. */
export const MAX_EFFECTS = 32;
/** Calldata, topics and log data of all effects of one task. */
export const MAX_EFFECT_BYTES = 65_536;
/** A frame between the host and an enclave: more than what the largest task appends to the logs of all its contracts. */
export const MAX_ECALL_FRAME_BYTES = 96 * 1024 * 1024;
/** What the log entries of a result may hold together to be gossiped with it; who keeps the log fetches larger ones. */
export const MAX_GOSSIPED_LOG_BYTES = 256 * 1024;
/** What one task changes of a contract's state, as ciphertext: 1 MiB of padded plaintext, a nonce and a tag. */
export const MAX_LOG_ENTRY_BYTES = 1024 * 1024 + 40;
export const MAX_RPC_BODY_BYTES = 4 * 1024 * 1024;
/** Requests of one JSON-RPC batch. */
export const MAX_RPC_BATCH = 20;
export const MAX_GOSSIP_MESSAGE_BYTES = 1024 * 1024;
/** Receipts of one `commitReceipts` call. */
export const MAX_BATCH_RECEIPTS = 100;

export const USER_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 65;

/** The highest gas limit of a task: some seconds of a worker's time. */
export const MAX_GAS_LIMIT = 10_000_000_000n;
/** Ethereum gas that the calls of one task may use together. */
export const MAX_CALL_GAS_LIMIT = 5_000_000n;
/** Gas that a task costs before its first instruction. */
const INTRINSIC_GAS = 10_000n;
/** Gas for each byte of a deployed module; a byte of encrypted input costs 1. */
const MODULE_BYTE_GAS = 2n;

/** Gas of a call, or of a deployment if it brings a module, before its first instruction. */
export function intrinsicGas(encryptedInputBytes: number, moduleBytes = 0): bigint {
  return INTRINSIC_GAS + BigInt(encryptedInputBytes) + MODULE_BYTE_GAS * BigInt(moduleBytes);
}
