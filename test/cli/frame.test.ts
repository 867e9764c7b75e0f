/** What all commands have in common, without running one. */
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Command } from "../../host/cli/command.ts";
import { defineCommand } from "../../host/cli/command.ts";
import { COMMANDS } from "../../host/cli/command-list.ts";
import { parseCount, parseWhole } from "../../host/cli/option-values.ts";
import { Output } from "../../host/cli/output.ts";
import { parseCommandLine } from "../../host/cli/parse-command-line.ts";
import { editDistance, suggestion } from "../../host/project/suggestion.ts";
import { VERSION } from "../../host/protocol/version.ts";
import { runCaptured, runCapturedIn } from "./captured-terminal.ts";
import { expectGolden } from "./golden.ts";

const NAMES = Object.keys(COMMANDS);

describe("help", () => {
  it("lists the commands", async () => {
    const { status, stdout, stderr } = await runCaptured("--help");
    expect([status, stderr]).toEqual([0, ""]);
    expectGolden("help", stdout);
    for (const typed of [[], ["help"], ["-h"]]) expect((await runCaptured(...typed)).stdout).toBe(stdout);
  });

  it.each(NAMES)("tells what %s takes, with examples", async (name) => {
    const { status, stdout, stderr } = await runCaptured(name, "--help");
    expect([status, stderr]).toEqual([0, ""]);
    expectGolden(`help-${name}`, stdout);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(130);
    expect((await runCaptured("help", name)).stdout).toBe(stdout);
    // Help is asked for where something else is wrong, too.
    expect((await runCaptured(name, "--no-such-option", "-h")).stdout).toBe(stdout);
  });

  it.each(NAMES)("of %s shows examples that the command understands", async (name) => {
    const command = (await COMMANDS[name]?.load()) as Command;
    expect(command.name).toBe(name);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { command: typed } of command.examples) {
      const [first, second, ...words] = shellWords(typed);
      expect([first, second]).toEqual(["enigma", name]);
      expect(() => parseCommandLine(command, words)).not.toThrow();
    }
  });

  it("is JSON where that is asked for", async () => {
    const all = JSON.parse((await runCaptured("--help", "--json")).stdout);
    expect(all.commands.map(({ command }: { command: string }) => command)).toEqual(NAMES);
    expect(JSON.parse((await runCaptured("start", "--help", "--json")).stdout)).toMatchObject({ command: "start" });
  });
});

describe("what is not understood", () => {
  it.each([
    ["an unknown command", ["strat"]],
    ["an unknown option", ["start", "--wlak"]],
    ["an option without its value", ["start", "--workers"]],
    ["a missing option", ["worker"]],
    ["an argument too many", ["start", "counter"]],
    ["a value that does not fit", ["start", "--workers", "ten"]],
  ] as const)("is told with code, sentence and hint, exit code 2: %s", async (what, argv) => {
    const { status, stdout, stderr } = await runCaptured(...argv);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("cli-usage: ");
    expectGolden(`usage/${what.replaceAll(" ", "-")}`, stderr);
  });

  it("is JSON on standard output where that is asked for", async () => {
    const { status, stdout } = await runCaptured("start", "--wlak", "--json");
    expect([status, JSON.parse(stdout)]).toMatchObject([
      2,
      { error: { code: "cli-usage", sentence: expect.any(String) } },
    ]);
  });
});

it("tells its version", async () => {
  expect((await runCaptured("--version")).stdout).toBe(`${VERSION}\n`);
});

