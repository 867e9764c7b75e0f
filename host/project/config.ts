/** Entry point `enigma-simulator/config`: what `enigma.config.ts` imports. */
export { type ConfigVariable, configVariable } from "./config-variable.ts";
export { type AccountSource, defineConfig, type NetworkConfig, type ProjectConfig } from "./define-config.ts";
