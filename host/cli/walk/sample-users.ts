import { JsonRpcProvider, Wallet } from "ethers";
import { Enigma } from "../../client/index.ts";
import { ENG } from "../../ethereum/token-contract.ts";
import type { LocalNetwork } from "../../network/local-network.ts";

/** A user of the samples and the net worth that nobody else may learn. */
interface Person {
  readonly name: string;
  /** Index among the network's funded accounts. */
  readonly account: number;
  readonly netWorth: bigint;
}

export const PEOPLE = [
  { name: "first user", account: 1, netWorth: 1_000_000n },
  { name: "second user", account: 2, netWorth: 7_250_000n },
  { name: "third user", account: 3, netWorth: 3_400_000n },
] as const satisfies readonly Person[];

const DEPOSIT = 100n * ENG;

/** The users, each connected to a worker of its own as far as there are enough, with ENG deposited. */
export class SampleUsers {
  readonly all: readonly [Enigma, Enigma, Enigma];
  readonly #provider: JsonRpcProvider;

  private constructor(all: readonly [Enigma, Enigma, Enigma], provider: JsonRpcProvider) {
    this.all = all;
    this.#provider = provider;
  }

  static async connect(network: LocalNetwork): Promise<SampleUsers> {
    const { url, chainId } = network.chain;
    // A batch of several calls would wait 10 ms for others to join it.
    const provider = new JsonRpcProvider(url, Number(chainId), { staticNetwork: true, batchMaxCount: 1 });
    const users: Enigma[] = [];
    // One after the other: a seeded network repeats only what is awaited.
    for (const person of PEOPLE) users.push(await connect(network, provider, person, users.length));
    const [first, second, third] = users as [Enigma, Enigma, Enigma];
    return new SampleUsers([first, second, third], provider);
  }

  close(): void {
    for (const user of this.all) user.close();
    this.#provider.destroy();
  }
}

async function connect(
  network: LocalNetwork,
  provider: JsonRpcProvider,
  person: Person,
  index: number,
): Promise<Enigma> {
  const account = network.accounts.users[person.account];
  const worker = network.workers[index % network.workers.length];
  if (account === undefined || worker === undefined)
    throw new RangeError("the network has too few accounts or workers");
  const signer = new Wallet(account.privateKey, provider);
  const random = network.randomness.streamFor(`${person.name} ${network.earlierStarts}`);
  const user = await Enigma.connect({ rpc: worker.url, signer, random });
  if ((await user.balance()) < DEPOSIT) await user.deposit(DEPOSIT);
  return user;
}

/** An address, with the user's name where it is one's. */
export function nameOf(network: LocalNetwork, address: string): string {
  const person = PEOPLE.find(({ account }) => network.accounts.users[account]?.address === address.toLowerCase());
  return person === undefined ? address : `${address} (${person.name})`;
}
