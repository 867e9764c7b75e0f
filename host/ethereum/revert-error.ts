/**
 * Revert data of the Ethereum contracts as `EnigmaError`s.
 *
 * The code of a custom error of `IEnigmaErrors.sol` is its name in kebab-case (`BalanceTooLow` → `balance-too-low`), its
 * arguments are the error's data. Whatever else a call reverts with is `transaction-reverted`.
 */
import { Interface } from "ethers";
import { EnigmaError, isErrorCode } from "../protocol/errors/enigma-error.ts";
import type { Hash, Hex } from "../protocol/hex.ts";
import { enigmaAbi } from "./generated/enigma-abi.ts";
import { enigmaTokenAbi } from "./generated/enigma-token-abi.ts";
import { rpcErrorObject } from "./json-rpc-connection.ts";

const contracts = [new Interface(enigmaAbi), new Interface(enigmaTokenAbi)];

/** `0x` and four bytes. */
const SELECTOR_DIGITS = 10;

/** The error that revert data stands for. */
export function revertError(data: Hex, transactionHash?: Hash): EnigmaError {
  for (const contract of data.length < SELECTOR_DIGITS ? [] : contracts) {
    const parsed = contract.parseError(data);
    if (parsed === null) continue;
    const args = Object.fromEntries(parsed.fragment.inputs.map(({ name }, index) => [name, parsed.args[index]]));
    const code = errorCode(parsed.name);
    if (isErrorCode(code)) return new EnigmaError(code, { data: { ...args, transactionHash } });
    return new EnigmaError("transaction-reverted", { data: { error: parsed.name, args, transactionHash } });
  }
  return new EnigmaError("transaction-reverted", { data: { error: data, args: {}, transactionHash } });
}

/** Why a receipt was refused: the error code behind the `reason` of `ReceiptRefused`. */
export function refusalCode(reason: Hex): string {
  return errorCode(contracts[0]?.getError(reason)?.name ?? reason);
}

/** The revert data in the error of an `eth_call`; undefined if the call failed for another reason. */
export function revertData(error: unknown): Hex | undefined {
  const data = rpcErrorObject(error)?.data;
  return typeof data === "string" && data.startsWith("0x") ? (data as Hex) : undefined;
}

function errorCode(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
