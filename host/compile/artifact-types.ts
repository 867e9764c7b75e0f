import path from "node:path";
import type { Artifact } from "../project/artifact.ts";

/** The file of an artifact's types. */
export function typesFile(folder: string, name: string): string {
  return path.join(folder, `${name}.ts`);
}

/** TypeScript that gives tests the names, arguments and results of a contract. */
export function artifactTypes({ name, abi }: Pick<Artifact, "name" | "abi">): string {
  return `// Made by \`enigma compile\` from the contract "${name}": what is written here by hand is lost.

export const abi = ${JSON.stringify(abi, null, 2)} as const;

declare module "enigma-simulator/testing" {
  interface Artifacts {
    ${JSON.stringify(name)}: typeof abi;
  }
}
`;
}
