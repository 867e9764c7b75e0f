import { existsSync, readFileSync } from "node:fs";
import { type Artifact, readArtifact } from "../project/artifact.ts";
import type { Project } from "../project/project.ts";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { artifactTypes, typesFile } from "./artifact-types.ts";
import { RULES } from "./rules.ts";

/** The artifact of a contract, if it was made from these sources and its types stand beside it where they are wanted. */
export function currentArtifact(project: Project, name: string, sources: Hash): Artifact | undefined {
  const artifact = whole(project.artifacts, name);
  if (artifact?.sourceHash !== sources || artifact.rules !== RULES) return undefined;
  return !project.typescript || hasTypes(project, artifact) ? artifact : undefined;
}

function hasTypes(project: Project, artifact: Artifact): boolean {
  const file = typesFile(project.artifacts, artifact.name);
  return existsSync(file) && readFileSync(file, "utf8") === artifactTypes(artifact);
}

/** One that is missing or damaged is made again. */
function whole(folder: string, name: string): Artifact | undefined {
  try {
    return readArtifact(folder, name);
  } catch (error) {
    if (isEnigmaError(error, "artifact-missing") || isEnigmaError(error, "artifact-invalid")) return undefined;
    throw error;
  }
}
