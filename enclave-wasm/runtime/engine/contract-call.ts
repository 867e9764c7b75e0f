// A contract's call of another: an instance of its own, with the same host and a share of gas and stack.

import type { Guest } from "./canonical-abi.ts";
import { answerOf } from "./host-answer.ts";
import type { HostFunctions, HostPrices } from "./host-functions.ts";
import { HostFailure } from "./run-outcome.ts";

/**
 * Runs the called contract where the host lets it, and takes from the caller what it used, of which the caller has enough: it
 * gets all but a 64th, so that the caller can still act on the answer, and no more stack than the caller has left, so that a chain
 * of calls needs no more of V8's own than one run.
 *
 * @returns ending byte and payload
 */
export function callContract(
  guest: Guest,
  prices: HostPrices,
  host: HostFunctions,
  contract: Uint8Array,
  calldata: Uint8Array,
  gas: bigint,
): Uint8Array {
  const { enigma_gas, enigma_stack } = guest.exports;
  const left = enigma_gas.value;
  const share = left - left / 64n;
  const wanted = BigInt.asUintN(64, gas);
  const run = answerOf(() => host.beginCall(contract));
  if (run instanceof Uint8Array) return run;
  const slots = Math.max(0, enigma_stack.value - prices.callSlots);
  const outcome = answerOf(() => run(calldata, wanted < share ? wanted : share, slots));
  if (outcome.kind === "node-fault") throw new HostFailure(new Error(outcome.reason));
  enigma_gas.value = left - outcome.gasUsed;
  return answerOf(() => host.endCall(outcome));
}
