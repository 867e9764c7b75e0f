/** Blocks of code in documents. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../repository/source-files.ts";

/** Documents whose code has to be true. */
export const DOCUMENTS = ["README.md", ...globSync("docs/*.md", { cwd: ROOT }).sort()];

/** Documents that show commands. */
export const DOCUMENTS_WITH_COMMANDS = [
  ...DOCUMENTS,
  ...globSync(["templates/*/README.md", "contracts/secret/*/README.md"], { cwd: ROOT }).sort(),
];

export interface CodeBlock {
  /** As a place that editors open: `README.md:12`. */
  readonly place: string;
  /** Empty where the block names none. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a document, in order. */
export function codeBlocks(document: string): CodeBlock[] {
  const text = readFileSync(path.join(ROOT, document), "utf8");
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = "", 2: block = "", index }) => ({
    place: `${document}:${text.slice(0, index).split("\n").length}`,
    language,
    text: block,
  }));
}

/** The blocks of all documents in one language. */
export function blocksIn(language: string, documents = DOCUMENTS): CodeBlock[] {
  return documents.flatMap(codeBlocks).filter((block) => block.language === language);
}
