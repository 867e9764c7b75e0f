import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/target/**", "**/dist/**"],
    // Networks of several processes start inside tests; on two cores a busy machine needs the room.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A network is a process tree of its own: as many at once as there are cores, and no more.
    pool: "forks",
    // Node loads projects' configurations by itself, here as in a user's project.
    server: { deps: { external: [/enigma\.config\.ts/] } },
    maxWorkers: 2,
    passWithNoTests: false,
  },
});
