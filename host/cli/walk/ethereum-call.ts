/**
 * Shows a secret contract calling an Ethereum contract: three secret ballots, and the result reported by the account of the
 * voting contract.
 */
import { getCreateAddress, Interface } from "ethers";
import type { DeploymentReceipt, SettledCall, UntypedSecretContract } from "../../client/index.ts";
import { callContract } from "../../ethereum/call-contract.ts";
import { decodeEnigmaLog } from "../../ethereum/enigma-events.ts";
import { TransactionSender } from "../../ethereum/transaction-sender.ts";
import type { LocalNetwork } from "../../network/local-network.ts";
import { type Address, address, type Hash, type Hex } from "../../protocol/hex.ts";
import { CALL_GAS } from "./millionaires.ts";
import { readEthereumSample, readSample } from "./sample.ts";
import { type SampleStage, type SampleTask, settle } from "./sample-task.ts";
import { PEOPLE, type SampleUsers } from "./sample-users.ts";
import { header, line, short } from "./step-lines.ts";

/** A call into an Ethereum contract that was seen. */
export interface EthereumCall {
  readonly secretContract: Address;
  /** The Ethereum contract. */
  readonly target: Address;
  /** Who called it, as it saw. */
  readonly sender: Address;
  readonly call: string;
  readonly required: boolean;
  readonly succeeded: boolean;
  /** Ethereum gas of the call, which the task's escrow paid. */
  readonly gasUsed: bigint;
  /** What the Ethereum contract holds now. */
  readonly result: { readonly yes: bigint; readonly no: bigint };
  readonly task: Omit<SampleTask, "answer">;
}

const DEPLOY_GAS = 10_000_000n;
const CALL_GAS_LIMIT = 300_000n;
const ETHEREUM_GAS = 2_000_000n;
const PROPOSAL = 7n;
/** The chair of the Ethereum contract: an account that no user of the samples has. */
const CHAIR = 9;
const BALLOTS = [true, false, true] as const;

/** Resolves to what was seen and to the voting contract, as the first user calls it. */
export async function runEthereumCall(
  stage: SampleStage,
  users: SampleUsers,
): Promise<{ seen: EthereumCall; voting: UntypedSecretContract }> {
  const { network } = stage;
  const ballot = await Ballot.deploy(network);
  const voting = await deployVoting(stage, users, ballot.address);
  await ballot.name(voting.address);
  for (const [index, approve] of BALLOTS.entries()) {
    const asVoter = users.all[index]?.contract(voting.address, voting.interface) as UntypedSecretContract;
    await (await asVoter.getFunction("vote")(approve, { gasLimit: CALL_GAS })).wait();
  }
  const task = await settle(stage, {
    ...{ kind: "call", who: PEOPLE[0].name, call: "close()" },
    order: () => voting.getFunction("close")({ gasLimit: CALL_GAS, callGasLimit: CALL_GAS_LIMIT }),
  });
  const [call] = task.receipt.calls as [SettledCall];
  const seen = {
    ...{ secretContract: voting.address, target: call.target, sender: call.source },
    ...{ required: call.required, succeeded: call.succeeded, call: ballot.explain(call.data), task },
    gasUsed: await callGas(network, task.receipt.transactionHash, task.task.id),
    result: await ballot.result(),
  };
  return { seen, voting };
}

export function describeEthereumCall({ task, ...seen }: EthereumCall): string {
  const { yes, no } = seen.result;
  const account = seen.sender === seen.secretContract ? "the contract's own account" : "account";
  const lines = [
    header("A call into Ethereum", `task ${short(task.task.id)}`, task.milliseconds),
    line("", "users", `${BALLOTS.length} secret ballots in contract ${short(seen.secretContract)}   [ciphertext]`),
    line("", "enclave", `close() counts them and asks for ${seen.call}, ${seen.required ? "required" : "best effort"}`),
    line("", "Ethereum", `${account} ${short(seen.sender)} calls ${short(seen.target)}`),
    line(
      "",
      "",
      `${seen.succeeded ? "it took the report" : "it refused the report"}; ${seen.gasUsed} gas of the task's escrow`,
    ),
    line(
      "",
      "",
      `state, receipt and call in transaction ${short(task.receipt.transactionHash)}, ${task.receiptGas} gas`,
    ),
    line("", "everybody", `reads there: ${yes} for, ${no} against; nobody reads who voted what`),
  ];
  return `${lines.join("\n")}\n`;
}

async function deployVoting(stage: SampleStage, users: SampleUsers, ballot: Address): Promise<UntypedSecretContract> {
  const { module, abi } = await readSample("voting");
  const voters = PEOPLE.map(({ account }) => stage.network.accounts.users[account]?.address);
  const { receipt } = await settle(stage, {
    ...{ kind: "deploy", who: PEOPLE[0].name, call: "constructor(ballot, proposal, voters)" },
    order: () => users.all[0].deploy({ module, abi, args: [ballot, PROPOSAL, voters], gasLimit: DEPLOY_GAS }),
  });
  return (receipt as DeploymentReceipt<UntypedSecretContract>).contract;
}

/** Gas that the calls of one task used. */
async function callGas({ view }: LocalNetwork, transaction: Hash, taskId: Hash): Promise<bigint> {
  type Receipt = { logs: Parameters<typeof decodeEnigmaLog>[0][] };
  const { logs } = await view.connection.request<Receipt>("eth_getTransactionReceipt", [transaction]);
  const own = logs.filter((log) => log.address.toLowerCase() === view.domain.enigma).map(decodeEnigmaLog);
  const paid = own.find((event) => event?.name === "CallGasPaid" && event.taskId === taskId);
  return paid?.name === "CallGasPaid" ? paid.gasUsed : 0n;
}

/** The Ethereum contract that waits for a result. */
class Ballot {
  readonly address: Address;
  readonly #network: LocalNetwork;
  readonly #abi: Interface;
  readonly #chair: TransactionSender;

  static async deploy(network: LocalNetwork): Promise<Ballot> {
    const { abi, bytecode } = await readEthereumSample("Ballot");
    const key = network.accounts.users[CHAIR]?.privateKey as Hex;
    const chair = new TransactionSender(network.view.connection, key);
    const nonce = await chair.nextNonce();
    await chair.send({ data: bytecode, gasLimit: ETHEREUM_GAS });
    const at = address(getCreateAddress({ from: chair.address, nonce }));
    return new Ballot(network, at, new Interface(abi), chair);
  }

  private constructor(network: LocalNetwork, at: Address, abi: Interface, chair: TransactionSender) {
    this.#network = network;
    this.address = at;
    this.#abi = abi;
    this.#chair = chair;
  }

  /** Says which contract may report. */
  async name(voting: Address): Promise<void> {
    const data = this.#abi.encodeFunctionData("nameVotingContract", [voting]) as Hex;
    await this.#chair.send({ to: this.address, data, gasLimit: ETHEREUM_GAS });
  }

  async result(): Promise<EthereumCall["result"]> {
    const data = this.#abi.encodeFunctionData("results", [PROPOSAL]) as Hex;
    const answer = await callContract(this.#network.view.connection, this.address, data, {});
    const [, yes, no] = this.#abi.decodeFunctionResult("results", answer);
    return { yes, no };
  }

  explain(calldata: Uint8Array): string {
    const call = this.#abi.parseTransaction({ data: `0x${Buffer.from(calldata).toString("hex")}` });
    if (call === null) return "an unknown function";
    const { inputs } = call.fragment;
    return `${call.name}(${inputs.map(({ name }, index) => `${name} ${call.args[index]}`).join(", ")})`;
  }
}
