// The metering crate as the set-up builds it for JavaScript.

import { readFileSync } from "node:fs";
import * as metering from "../../enclave-wasm/dist/metering/metering.js";

metering.initSync({
  module: readFileSync(new URL("../../enclave-wasm/dist/metering/metering_bg.wasm", import.meta.url)),
});

/** A file of the engine vectors. */
export function vector(name: string): Buffer {
  return readFileSync(new URL(`../vectors/engine/${name}`, import.meta.url));
}

export { metering };
