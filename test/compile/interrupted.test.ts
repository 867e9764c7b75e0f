// A build that is stopped. Stopping ends the build step of its process for good: there is nothing else in this file.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileProject } from "../../host/compile/compile.ts";
import { loadProject } from "../../host/project/load-config.ts";
import { TinyProject, world } from "./tiny-project.ts";

let folder: TinyProject;
beforeEach(() => {
  folder = new TinyProject({ one: world("at") });
});
afterEach(() => folder.remove());

describe("a build", () => {
  it("that is stopped before its module is done leaves the old artifact", async () => {
    const project = await loadProject(folder.folder);
    await compileProject({ project });
    const before = readFileSync(folder.place("artifacts/one.json"));
    folder.write("contracts/one/src/lib.rs", world("at + 3"));
    const controller = new AbortController();
    const say = (what: string) => {
      if (what.includes("optimising")) controller.abort(new Error("stopped by the test"));
    };
    await expect(compileProject({ project, stop: controller.signal, say })).rejects.toThrow("stopped by the test");
    expect(readFileSync(folder.place("artifacts/one.json"))).toEqual(before);
  });
});
