/**
 * TypeScript types of a contract's methods, from its ABI.
 *
 * The values are those of ethers: every integer comes back as `bigint`, bytes as hex, a tuple as an object with its
 * fields; what goes in may also be a `number`, a `Uint8Array`, or a tuple as an array.
 */
import type { Abi, AbiFunction, AbiParameter, ExtractAbiFunction, ExtractAbiFunctionNames } from "abitype";
import type { Result } from "ethers";
import type { ContractEvent, TypedEvent } from "./contract-event.ts";
import type { Task } from "./task.ts";
import type { TaskOptions } from "./task-terms.ts";
import type { ViewOptions } from "./views.ts";

type Direction = "input" | "output";
type AbiParameters = readonly AbiParameter[];
type Components<P> = P extends { readonly components: infer C extends AbiParameters } ? C : readonly [];

/** The TypeScript type of one parameter. */
export type AbiValue<P extends AbiParameter, D extends Direction> = TypeValue<P["type"], P, D>;

type TypeValue<T extends string, P, D extends Direction> = T extends `${infer Head}[${infer Sizes}]`
  ? readonly TypeValue<WithoutLastBrackets<Head, Sizes>, P, D>[]
  : T extends "tuple"
    ? TupleValue<Components<P>, D>
    : ScalarValue<T, D>;

/** The last brackets of a type are the outermost array: an element of `uint8[2][]` is a `uint8[2]`. */
type WithoutLastBrackets<Head extends string, Sizes extends string> = Sizes extends `${infer Inner}][${infer Outer}`
  ? WithoutLastBrackets<`${Head}[${Inner}]`, Outer>
  : Head;

type TupleValue<C extends AbiParameters, D extends Direction> =
  | { readonly [P in C[number] as P["name"] extends string ? P["name"] : never]: AbiValue<P, D> }
  | (D extends "input" ? Values<C, D> : never);

type ScalarValue<T extends string, D extends Direction> = T extends `${"u" | ""}int${string}`
  ? D extends "input"
    ? bigint | number
    : bigint
  : T extends `bytes${string}`
    ? D extends "input"
      ? string | Uint8Array
      : string
    : T extends "bool"
      ? boolean
      : string;

/** Several parameters as a tuple of their types. */
export type Values<C extends AbiParameters, D extends Direction> = { readonly [I in keyof C]: AbiValue<C[I], D> };

/** What a function returns: nothing, its one value, or an ethers Result of several. */
export type FunctionResult<F extends AbiFunction> = F["outputs"] extends readonly []
  ? undefined
  : F["outputs"] extends readonly [infer Only extends AbiParameter]
    ? AbiValue<Only, "output">
    : Result & Values<F["outputs"], "output"> & NamedOutputs<F["outputs"]>;

/** Several parameters as an object of those that have names. */
export type NamedOutputs<O extends AbiParameters> = {
  readonly [P in O[number] as P["name"] extends "" | undefined ? never : P["name"] & string]: AbiValue<P, "output">;
};

/** One function as a method: its arguments, then options; resolves when the gateway has the task. */
export type ContractMethod<F extends AbiFunction, E extends ContractEvent = ContractEvent> = Method<
  F["inputs"],
  FunctionResult<F>,
  E
>;

type Method<I extends AbiParameters, R, E extends ContractEvent> = (
  ...args: [...Values<I, "input">, options?: TaskOptions]
) => Promise<Task<R, E>>;

/** A function that changes nothing: asked for its answer, it costs nothing; its arguments, then options. */
export type ViewMethod<F extends AbiFunction> = (
  ...args: [...Values<F["inputs"], "input">, options?: ViewOptions]
) => Promise<FunctionResult<F>>;

/** A parameter's type as it stands in a signature: tuples are written out. */
type SignatureType<P extends AbiParameter> = P["type"] extends `tuple${infer Brackets}`
  ? `(${SignatureTypes<Components<P>>})${Brackets}`
  : P["type"];

type SignatureTypes<C extends AbiParameters> = C extends readonly [
  infer First extends AbiParameter,
  ...infer Rest extends AbiParameters,
]
  ? Rest extends readonly []
    ? SignatureType<First>
    : `${SignatureType<First>},${SignatureTypes<Rest>}`
  : "";

export type Functions<abi extends Abi> = Extract<abi[number], { readonly type: "function" }>;
type IsUnion<T, Each = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [Each] extends [T]
      ? false
      : true
    : never;

export type UniqueNames<abi extends Abi> = {
  [N in ExtractAbiFunctionNames<abi>]: IsUnion<ExtractAbiFunction<abi, N>> extends true ? never : N;
}[ExtractAbiFunctionNames<abi>];

/** All functions of a contract: by name, unless the name is overloaded, and by signature. */
export type ContractMethods<abi extends Abi> = {
  readonly [N in UniqueNames<abi>]: ContractMethod<ExtractAbiFunction<abi, N>, TypedEvent<abi>>;
} & {
  readonly [F in Functions<abi> as Signature<F>]: ContractMethod<F, TypedEvent<abi>>;
};

export type Signature<F extends AbiFunction> = `${F["name"]}(${SignatureTypes<F["inputs"]>})`;
type Reading = { readonly stateMutability: "view" | "pure" };

/** The functions of a contract that change nothing, reached as `ContractMethods` are. */
export type ContractViews<abi extends Abi> = {
  readonly [N in UniqueNames<abi> as ExtractAbiFunction<abi, N> extends Reading ? N : never]: ViewMethod<
    ExtractAbiFunction<abi, N>
  >;
} & {
  readonly [F in Extract<Functions<abi>, Reading> as Signature<F>]: ViewMethod<F>;
};

/** The constructor's arguments; none if the ABI has no constructor. */
export type ConstructorArguments<abi extends Abi> = InputsOf<Extract<abi[number], { readonly type: "constructor" }>>;

type InputsOf<F> = [F] extends [never]
  ? readonly []
  : F extends { readonly inputs: infer I extends AbiParameters }
    ? Values<I, "input">
    : readonly [];
