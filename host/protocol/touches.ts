/** The other contracts that a task may touch, and the group that a deployment joins: both are named by `touchesHash`. */
import { WordWriter } from "./abi-words.ts";
import { EnigmaError } from "./errors/enigma-error.ts";
import { type Address, addressFromBytes, fromHex, type Hash, hash, toHex, ZERO_ADDRESS, ZERO_HASH } from "./hex.ts";
import { keccak } from "./keccak.ts";
import { MAX_TOUCHES } from "./limits.ts";
import { TASK_KIND, type TaskOrder } from "./task-record.ts";

/**
 * keccak256 of the addresses, each as a 32-byte word; zero for none.
 *
 * @param touches in ascending order, as `sortedTouches` gives them
 */
export function touchesHash(touches: readonly Address[]): Hash {
  if (touches.length === 0) return ZERO_HASH;
  const words = new WordWriter(touches.length);
  for (const touched of touches) words.address(touched);
  return keccak(words.bytes);
}

/** Says whether a task on `called` may name these contracts: ascending, each once, without the called one, at most 7. */
export function areTouches(called: Address, touches: readonly Address[]): boolean {
  return (
    touches.length <= MAX_TOUCHES &&
    touches.every((touched, index) => touched !== called && (index === 0 || touched > (touches[index - 1] ?? "")))
  );
}

/** The contracts in the order in which a record names them. @throws `touches-invalid` */
export function sortedTouches(called: Address, touches: readonly Address[]): Address[] {
  const sorted = [...touches].sort();
  if (!areTouches(called, sorted)) throw new EnigmaError("touches-invalid", { data: { most: MAX_TOUCHES } });
  return sorted;
}

/** What stands in a deployment's `touchesHash`: the group to join as a word, or zero for a group of its own. */
export function groupWord(group: Address | null): Hash {
  return group === null ? ZERO_HASH : hash(toHex(new WordWriter(1).address(group).bytes));
}

/** The group that a deployment's order or record names: its own address where it joins none. @throws `encoding-malformed` */
export function deploymentGroup(order: Pick<TaskOrder, "kind" | "secretContract" | "touchesHash">): Address {
  const word = fromHex(order.touchesHash, 32);
  if (order.kind !== TASK_KIND.deploy || word.subarray(0, 12).some((byte) => byte !== 0)) {
    throw new EnigmaError("encoding-malformed", { data: { what: "group of a deployment" } });
  }
  const group = addressFromBytes(word.subarray(12));
  return group === ZERO_ADDRESS ? order.secretContract : group;
}
