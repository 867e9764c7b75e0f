import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address } from "../protocol/hex.ts";
import { MAX_CALL_GAS_LIMIT, MAX_GAS_LIMIT } from "../protocol/limits.ts";
import { sortedTouches } from "../protocol/touches.ts";
import type { Prices } from "./enigma-reader.ts";

/** What a caller may choose to pay for a task. */
export interface GasOptions {
  /** Most gas that the execution may use. Unused gas is paid back. */
  readonly gasLimit?: bigint | number;
  /** Base units of ENG for a unit of gas. */
  readonly gasPrice?: bigint | number;
  /** Most Ethereum gas that the calls which the task makes there may use together; none by default, 5,000,000 at most. */
  readonly callGasLimit?: bigint | number;
}

/** What a caller may choose for a task; the last argument of a contract's method. */
export interface TaskOptions extends GasOptions {
  /** Other contracts of the group that the task may call, at most 7. Everybody sees them. */
  readonly touches?: readonly string[];
  /**
   * Whether the encrypted input goes to Ethereum with the record: it costs more, at most 16,384 bytes, but no gateway has
   * to pass it on, and a worker that lets the task time out pays for that.
   */
  readonly post?: boolean;
}

/** What a caller may choose for a deployment. */
export interface DeploymentTerms extends GasOptions {
  /** A deployed contract whose group the new one joins: they share a worker and can call each other. None by default. */
  readonly group?: string;
}

export const TASK_OPTIONS = [
  "gasLimit",
  "gasPrice",
  "callGasLimit",
  "touches",
  "post",
] as const satisfies readonly (keyof TaskOptions)[];

/** The checked terms of a task. */
export interface TaskTerms {
  readonly gasLimit: bigint;
  readonly gasPrice: bigint;
  readonly callGasLimit: bigint;
}

/** Reads gas options. @throws `record-refused` for what the Enigma contract would refuse, before anything is paid */
export function gasTerms(options: GasOptions, defaults: Omit<TaskTerms, "callGasLimit">): TaskTerms {
  const terms = {
    gasLimit: BigInt(options.gasLimit ?? defaults.gasLimit),
    gasPrice: BigInt(options.gasPrice ?? defaults.gasPrice),
    callGasLimit: BigInt(options.callGasLimit ?? 0n),
  };
  if (terms.gasLimit <= 0n) throw refused("GasLimitZero");
  if (terms.gasLimit > MAX_GAS_LIMIT) throw refused("GasLimitTooHigh", MAX_GAS_LIMIT);
  if (terms.callGasLimit > MAX_CALL_GAS_LIMIT) throw refused("CallGasLimitTooHigh", MAX_CALL_GAS_LIMIT);
  return terms;
}

/** The touched contracts of a task in the order of its record. @throws `touches-invalid`, `invalid-params` */
export function touchesOf(called: Address, { touches = [] }: TaskOptions): Address[] {
  return sortedTouches(
    called,
    touches.map((touched) => address(touched, "touches")),
  );
}

/** What the record of a task takes from the balance, in base units of ENG. */
export function escrowOf({ gasLimit, gasPrice, callGasLimit }: TaskTerms, callGasPrice: bigint): bigint {
  return gasLimit * gasPrice + callGasLimit * callGasPrice;
}

/** The gas price of a posted task where its caller does not say: what is needed, if that is more. */
export function postedGasPrice(usual: bigint, { postedGasPrice: least }: Prices): bigint {
  return usual > least ? usual : least;
}

function refused(error: string, most?: bigint): EnigmaError {
  return new EnigmaError("record-refused", { data: { error, reason: `${error}(${most ?? ""})` } });
}
