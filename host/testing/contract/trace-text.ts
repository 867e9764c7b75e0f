/** A trace as a tree of text, one line for each frame. */
import type { ContractFrame, Trace, TraceFrame } from "./trace.ts";

/** Lines that a tree has at most: a test's output is to be read. */
const MOST_LINES = 200;
/** Characters of a value that are shown. */
const MOST_CHARACTERS = 74;

/** Writes the tree. Gas of a frame includes that of the frames below it. */
export function traceText({ root, intrinsicGas, gasUsed, omitted }: Omit<Trace, "toString">): string {
  const lines: string[] = [`${describe(root)}`, `├─ intrinsic · ${intrinsicGas} gas`];
  appendChildren(lines, root.children, "");
  const cut = lines.length - MOST_LINES;
  const shown = cut > 0 ? [...lines.slice(0, MOST_LINES), `… ${cut} more lines`] : lines;
  const more = omitted > 0 ? [`${omitted} frames were not recorded: the run has more than a trace holds.`] : [];
  return [...shown, ...more, `gas used: ${gasUsed}`].join("\n");
}

function appendChildren(lines: string[], children: readonly TraceFrame[], indent: string): void {
  children.forEach((child, index) => {
    const last = index === children.length - 1;
    lines.push(`${indent}${last ? "└─ " : "├─ "}${describe(child)}`);
    appendChildren(lines, child.children, `${indent}${last ? "   " : "│  "}`);
  });
}

function describe(frame: TraceFrame): string {
  switch (frame.kind) {
    case "contract":
      return contractLine(frame);
    case "function":
      return `${frame.name} · ${frame.gas} gas${frame.returned ? "" : " ✗"}`;
    case "host": {
      const args = frame.args.map(({ name, value }) => `${name}: ${short(value)}`).join(", ");
      const result = frame.result === undefined ? "" : ` → ${frame.result === null ? "none" : short(frame.result)}`;
      return `[host] ${frame.name}(${args})${result} · ${frame.gas} gas${frame.returned ? "" : " ✗"}`;
    }
  }
}

function contractLine({ contract, name, function: called, args, gas, ending, result }: ContractFrame): string {
  const title = name ?? contract;
  const given = args
    .map(({ name: label, value }) => (label === "" ? short(value) : `${label}: ${short(value)}`))
    .join(", ");
  const what = called === null ? `(${given})` : `.${called.replace(/\(.*$/, "")}(${given})`;
  const answer = result === undefined ? ending : `${ending} ${short(result)}`;
  return `${title}${what} · ${gas} gas → ${answer}`;
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : plain(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 20)}… (${text.length} characters)`;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  return String(value);
}
