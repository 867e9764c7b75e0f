/** libsodium, loaded: importing this module waits until its WebAssembly is there. */
import sodium from "libsodium-wrappers";

await sodium.ready;

export { sodium };
