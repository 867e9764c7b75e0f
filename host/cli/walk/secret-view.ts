/** Shows a view: a question to a secret contract that costs nothing and leaves nothing on Ethereum. */
import type { UntypedSecretContract } from "../../client/index.ts";
import { abortable } from "../../network/abortable.ts";
import type { Address, Hash } from "../../protocol/hex.ts";
import type { ObservedEvent } from "../../protocol/node-event.ts";
import type { SampleStage } from "./sample-task.ts";
import { PEOPLE, type SampleUsers } from "./sample-users.ts";
import { header, line, short } from "./step-lines.ts";

/** A view that was seen. */
export interface SecretView {
  readonly secretContract: Address;
  readonly who: string;
  readonly account: Address;
  readonly call: string;
  readonly answer: string;
  /** Blocks in which the permit counts. */
  readonly permitBlocks: number;
  /** Milliseconds from the question to the verified answer. */
  readonly milliseconds: number;
  /** What the worker told of it; undefined if that was not seen. */
  readonly seen: SeenByWorker | undefined;
}

interface SeenByWorker {
  /** Bytes of ciphertext. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly milliseconds: number;
  /** The committed state that was asked, and a block that has it. */
  readonly tip: Hash;
  readonly blockNumber: bigint;
}

type ViewAnswered = Extract<ObservedEvent, { readonly kind: "view-answered" }>;

const PERMIT_BLOCKS = 64;

/** Has the second user, who alone may know it, ask for their own ballot. */
export async function runView(
  { network, signal }: SampleStage,
  users: SampleUsers,
  voting: UntypedSecretContract,
  events: readonly ObservedEvent[],
): Promise<SecretView> {
  const [, person] = PEOPLE;
  const asVoter = users.all[1].contract(voting.address, voting.interface) as UntypedSecretContract;
  const ask = () => abortable(asVoter.getView("myVote")({ permitBlocks: PERMIT_BLOCKS }), signal);
  await ask(); // fetches the contract's key, which a later question has already
  const start = performance.now();
  const approved = await ask();
  const milliseconds = performance.now() - start;
  const answered = events.findLast(
    (event): event is ViewAnswered => event.kind === "view-answered" && event.secretContract === voting.address,
  );
  return {
    ...{
      secretContract: voting.address,
      who: person.name,
      call: "myVote()",
      permitBlocks: PERMIT_BLOCKS,
      milliseconds,
    },
    account: network.accounts.users[person.account]?.address as Address,
    answer: approved ? "in favour" : "against",
    seen: answered && seenBy(answered),
  };
}

export function describeView(view: SecretView): string {
  const { who, account, milliseconds, seen } = view;
  const lines = [
    header("A view", `contract ${short(view.secretContract)}`, milliseconds),
    line("", "user", `${who} ${short(account)} asks ${view.call}   [plaintext]`),
    line("", "", `signs a permit for this question, good for ${view.permitBlocks} blocks`),
    ...(seen === undefined ? [] : linesOf(seen)),
    line("", "user", `checks the enclave's signature, decrypts: ${view.answer}   [plaintext]`),
  ];
  return `${lines.join("\n")}\n`;
}

function linesOf({ inputBytes, outputBytes, milliseconds, tip, blockNumber }: SeenByWorker): string[] {
  return [
    line("", "worker host", `carries ${inputBytes} bytes in, ${outputBytes} bytes out   [ciphertext]`),
    line("", "enclave", `checks the permit, answers on state ${short(tip)} in ${milliseconds.toFixed(1)} ms`),
    line("", "Ethereum", `block ${blockNumber} has that state; no transaction, no fee`),
  ];
}

function seenBy({ inputBytes, outputBytes, milliseconds, tip, blockNumber }: ViewAnswered): SeenByWorker {
  return { inputBytes, outputBytes, milliseconds, tip, blockNumber };
}
