import { fileURLToPath } from "node:url";

/** The folder that has the enclave, the SDK and the compile step: the checkout, or `dist` of the package. */
export const PACKAGE_ROOT: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
