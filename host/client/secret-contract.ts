/**
 * A secret contract as an object: each function of its ABI is a method that orders a task, and each one that changes
 * nothing is a method of `view`, too, which asks for its answer for free.
 *
 * Follows `ethers.Contract` where it can: overloads are reached by signature (`contract["f(uint256)"]`), results are
 * what ethers decodes, `interface` is the ethers Interface.
 */
import type { Abi } from "abitype";
import type { FunctionFragment, Interface } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex } from "../protocol/hex.ts";
import type { ContractMethods, ContractViews } from "./abi-types.ts";
import { decodeResult, Task } from "./task.ts";
import type { TaskOrders } from "./task-orders.ts";
import { TASK_OPTIONS, type TaskOptions } from "./task-terms.ts";
import { viewFailureOf } from "./view-failure.ts";
import { VIEW_OPTIONS, type ViewOptions, type Views } from "./views.ts";

/** A method whose types are not known. */
export type UntypedMethod = (...args: readonly unknown[]) => Promise<Task<unknown>>;
/** A view whose types are not known. */
export type UntypedView = (...args: readonly unknown[]) => Promise<unknown>;

/** What every secret contract has beside its own functions. */
export interface SecretContractBase {
  readonly address: Address;
  readonly interface: Interface;
  /** A function by name or signature. @throws `unknown-function`, also for the bare name of an overloaded one */
  getFunction(nameOrSignature: string): UntypedMethod;
  /** The same as a view. @throws `unknown-function`, also for one that may change something */
  getView(nameOrSignature: string): UntypedView;
  getAddress(): Promise<Address>;
}

/** A secret contract with the methods of its ABI. */
export type SecretContract<abi extends Abi = Abi> = SecretContractBase & {
  /** Functions that change nothing, answered for free on the committed state. */
  readonly view: ContractViews<abi>;
} & ContractMethods<abi>;

/** A secret contract whose ABI is not known to TypeScript. */
export type UntypedSecretContract = SecretContractBase & {
  readonly view: { readonly [method: string]: UntypedView };
} & { readonly [method: string]: UntypedMethod };

/** What contracts are made with. */
export interface ContractContext {
  readonly orders: TaskOrders;
  readonly views: Views;
  /** The ABI that explains the events of a contract, if one is known. */
  readonly abiOf: (contract: Address) => Interface | undefined;
}

/** Makes the object. Functions named like one of its own members are reached by signature. */
export function secretContract(context: ContractContext, address: Address, abi: Interface): SecretContractBase {
  const contract = new ContractObject(context, address, abi);
  abi.forEachFunction((fragment) => {
    for (const name of contract.namesOf(fragment)) {
      define(contract, name, contract.method(fragment));
      if (fragment.constant) define(contract.view, name, contract.viewMethod(fragment));
    }
  });
  return contract;
}

class ContractObject implements SecretContractBase {
  readonly address: Address;
  readonly interface: Interface;
  readonly view: object = Object.create(null) as object;
  readonly #context: ContractContext;

  constructor(context: ContractContext, address: Address, abi: Interface) {
    this.#context = context;
    this.address = address;
    this.interface = abi;
  }

  getFunction(nameOrSignature: string): UntypedMethod {
    return this.method(findFunction(this.interface, nameOrSignature));
  }

  getView(nameOrSignature: string): UntypedView {
    const fragment = findFunction(this.interface, nameOrSignature);
    if (!fragment.constant)
      throw new EnigmaError("unknown-function", { data: { function: `view ${nameOrSignature}` } });
    return this.viewMethod(fragment);
  }

  async getAddress(): Promise<Address> {
    return this.address;
  }

  /** The signature, and the name unless it is overloaded. */
  namesOf(fragment: FunctionFragment): readonly string[] {
    const { fragments } = this.interface;
    const same = fragments.filter((other) => other.type === "function" && nameOf(other) === fragment.name);
    return same.length > 1 ? [fragment.format()] : [fragment.format(), fragment.name];
  }

  method(fragment: FunctionFragment): UntypedMethod {
    return async (...args) => {
      const { values, options } = splitOptions<TaskOptions>(args, fragment.inputs.length, TASK_OPTIONS);
      const { orders, abiOf } = this.#context;
      const abi = this.interface;
      const task = await orders.call(this.address, encodeCall(abi, fragment, values), options);
      const decode = (result: Uint8Array): unknown => decodeResult(abi, fragment, result);
      return new Task(task, { called: fragment.format(), abi, abiOf: (contract) => abiOf(contract) ?? abi, decode });
    };
  }

  viewMethod(fragment: FunctionFragment): UntypedView {
    return async (...args) => {
      const { values, options } = splitOptions<ViewOptions>(args, fragment.inputs.length, VIEW_OPTIONS);
      const calldata = encodeCall(this.interface, fragment, values);
      const ending = await this.#context.views.ask(this.address, calldata, options);
      if (ending.name === "returned") return decodeResult(this.interface, fragment, ending.result);
      throw viewFailureOf(ending, fragment.format(), this.interface);
    };
  }
}

/** A function of an ABI by name or signature. @throws `unknown-function` */
export function findFunction(abi: Interface, nameOrSignature: string): FunctionFragment {
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

/** Calldata of a function. @throws `bad-arguments` */
export function encodeCall(abi: Interface, fragment: FunctionFragment, values: readonly unknown[]): Uint8Array {
  try {
    return fromHex(abi.encodeFunctionData(fragment, values));
  } catch (cause) {
    throw new EnigmaError("bad-arguments", { data: { function: fragment.format() }, cause });
  }
}

/** The arguments, and the options if there is one argument more. */
function splitOptions<O extends object>(
  args: readonly unknown[],
  count: number,
  names: readonly (keyof O & string)[],
): { values: readonly unknown[]; options: Partial<O> } {
  const options = args.length === count + 1 ? args[count] : undefined;
  if (options === undefined) return { values: args.slice(0, Math.max(count, args.length - 1)), options: {} };
  if (!isOptions<O>(options, names)) return { values: args, options: {} };
  return { values: args.slice(0, count), options };
}

function isOptions<O extends object>(value: unknown, names: readonly string[]): value is O {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).every((name) => names.includes(name));
}

function define(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, enumerable: true });
}

function nameOf(fragment: object): string | undefined {
  return "name" in fragment ? String(fragment.name) : undefined;
}
