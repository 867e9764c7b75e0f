// What begins a build under `--watch`.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchSources } from "../../host/compile/watch.ts";
import { loadProject } from "../../host/project/load-config.ts";
import { TinyProject, world } from "./tiny-project.ts";

let folder: TinyProject;
beforeEach(() => {
  folder = new TinyProject({ one: world("at") });
});
afterEach(() => folder.remove());

describe("a watch", () => {
  it("builds at once, and again after each change of a source until it is stopped", async () => {
    const project = await loadProject(folder.folder);
    const controller = new AbortController();
    const seen: string[] = [];
    const build = async () => {
      seen.push(readFileSync(folder.place("contracts/one/src/lib.rs"), "utf8"));
      if (seen.at(-1) === "second") controller.abort();
      else folder.write("contracts/one/src/lib.rs", seen.length === 1 ? "first" : "second");
    };
    await watchSources(project, build, controller.signal);
    expect(seen[0]).toBe(world("at"));
    expect(seen).toContain("first");
    expect(seen.at(-1)).toBe("second");
  });
});
