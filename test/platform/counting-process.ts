/**
 * A process that counts on the machine in its first argument: one line with each value that `counterIncrement` returned,
 * until somebody kills it.
 */
import { writeSync } from "node:fs";
import { openHardware } from "../../enclave-wasm/platform/hardware/hardware.ts";
import { measure } from "../../enclave-wasm/platform/hardware/measure.ts";
import { signEnclave } from "../../enclave-wasm/platform/hardware/signature-structure.ts";

const files = [{ name: "enclave", bytes: new Uint8Array([1]) }];
const structure = signEnclave({ mrEnclave: measure(files), isvProdId: 1, isvSvn: 1, debug: false });
const hardware = openHardware(process.argv[2] ?? "").launch(files, structure);
for (;;) writeSync(1, `${hardware.counterIncrement()}\n`);
