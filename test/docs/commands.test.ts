/** Commands that documents show are commands that there are, with options that they take. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { COMMANDS } from "../../host/cli/command-list.ts";
import { parseCommandLine } from "../../host/cli/parse-command-line.ts";
import { ROOT } from "../repository/source-files.ts";
import { blocksIn, codeBlocks, DOCUMENTS, DOCUMENTS_WITH_COMMANDS } from "./code-blocks.ts";

const scripts = ["package.json", "templates/every-project/package.json"].flatMap((file) =>
  Object.keys((JSON.parse(readFileSync(path.join(ROOT, file), "utf8")) as { scripts: object }).scripts),
);

/** Lines of shell without comments. Samples and templates do not name the language of their commands. */
function typedLines(documents: readonly string[]): { place: string; line: string }[] {
  const blocks = documents.flatMap(codeBlocks).filter(({ language }) => language === "sh" || language === "");
  return blocks.flatMap(({ place, text }) =>
    text
      .split("\n")
      .map((line) => line.replace(/\s+#.*$|^#.*$/, "").trim())
      .filter((line) => line !== "")
      .map((line) => ({ place, line })),
  );
}

function shellWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

it.each(typedLines(DOCUMENTS_WITH_COMMANDS))("$place: $line", async ({ line }) => {
  const words = shellWords(line).filter((word) => !/^[A-Z_]+=/.test(word));
  if (words[0] === "npx") words.shift();
  const [program, first = "", ...rest] = words;
  if (program === "enigma") {
    const command = await COMMANDS[first]?.load();
    if (command === undefined) throw new Error(`there is no command ${first}`);
    expect(() => parseCommandLine(command, rest)).not.toThrow();
  } else if (program === "npm" && ["start", "test", "run"].includes(first)) {
    expect(scripts).toContain(first === "run" ? rest[0] : first);
  } else if (program === "npm") {
    expect(["install", "pack"]).toContain(first);
  } else {
    expect(["cd", "mkdir", "cargo", "vitest"]).toContain(program);
  }
});

it("is known of every block of code in which language it is", () => {
  const languages = new Set(["sh", "ts", "rust", "toml", "text", "solidity"]);
  const others = DOCUMENTS.flatMap(codeBlocks).filter(({ language }) => !languages.has(language));
  expect(others.map(({ place, language }) => `${place} ${language}`)).toEqual([]);
  expect(blocksIn("ts").length).toBeGreaterThan(5);
});

it("lists every command in the README's table", () => {
  const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, name, summary]) => [name, summary]);
  const listed = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(listed));
});
