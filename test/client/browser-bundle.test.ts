import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { describe, expect, it } from "vitest";

const entry = fileURLToPath(new URL("../../host/client/index.ts", import.meta.url));

describe("the client in a browser", () => {
  it("bundles without any module of Node", async () => {
    const builtins: string[] = [];
    const bundle = await rolldown({
      input: entry,
      platform: "browser",
      external: (id) => isBuiltin(id),
      onLog: () => undefined,
    });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    for (const chunk of output) if (chunk.type === "chunk") builtins.push(...chunk.imports, ...chunk.dynamicImports);
    expect(builtins).toEqual([]);
    expect(output[0].exports).toContain("Enigma");
  });

  it("depends on nothing of the host but the protocol", async () => {
    const bundle = await rolldown({ input: entry, platform: "browser", onLog: () => undefined });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
    const own = modules.filter((id) => !id.includes("node_modules")).map((id) => id.replace(/^.*\/host\//, "host/"));
    const folders = new Set(own.filter((id) => id.startsWith("host/")).map((id) => id.split("/")[1]));
    expect([...folders].sort()).toEqual(["client", "protocol"]);
    const packages = modules.flatMap(
      (id) => /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(id)?.[1] ?? [],
    );
    expect(new Set(packages)).not.toContain("express");
    expect([...new Set(packages)]).toEqual(expect.arrayContaining(["ethers", "libsodium-wrappers"]));
  });
});
