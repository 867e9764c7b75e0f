/**
 * Writes test/vectors anew: `node scripts/vectors/bless.ts`. Nothing here imports host/protocol, so that a vector is a
 * second opinion and not an echo. Review every change of a file as a change of the protocol.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { allVectors, vectorText } from "./all-vectors.ts";

const folder = new URL("../../test/vectors/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, vectors] of Object.entries(allVectors())) {
  writeFileSync(new URL(`${name}.json`, folder), vectorText(vectors));
}
