import { readFileSync } from "node:fs";
import path from "node:path";
import { Interface, type InterfaceAbi } from "ethers";
import { ROOT } from "../verify/root.ts";

/** One piece of work of the bench contract. */
export interface Work {
  readonly title: string;
  /** The contract's method, which is also the name of the native function. */
  readonly method: string;
  readonly size: number;
  /** Runs that are timed together: one is too short for the clock, or its share of collecting garbage is a matter of luck. */
  readonly times: number;
  readonly unit: "ms" | "µs";
  /** Counts for the geometric mean. */
  readonly computation: boolean;
}

/** What a contract may do: compute, use its state, or nothing at all. */
export const WORKS: readonly Work[] = [
  { title: "sha256 of 1 MiB", method: "sha256InWasm", size: 1_048_576, times: 1, unit: "ms", computation: true },
  { title: "20 secp256k1 verifications", method: "verifyInWasm", size: 20, times: 1, unit: "ms", computation: true },
  { title: "sort of 200,000", method: "sort", size: 200_000, times: 1, unit: "ms", computation: true },
  { title: "ordered map of 100,000", method: "orderedMap", size: 100_000, times: 1, unit: "ms", computation: true },
  { title: "10,000 state reads and writes", method: "state", size: 10_000, times: 8, unit: "ms", computation: false },
  { title: "empty call", method: "empty", size: 0, times: 100, unit: "µs", computation: false },
];

/** One timed round of a piece of work. */
export interface Timing {
  /** Of a single run. */
  readonly milliseconds: number;
  /** 0 where nothing is metered. */
  readonly gas: bigint;
  /** The result in hex, equal on every engine. */
  readonly result: string;
}

/** Something that can do the work. */
export interface Engine {
  readonly name: string;
  run(work: Work): Timing | Promise<Timing>;
  close?(): Promise<void>;
}

const FOLDER = path.join(ROOT, "contracts/dist/bench");
const abi = new Interface(JSON.parse(readFileSync(path.join(FOLDER, "abi.json"), "utf8")) as InterfaceAbi);

/** The bench contract as the set-up builds it. */
export function benchModule(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(path.join(FOLDER, "bench.wasm")));
}

export function calldata({ method, size }: Work): Uint8Array {
  const data = abi.encodeFunctionData(method, size === 0 ? [] : [size]);
  return new Uint8Array(Buffer.from(data.slice(2), "hex"));
}

/** Times `times` runs and answers with one of them. */
export function timed(times: number, run: () => { gas: bigint; data: Uint8Array }): Timing {
  const start = performance.now();
  let last = run();
  for (let count = 1; count < times; count++) last = run();
  const milliseconds = (performance.now() - start) / times;
  return { milliseconds, gas: last.gas, result: Buffer.from(last.data).toString("hex") };
}
