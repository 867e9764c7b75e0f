import path from "node:path";
import { fileURLToPath } from "node:url";

/** The two builds of the enclave: debug lets developers see inside, release does not. Neither accepts the other. */
export type EnclavePackage = "debug" | "release";

/** Where everything that enclave processes load lies. */
const ENCLAVE_WASM = new URL("../../enclave-wasm/", import.meta.url);

/** The folder of a built and signed package. */
export function packageFolder(name: EnclavePackage): string {
  return fileURLToPath(new URL(`dist/${name}`, ENCLAVE_WASM));
}

/** The folder of the simulated hardware's WebAssembly. */
export function platformPackageFolder(): string {
  return fileURLToPath(new URL("dist/platform", ENCLAVE_WASM));
}

/** The folder of the simulated machine's own program. */
export function hardwareFolder(): string {
  return fileURLToPath(new URL("platform/hardware", ENCLAVE_WASM));
}

/** The program of the simulated machine: TypeScript in a checkout, JavaScript in the package. */
export function loaderProgram(): string {
  return path.join(hardwareFolder(), `enclave-loader${path.extname(import.meta.url)}`);
}