describe("colour", () => {
  const colour = "\x1b[";
  const helpIn = async (isTTY: boolean, env: NodeJS.ProcessEnv) =>
    (await runCapturedIn({ isTTY, env }, "--help")).stdout.includes(colour);

  it("is for terminals, unless one asks for it or for none", async () => {
    expect(await helpIn(true, {})).toBe(true);
    expect(await helpIn(false, {})).toBe(false);
    expect(await helpIn(true, { NO_COLOR: "1" })).toBe(false);
    expect(await helpIn(true, { NO_COLOR: "" })).toBe(true);
    expect(await helpIn(true, { TERM: "dumb" })).toBe(false);
    expect(await helpIn(false, { FORCE_COLOR: "1" })).toBe(true);
    expect(await helpIn(true, { FORCE_COLOR: "0" })).toBe(false);
    expect(await helpIn(false, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
  });

  it("changes nothing but colour", async () => {
    const plain = (await runCaptured("start", "--help")).stdout;
    const coloured = (await runCapturedIn({ isTTY: true }, "start", "--help")).stdout;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a terminal begins with one
    expect(coloured.replaceAll(/\x1b\[\d+m/g, "")).toBe(plain);
  });
});

describe("a command line", () => {
  const command = defineCommand({
    ...{ name: "sample", examples: [], stops: "at-once" },
    positionals: { contract: { summary: "" }, args: { summary: "", many: true, optional: true } },
    options: {
      from: { summary: "", value: "ACCOUNT", default: "alice" },
      gas: { summary: "", value: "GAS", short: "g", parse: parseWhole },
      touches: { summary: "", value: "CONTRACT", multiple: true },
      dry: { summary: "" },
    },
    run: async () => undefined,
  });
  const parse = (...argv: string[]) => parseCommandLine(command, argv);

  it("has options anywhere, and numbers below zero among its arguments", () => {
    expect(parse("--dry", "counter", "-5", "--gas=7", "-.5", "--touches", "a", "[1,-2]", "--touches=b")).toEqual({
      positionals: { contract: "counter", args: ["-5", "-.5", "[1,-2]"] },
      options: { from: "alice", gas: 7n, touches: ["a", "b"], dry: true },
    });
  });

  it("has no options after two dashes", () => {
    expect(parse("counter", "--", "--dry", "-g").positionals).toEqual({ contract: "counter", args: ["--dry", "-g"] });
  });

  it("takes short names", () => {
    expect(parse("counter", "-g", "5").options).toMatchObject({ gas: 5n });
  });

  it("gives every argument through as it was typed", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(parse("counter", "--", ...words).positionals.args).toEqual(words);
      }),
    );
  });

  it("refuses counts outside of their range, and numbers that are none", () => {
    const refused = expect.objectContaining({ code: "cli-usage" });
    for (const text of ["-1", "1.5", "", "0x10", "1_00", "1e3"])
      expect(() => parseWhole(text, "--gas")).toThrow(refused);
    expect(parseWhole("5_000_000", "--gas")).toBe(5_000_000n);
    expect(() => parseCount(1, 9)("10", "--workers")).toThrow(refused);
  });
});

describe("a suggestion", () => {
  it("is the nearest name, or none", () => {
    expect(suggestion("strat", NAMES)).toBe("start");
    expect(suggestion("--wokrers", ["--walk", "--workers"])).toBe("--workers");
    expect(suggestion("incrment", ["value", "increment"])).toBe("increment");
    expect(suggestion("quantum", ["value", "increment"])).toBeUndefined();
  });

  it("counts edits the same from both sides, none between equal words", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (first, second) => {
        expect(editDistance(first, second)).toBe(editDistance(second, first));
        expect(editDistance(first, second) === 0).toBe(first === second);
        expect(editDistance(first, second)).toBeLessThanOrEqual(Math.max(first.length, second.length));
      }),
    );
  });
});

describe("progress", () => {
  afterEach(() => void vi.useRealTimers());

  async function during(isTTY: boolean, milliseconds: number): Promise<string> {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const written: string[] = [];
    const stderr = { isTTY, write: (text: string) => written.push(text) };
    const stdout = { write: () => undefined };
    const out = new Output({ stdin: process.stdin, stdout, stderr, env: {}, cwd: "" }, false);
    await out.during("waiting", async (say) => {
      say("still waiting");
      vi.advanceTimersByTime(milliseconds);
    });
    vi.advanceTimersByTime(milliseconds);
    return written.join("");
  }

  it("is a line on a terminal that goes away again", async () => {
    const shown = await during(true, 1_500);
    expect(shown).toContain("still waiting 1.5 s");
    expect(shown.endsWith("\r\x1b[2K")).toBe(true);
  });

  it("is nothing for what is fast, and where no terminal is", async () => {
    expect(await during(true, 500)).toBe("");
    expect(await during(false, 1_500)).toBe("");
  });
});

/** Words of a command as a shell would part them, with single quotes. */
function shellWords(typed: string): string[] {
  return [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
