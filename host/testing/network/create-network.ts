import { hkdfSync } from "node:crypto";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { fromHex, type Hash, hashFromBytes } from "../../protocol/hex.ts";
import { TestNetwork, type TestNetworkOptions } from "../test-network.ts";
import { NetworkBed } from "./network-bed.ts";

/** Blocks of an epoch, if the test does not say: enough for a test not to meet another, few enough to be closed at once. */
const EPOCH_BLOCKS = 200;

export interface CreateNetworkOptions extends Omit<TestNetworkOptions, "seed" | "restartable" | "durable"> {
  /** 32 bytes, or their hex, that all keys, nonces and random bytes come from; the same seed gives the same bytes. */
  readonly seed?: Uint8Array | Hash | undefined;
  /** Most gas of a call where it does not say. */
  readonly gasLimit?: bigint | number | undefined;
}

/**
 * Starts a whole network in this process: blockchain, principal, two workers with their enclaves, gossip between them.
 *
 * ```ts
 * await using network = await createNetwork();
 * const { alice } = network.accounts;
 * const counter = await network.deploy("counter", [5n], { from: alice });
 * await counter.increment(2n);
 * ```
 *
 * @param options besides, as of a local network: `workers` (2), `enclaves: "process"` for enclaves in processes of their own,
 *   `epochBlocks`, `taskTimeoutBlocks`, `settings` of the Enigma contract, `engine`
 * @throws EnigmaError `invalid-params` for a seed that is not 32 bytes, and what the parts of a network throw
 */
export async function createNetwork(options: CreateNetworkOptions = {}): Promise<NetworkBed> {
  const { seed: given, gasLimit, ...rest } = options;
  const seed = seedBytes(given);
  const test = await TestNetwork.start({
    ...{ enclaves: "in-process", epochBlocks: EPOCH_BLOCKS, ...rest },
    ...{ seed, restartable: false, durable: false },
  });
  return new NetworkBed(test, {
    seed: hashFromBytes(seed),
    gasLimit: gasLimit === undefined ? undefined : BigInt(gasLimit),
  });
}

function seedBytes(seed: Uint8Array | Hash | undefined): Uint8Array {
  if (seed === undefined) return new Uint8Array(hkdfSync("sha256", "enigma", "", "enigma/v1/test-kit seed", 32));
  const bytes = typeof seed === "string" ? fromHex(seed) : seed;
  if (bytes.length !== 32)
    throw new EnigmaError("invalid-params", { data: { field: "seed", problem: "it is not 32 bytes" } });
  return bytes;
}
