import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { cargo } from "../verify/cargo.ts";
import { ROOT } from "../verify/root.ts";
import { calldata, type Engine, type Timing, type Work } from "./engine-work.ts";

const WORKSPACE = "enclave-wasm";
const PROGRAM = "enigma-engine-bench";

/** Builds `enclave-wasm/engine-bench`; quick when it is built already. */
export async function buildNativeProgram(): Promise<string> {
  const { code } = await cargo(WORKSPACE, ["build", "--release", "--locked", "--quiet", "--package", PROGRAM]);
  if (code !== 0) throw new Error(`cargo could not build ${PROGRAM}`);
  const folder = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, WORKSPACE, "target");
  return path.join(folder, "release", PROGRAM);
}

/** wasmi and native Rust, both in one process that answers a line with a line. */
export class NativeProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** @param instrumented path of the instrumented contract */
  constructor(program: string, instrumented: string) {
    this.#child = spawn(program, [instrumented], { stdio: ["pipe", "pipe", "inherit"] });
    if (this.#child.stdout === null) throw new Error("no pipe");
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  engines(): Engine[] {
    return [
      {
        name: "wasmi, native",
        run: (work) => this.#ask(`wasmi call ${Buffer.from(calldata(work)).toString("hex")} ${work.times}`, work),
      },
      { name: "native Rust", run: (work) => this.#ask(`native ${work.method} ${work.size} ${work.times}`, work) },
    ];
  }

  close(): void {
    this.#child.stdin?.end();
  }

  async #ask(request: string, { times }: Work): Promise<Timing> {
    this.#child.stdin?.write(`${request}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${PROGRAM} ended`);
    const [nanoseconds = "", gas = "", result = ""] = (value as string).split(" ");
    if (nanoseconds === "error") throw new Error(value as string);
    return { milliseconds: Number(nanoseconds) / 1e6 / times, gas: BigInt(gas), result };
  }
}
