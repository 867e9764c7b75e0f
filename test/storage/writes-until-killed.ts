/** Writes pairs of values atomically, and each confirmed number to standard output, until it is killed. */
import { address, hashFromBytes } from "../../host/protocol/hex.ts";
import { Store } from "../../host/storage/store.ts";

const store = await Store.open(String(process.argv[2]), { chainId: 31337n, enigma: address(`0x${"e1".repeat(20)}`) });
for (let index = 0; ; index += 1) {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, index);
  const taskId = hashFromBytes(bytes);
  const empty = new Uint8Array();
  await store.atomically(() => {
    void store.prepared.put(taskId, {
      receipt: empty,
      signature: empty,
      sealedOutput: new Uint8Array(2000),
      logs: [],
      effects: [],
    });
    void store.results.put(taskId, { receipt: empty, signature: empty, output: new Uint8Array(2000) });
  });
  process.stdout.write(`${index}\n`);
}
