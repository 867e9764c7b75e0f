/** A deployed contract in a test: each function of its ABI is a method. */
import type { Abi, AbiFunction, ExtractAbiFunction } from "abitype";
import type { FunctionFragment, Interface } from "ethers";
import type { FunctionResult, Functions, Signature, UniqueNames, Values } from "../../client/abi-types.ts";
import { findFunction } from "../../client/secret-contract.ts";
import type { Address } from "../../protocol/hex.ts";
import type { Account } from "./account.ts";
import type { Call, ViewCall } from "./call.ts";
import type { CallOptions } from "./executor.ts";
import {
  type TestFunctionFacts,
  type TestFunctionPlace,
  testFunction,
  type UntypedTestFunction,
} from "./test-function.ts";

/** One function as a method: its arguments, then options. */
export type TestFunction<F extends AbiFunction> = ((
  ...args: [...Values<F["inputs"], "input">, options?: CallOptions]
) => F["stateMutability"] extends "view" | "pure" ? ViewCall<FunctionResult<F>> : Call<FunctionResult<F>>) &
  TestFunctionFacts;

type TestFunctions<abi extends Abi> = {
  readonly [N in UniqueNames<abi>]: TestFunction<ExtractAbiFunction<abi, N>>;
} & {
  readonly [F in Functions<abi> as Signature<F>]: TestFunction<F>;
};

/** What every contract has beside its own functions. */
export interface TestContractBase {
  readonly address: Address;
  /** The artifact's name; undefined for one deployed from bytes. */
  readonly name: string | undefined;
  readonly interface: Interface;
  /** A function by name or signature. @throws EnigmaError `unknown-function`, also for the bare name of an overloaded one */
  getFunction(nameOrSignature: string): UntypedTestFunction;
}

/** A contract with the methods of its ABI. Functions named like one of its own members are reached by signature. */
export type TestContract<abi extends Abi = Abi> = TestContractBase &
  TestFunctions<abi> & {
    /** The same contract, called from another account. */
    connect(account: Account): TestContract<abi>;
  };

/** A contract whose ABI TypeScript does not know. */
export type UntypedTestContract = TestContractBase & {
  connect(account: Account): UntypedTestContract;
} & { readonly [method: string]: UntypedTestFunction };

/** The type of a contract by its ABI, as exact as that is known. */
export type ContractOf<abi extends Abi> = Abi extends abi ? UntypedTestContract : TestContract<abi>;

/** Makes the object of a contract. */
export function testContract(place: TestFunctionPlace): TestContractBase & { connect(account: Account): unknown } {
  const { contract: address, contractName: name, abi } = place;
  const contract = {
    ...{ address, name, interface: abi },
    connect: (from: Account) => testContract({ ...place, from }),
    getFunction: (nameOrSignature: string) => testFunction(place, findFunction(abi, nameOrSignature)),
  };
  const count = new Map<string, number>();
  abi.forEachFunction(({ name }) => void count.set(name, (count.get(name) ?? 0) + 1));
  abi.forEachFunction((fragment) => {
    const names = count.get(fragment.name) === 1 ? [fragment.format(), fragment.name] : [fragment.format()];
    defineMethod(contract, names, place, fragment);
  });
  return contract;
}

/** A method is made when it is first asked for: contracts have many functions and tests call few. */
function defineMethod(contract: object, names: string[], place: TestFunctionPlace, fragment: FunctionFragment): void {
  let method: UntypedTestFunction | undefined;
  const get = (): UntypedTestFunction => {
    method ??= testFunction(place, fragment);
    return method;
  };
  for (const name of names) {
    if (!(name in contract)) Object.defineProperty(contract, name, { get, enumerable: true });
  }
}
