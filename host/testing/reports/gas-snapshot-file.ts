/** The gas of calls as a test file has seen it before: `__gas__/<test file>.json` beside it, to be committed. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** How missing and changed entries are treated: as vitest does with its snapshots. */
export type GasSnapshotUpdate = "all" | "new" | "none";

/** What a comparison came to. */
export type GasComparison =
  | { readonly kind: "equal" | "written" }
  | { readonly kind: "changed"; readonly expected: bigint }
  | { readonly kind: "missing" };

export class GasSnapshotFile {
  readonly path: string;
  readonly #entries: Map<string, string>;

  /** @throws SyntaxError for a file that is not JSON */
  constructor(testFile: string) {
    const name = `${path.basename(testFile).replace(/\.[cm]?[jt]sx?$/, "")}.json`;
    this.path = path.join(path.dirname(testFile), "__gas__", name);
    this.#entries = new Map(Object.entries(read(this.path)));
  }

  /** Compares, and writes where that is asked for. */
  compare(key: string, gas: bigint, update: GasSnapshotUpdate): GasComparison {
    const expected = this.#entries.get(key);
    if (expected === gas.toString()) return { kind: "equal" };
    if (expected !== undefined && update !== "all") return { kind: "changed", expected: BigInt(expected) };
    if (expected === undefined && update === "none") return { kind: "missing" };
    this.#entries.set(key, gas.toString());
    this.#write();
    return { kind: "written" };
  }

  #write(): void {
    const sorted = Object.fromEntries([...this.#entries].sort(([left], [right]) => (left < right ? -1 : 1)));
    mkdirSync(path.dirname(this.path), { recursive: true });
    writeFileSync(`${this.path}.new`, `${JSON.stringify(sorted, null, 2)}\n`);
    renameSync(`${this.path}.new`, this.path);
  }
}

function read(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
