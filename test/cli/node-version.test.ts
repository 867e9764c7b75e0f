import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { LEAST_NODE, nodeComplaint } from "../../host/cli/node-version.ts";
import { ROOT } from "../repository/source-files.ts";

it.each(["18.20.0", "20.19.5", "22.11.0"])("Node %s is refused, with the version that is wanted", (version) => {
  expect(nodeComplaint(version)).toBe(
    `node-too-old: Node ${version} is too old: Enigma needs 22.12.0 or newer.\nInstall a newer one from https://nodejs.org, or with: nvm install 22`,
  );
});

it.each(["22.12.0", "22.13.1", "23.0.0", "24.19.0", "26.10.0"])("Node %s is taken", (version) => {
  expect(nodeComplaint(version)).toBeUndefined();
});

it("is the version that npm is told", () => {
  const { engines } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(`${engines.node}.0`).toBe(`>=${LEAST_NODE}`);
});
