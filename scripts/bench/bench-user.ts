import { type HDNodeWallet, JsonRpcProvider, Wallet } from "ethers";
import { Enigma } from "../../host/client/index.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { ENG, transferRequest } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { address } from "../../host/protocol/hex.ts";
import { now } from "./milliseconds.ts";
import type { NetworkReady } from "./network-news.ts";

/** When each request of a task was made and answered, in milliseconds as `now` gives them. */
export type Requests = Map<string, { readonly start: number; end: number }>;

/** A user with an account of its own, and the times of the requests of its task under way. */
export interface BenchUser {
  readonly enigma: Enigma;
  /** Address of the worker that is its gateway. */
  readonly gateway: string;
  requests: Requests;
}

/** Fresh accounts with ether and ENG, each connected to the next of the workers, with a balance in the Enigma contract. */
export async function benchUsers(ready: NetworkReady, count: number): Promise<BenchUser[]> {
  const wallets = Array.from({ length: count }, () => Wallet.createRandom());
  await fund(ready, wallets);
  const provider = new JsonRpcProvider(ready.chainUrl, ready.chainId, { staticNetwork: true });
  return Promise.all(wallets.map((wallet, index) => connect(ready, wallet, provider, index)));
}

async function connect(
  ready: NetworkReady,
  wallet: HDNodeWallet,
  provider: JsonRpcProvider,
  index: number,
): Promise<BenchUser> {
  const worker = ready.workers[index % ready.workers.length] as { address: string; url: string };
  const user: { requests: Requests; gateway: string } = { requests: new Map(), gateway: worker.address };
  const fetch: typeof globalThis.fetch = async (url, options) => {
    const method = /"method":"(\w+)"/.exec(String(options?.body ?? ""))?.[1] ?? "events";
    const request = { start: now(), end: 0 };
    user.requests.set(method, request);
    const response = await globalThis.fetch(url, options);
    request.end = now();
    return response;
  };
  const enigma = await Enigma.connect({ rpc: worker.url, signer: wallet.connect(provider), fetch });
  await enigma.deposit(100n * ENG);
  return Object.assign(user, { enigma });
}

async function fund({ chainUrl, token, bank }: NetworkReady, wallets: readonly HDNodeWallet[]): Promise<void> {
  const connection = new JsonRpcConnection(chainUrl);
  try {
    const sender = new TransactionSender(connection, bank);
    await Promise.all(
      wallets.flatMap((wallet) => {
        const account = address(wallet.address);
        return [
          sender.send({ to: account, data: "0x", gasLimit: 21_000n, value: 10n ** 19n }),
          sender.send(transferRequest(address(token), account, 200n * ENG)),
        ];
      }),
    );
  } finally {
    connection.close();
  }
}
