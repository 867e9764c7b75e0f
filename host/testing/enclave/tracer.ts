/**
 * Records how a run goes: which functions it enters, what it asks of the host, which contracts it calls, and the gas of each.
 *
 * Gas is read from the instance's own counter on both sides of a function or a host call, so that it is what was charged, to the
 * unit. Modules that are traced tell `enigma:trace` which function they enter and leave.
 */
import { toHex } from "../../protocol/hex.ts";
import type { Engine, EngineOptions, GuestSlot, HostFunctions, HostImport, RunOutcome } from "./debug-package.ts";
import { HOST_PARAMETERS } from "./host-interface.ts";

const HOST_MODULE = "enigma:contract/host@0.1.0";
const TRACE_MODULE = "enigma:trace";

/** Frames that are kept; a contract that loops for a second would fill the memory of the test. */
const MOST_FRAMES = 50_000;

/** A frame while and after it is recorded. */
export interface RecordedFrame {
  readonly kind: "contract" | "function" | "host";
  /** Of a host call: its name. */
  readonly name: string;
  /** Of a function. */
  readonly index: number;
  gas: bigint;
  returned: boolean;
  args: readonly (Uint8Array | bigint | number | boolean)[];
  result: unknown;
  /** Of a contract: which entry point, and its input. */
  entry?: string;
  input?: Uint8Array;
  outcome?: RunOutcome;
  readonly children: RecordedFrame[];
}

/** What a traced run came to. */
export interface RecordedRun {
  /** The called contract; undefined where nothing of it ran. */
  readonly root: RecordedFrame | undefined;
  /** Intrinsic gas included. */
  readonly gasUsed: bigint;
  /** Frames that were not kept. */
  readonly omitted: number;
}

interface OpenFrame {
  readonly frame: RecordedFrame;
  /** Gas left when it began. */
  readonly before: bigint;
  /** Of a contract: reads the gas that its instance has left. */
  left?: () => bigint;
}

/** Records one run at a time. */
export class Tracer {
  #open: OpenFrame[] = [];
  #root: RecordedFrame | undefined;
  #frames = 0;
  #omitted = 0;

  /** Records what `run` runs; it answers the gas. */
  record(run: () => bigint): RecordedRun {
    this.#open = [];
    this.#root = undefined;
    this.#frames = 0;
    this.#omitted = 0;
    const gasUsed = run();
    return { root: this.#root, gasUsed, omitted: this.#omitted };
  }

  /** An engine that records. */
  engine(make: (options: EngineOptions) => Engine): Engine {
    const engine = make({ reuse: false, imports: (imports, slot) => this.#imports(imports, slot) });
    return {
      compile: (instrumented) => engine.compile(instrumented),
      run: (...call) => {
        const [, entry, input, gasLimit] = call as unknown as [object, string, Uint8Array, bigint];
        const depth = this.#open.length;
        const frame = this.#begin({ kind: "contract", name: "", index: 0 }, gasLimit);
        frame.entry = entry;
        frame.input = input.slice();
        this.#root ??= frame;
        const opened = this.#open.at(-1);
        const outcome = engine.run(...call);
        this.#close(depth + 1, opened?.left?.() ?? 0n);
        frame.outcome = outcome;
        frame.gas = outcome.gasUsed ?? 0n;
        frame.returned = outcome.kind === "returned";
        this.#open.length = depth;
        return outcome;
      },
    };
  }

  /** Host functions whose arguments and answers are recorded, lifted as the enclave gets them. */
  host(host: HostFunctions): HostFunctions {
    const recorded = Object.entries(host).map(([name, answer]) => [
      name,
      (...args: never[]) => {
        const frame = this.#open.at(-1)?.frame;
        const isCalled = frame?.kind === "host" && name !== "endCall";
        if (isCalled) frame.args = args.map((arg: unknown) => copied(arg));
        const result = answer(...args);
        if (isCalled) frame.result = copied(result);
        if (name === "endCall" && frame?.kind === "host") frame.result = copied(result);
        return result;
      },
    ]);
    return Object.fromEntries(recorded) as HostFunctions;
  }

  #imports(imports: Record<string, HostImport>, slot: GuestSlot): WebAssembly.Imports {
    const left = (): bigint => {
      const { value } = slot.guest.exports.enigma_gas;
      return value < 0n ? 0n : value;
    };
    const contract = this.#open.at(-1);
    if (contract !== undefined) contract.left = left;
    const wrapped = Object.entries(imports).map(([name, call]) => [name, this.#hostCall(name, call, slot, left)]);
    return {
      [HOST_MODULE]: Object.fromEntries(wrapped) as WebAssembly.ModuleImports,
      [TRACE_MODULE]: {
        enter: (index: number) => void this.#begin({ kind: "function", name: "", index }, left()),
        leave: () => this.#end(left(), true),
      },
    };
  }

  #hostCall(name: string, call: HostImport, slot: GuestSlot, left: () => bigint): HostImport {
    return (...words) => {
      const depth = this.#open.length;
      const frame = this.#begin({ kind: "host", name, index: 0 }, left());
      if (name === "panic") frame.args = [panicMessage(words, slot)];
      try {
        const result = call(...words);
        if (name === "gas-left") frame.result = result;
        this.#close(depth + 1, left());
        this.#end(left(), true);
        return result;
      } catch (signal) {
        this.#close(depth, left());
        throw signal;
      }
    };
  }

  #begin(what: Pick<RecordedFrame, "kind" | "name" | "index">, before: bigint): RecordedFrame {
    const frame: RecordedFrame = { ...what, gas: 0n, returned: false, args: [], result: undefined, children: [] };
    const parent = this.#open.at(-1)?.frame;
    if (this.#frames < MOST_FRAMES) {
      this.#frames += 1;
      parent?.children.push(frame);
    } else {
      this.#omitted += 1;
    }
    this.#open.push({ frame, before });
    return frame;
  }

  #end(left: bigint, returned: boolean): void {
    const ended = this.#open.pop();
    if (ended === undefined) return;
    ended.frame.gas = ended.before - left;
    ended.frame.returned = returned;
  }

  /** Closes what is open below `depth`: a run that traps leaves no function. */
  #close(depth: number, left: bigint): void {
    while (this.#open.length > depth) this.#end(left, false);
  }
}

function copied(value: unknown): Uint8Array | bigint | number | boolean {
  return value instanceof Uint8Array ? value.slice() : (value as bigint | number | boolean);
}

function panicMessage([pointer, length]: readonly (number | bigint)[], { guest }: GuestSlot): Uint8Array {
  try {
    return guest.read(Number(pointer), Number(length));
  } catch {
    // A pointer outside of memory: the call itself traps by it.
    return new Uint8Array();
  }
}

/** Arguments of a host call with their names. */
export function namedArguments(frame: RecordedFrame): readonly { name: string; value: string | bigint | number }[] {
  const names = HOST_PARAMETERS[frame.name] ?? [];
  return frame.args.map((arg, index) => ({ name: names[index] ?? `argument ${index}`, value: shown(arg) }));
}

/** A value of the host interface as traces show it. */
export function shown(value: Uint8Array | bigint | number | boolean): string | bigint | number {
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === "boolean" ? String(value) : value;
}
