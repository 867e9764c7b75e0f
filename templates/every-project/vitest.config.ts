import { defineConfig } from "vitest/config";

// A network starts a blockchain and enclaves: on a busy machine that takes longer than vitest's 5 seconds.
export default defineConfig({ test: { include: ["test/**/*.test.ts"], testTimeout: 60_000 } });
