/**
 * A secret contract as an object: each function of its ABI is a method that orders a task.
 *
 * Follows `ethers.Contract` where it can: overloads are reached by signature (`contract["f(uint256)"]`), results are
 * what ethers decodes, `interface` is the ethers Interface.
 */
import type { Abi } from "abitype";
import type { FunctionFragment, Interface } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex } from "../protocol/hex.ts";
import type { ContractMethods } from "./abi-types.ts";
import { decodeResult, Task } from "./task.ts";
import type { TaskOptions, TaskOrders } from "./task-orders.ts";

/** A method whose types are not known. */
export type UntypedMethod = (...args: readonly unknown[]) => Promise<Task<unknown>>;

/** What every secret contract has beside its own functions. */
export interface SecretContractBase {
  readonly address: Address;
  readonly interface: Interface;
  /** A function by name or signature. @throws `unknown-function`, also for the bare name of an overloaded one */
  getFunction(nameOrSignature: string): UntypedMethod;
  getAddress(): Promise<Address>;
}

/** A secret contract with the methods of its ABI. */
export type SecretContract<abi extends Abi = Abi> = SecretContractBase & ContractMethods<abi>;

/** A secret contract whose ABI is not known to TypeScript. */
export type UntypedSecretContract = SecretContractBase & { readonly [method: string]: UntypedMethod };

const OPTION_NAMES: readonly string[] = ["gasLimit", "gasPrice"] satisfies readonly (keyof TaskOptions)[];

/** Makes the object. Functions named like one of its own members are reached by signature. */
export function secretContract(orders: TaskOrders, address: Address, abi: Interface): SecretContractBase {
  const contract = new ContractObject(orders, address, abi);
  contract.interface.forEachFunction((fragment) => {
    const names = contract.isOverloaded(fragment) ? [fragment.format()] : [fragment.format(), fragment.name];
    for (const name of names) {
      if (!(name in contract))
        Object.defineProperty(contract, name, { value: contract.method(fragment), enumerable: true });
    }
  });
  return contract;
}

class ContractObject implements SecretContractBase {
  readonly address: Address;
  readonly interface: Interface;
  readonly #orders: TaskOrders;

  constructor(orders: TaskOrders, address: Address, abi: Interface) {
    this.#orders = orders;
    this.address = address;
    this.interface = abi;
  }

  getFunction(nameOrSignature: string): UntypedMethod {
    return this.method(findFunction(this.interface, nameOrSignature));
  }

  async getAddress(): Promise<Address> {
    return this.address;
  }

  isOverloaded({ name }: FunctionFragment): boolean {
    return this.interface.fragments.filter((other) => other.type === "function" && nameOf(other) === name).length > 1;
  }

  method(fragment: FunctionFragment): UntypedMethod {
    return async (...args) => {
      const { values, options } = splitOptions(args, fragment.inputs.length);
      const calldata = encodeCall(this.interface, fragment, values);
      const task = await this.#orders.call(this.address, calldata, options);
      const decode = (result: Uint8Array): unknown => decodeResult(this.interface, fragment, result);
      return new Task(task, { called: fragment.format(), abi: this.interface, decode });
    };
  }
}

function findFunction(abi: Interface, nameOrSignature: string): FunctionFragment {
  let fragment: FunctionFragment | null = null;
  let cause: unknown;
  try {
    fragment = abi.getFunction(nameOrSignature);
  } catch (error) {
    // ethers throws for an ambiguous name and for text that is no signature.
    cause = error;
  }
  if (fragment === null) throw new EnigmaError("unknown-function", { data: { function: nameOrSignature }, cause });
  return fragment;
}

/** The arguments, and the options if there is one argument more. */
function splitOptions(args: readonly unknown[], count: number): { values: readonly unknown[]; options: TaskOptions } {
  const options = args.length === count + 1 ? args[count] : undefined;
  if (options === undefined) return { values: args.slice(0, Math.max(count, args.length - 1)), options: {} };
  if (!isOptions(options)) return { values: args, options: {} };
  return { values: args.slice(0, count), options };
}

function isOptions(value: unknown): value is TaskOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).every((name) => OPTION_NAMES.includes(name));
}

function encodeCall(abi: Interface, fragment: FunctionFragment, values: readonly unknown[]): Uint8Array {
  try {
    return fromHex(abi.encodeFunctionData(fragment, values));
  } catch (cause) {
    throw new EnigmaError("bad-arguments", { data: { function: fragment.format() }, cause });
  }
}

function nameOf(fragment: object): string | undefined {
  return "name" in fragment ? String(fragment.name) : undefined;
}
