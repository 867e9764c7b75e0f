import path from "node:path";
import { cargo } from "../verify/cargo.ts";
import { ROOT } from "../verify/root.ts";
import type { CheckedRun, ObservedRun } from "./checked-run.ts";
import { LineProcess } from "./line-process.ts";

const WORKSPACE = "enclave-wasm";
const PROGRAM = "enigma-engine-check";

/** Bytes that a random contract is made of, unless it is being made smaller. */
export const FULL_SIZE = 3_000;

/** A random contract with what wasmi makes of it, or the rule that it breaks. */
export type RandomContract =
  | { readonly module: string; readonly instrumented: string; readonly runs: readonly ObservedRun[] }
  | { readonly refused: string; readonly sentence: string };

/** wasmi in a native process. */
export class NativeCheck {
  readonly #process: LineProcess;

  /** @param program what {@link buildNativeCheck} answered */
  constructor(program: string) {
    this.#process = new LineProcess(program, [], PROGRAM);
  }

  /** The contract of a seed. */
  randomContract(seed: number, size = FULL_SIZE): Promise<RandomContract> {
    return this.#ask(`contract ${seed} ${size}`);
  }

  /** Puts an instrumented contract (hex) in the place of the one before, with an empty state. */
  async deploy(instrumented: string): Promise<void> {
    await this.#ask(`deploy ${instrumented}`);
  }

  /** Runs an entry point of the deployed contract. */
  run({ entry, input, gasLimit, sender = "11".repeat(20) }: CheckedRun): Promise<ObservedRun> {
    return this.#ask(`run ${entry} ${input === "" ? "-" : input} ${gasLimit} ${sender}`);
  }

  /** Any other request of the program. */
  request<T>(line: string): Promise<T> {
    return this.#ask(line);
  }

  close(): void {
    this.#process.close();
  }

  async #ask<T>(line: string): Promise<T> {
    const answer = await this.#process.ask<T | { error: string }>(line);
    if (typeof answer === "object" && answer !== null && "error" in answer)
      throw new Error(`${PROGRAM}: ${answer.error}`);
    return answer as T;
  }
}

/** Builds `enclave-wasm/engine-check` as `cargo test` does; quick when it is built already. */
export async function buildNativeCheck(): Promise<string> {
  const { code } = await cargo(WORKSPACE, ["build", "--locked", "--quiet", "--package", PROGRAM]);
  if (code !== 0) throw new Error(`cargo could not build ${PROGRAM}`);
  const folder = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, WORKSPACE, "target");
  return path.join(folder, "debug", PROGRAM);
}
