/** Shows a view: a question to a secret contract that costs nothing and leaves nothing on Ethereum. */
import type { UntypedSecretContract } from "../client/index.ts";
import { abortable } from "../network/abortable.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { ObservedEvent } from "../protocol/node-event.ts";
import { paddedLength } from "../protocol/padding.ts";
import type { SampleStage } from "./sample-task.ts";
import { PEOPLE, type SampleUsers } from "./sample-users.ts";
import { line, short } from "./step-lines.ts";

/** A view that was seen. */
export interface SecretView {
  readonly secretContract: Address;
  readonly who: string;
  readonly account: Address;
  readonly call: string;
  readonly answer: string;
  /** Blocks in which the permit counts. */
  readonly permitBlocks: number;
  /** Bytes of ciphertext. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Milliseconds in the worker, and from the question to the verified answer. */
  readonly workerMilliseconds: number;
  readonly milliseconds: number;
  readonly blockNumber: bigint;
  /** The committed state that was asked. */
  readonly tip: Hash;
}

const PERMIT_BLOCKS = 64;
/** Nonce and tag of a ciphertext. */
const AEAD_BYTES = 40;
/** Of calldata without arguments. */
const SELECTOR_BYTES = 4;

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
  const { number: blockNumber } = await network.view.head();
  const answered = events.findLast(
    (event) => event.kind === "view-answered" && event.secretContract === voting.address,
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
    inputBytes: paddedLength(SELECTOR_BYTES) + AEAD_BYTES,
    outputBytes: answered?.kind === "view-answered" ? answered.outputBytes : 0,
    workerMilliseconds: answered?.kind === "view-answered" ? answered.milliseconds : 0,
    blockNumber,
    tip: await network.view.contract.tip(voting.address, blockNumber),
  };
}

export function describeView(view: SecretView): string {
  const { who, account, inputBytes, outputBytes, workerMilliseconds, milliseconds } = view;
  const lines = [
    `A view of ${view.secretContract}, ${milliseconds.toFixed(1)} ms`,
    line("", "user", `${who} ${account} asks ${view.call}   [plaintext]`),
    line("", "", `signs a permit for this question, good for ${view.permitBlocks} blocks`),
    line("", "worker host", `carries ${inputBytes} bytes in, ${outputBytes} bytes out   [ciphertext]`),
    line(
      "",
      "enclave",
      `checks the permit, answers on state ${short(view.tip)} in ${workerMilliseconds.toFixed(1)} ms`,
    ),
    line("", "Ethereum", `block ${view.blockNumber} holds that state; no transaction, no fee`),
    line("", "user", `checks the enclave's signature, decrypts: ${view.answer}   [plaintext]`),
  ];
  return `${lines.join("\n")}\n`;
}
