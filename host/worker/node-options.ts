/** What a worker is made of. Everything it depends on is given to it. */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { ChainView } from "../ethereum/chain-view.ts";
import type { EnigmaAccount } from "../ethereum/enigma-account.ts";
import type { TokenContract } from "../ethereum/token-contract.ts";
import type { Clock } from "../protocol/clock.ts";
import type { Logger } from "../protocol/logger.ts";
import type { NodeObserver } from "../protocol/node-event.ts";
import type { RpcBinding } from "../rpc/rpc-server.ts";

export interface WorkerOptions {
  /** The data folder: database, peer identity, known peers. Belongs to one network and one worker. */
  readonly folder: string;
  /** False where the data need not survive a crash of the machine. */
  readonly durable?: boolean | undefined;
  /** Starts the enclave's process; called again whenever it has died. */
  readonly launchEnclave: () => Promise<WorkerEnclave>;
  readonly chain: ChainView;
  /** The worker's account: plain, with ether for gas and ENG for the stake. No one else may send from it. */
  readonly account: EnigmaAccount;
  readonly token: TokenContract;
  /** JSON-RPC of the principal node. */
  readonly principalUrl: string;
  /** The stake to have, in base units of ENG. */
  readonly stake: bigint;
  readonly rpc: RpcBinding;
  readonly p2p: {
    /** 32 bytes that give the peer identity; drawn and stored in the folder by default. */
    readonly seed?: Uint8Array | undefined;
    /** Multiaddrs; `/ip4/127.0.0.1/tcp/0` by default. */
    readonly listen?: readonly string[] | undefined;
    readonly bootstrap?: readonly string[] | undefined;
  };
  /** @throws EnigmaError naming the rule that a module breaks */
  readonly checkModule: (module: Uint8Array) => Promise<void>;
  /** Tasks of one ecall and receipts of one transaction: 100 by default, 1 makes runs repeatable. */
  readonly batchSize?: number | undefined;
  /** Least price of a unit of gas in base units of ENG: 1 by default. Tasks below it are not taken. */
  readonly minimumGasPrice?: bigint | undefined;
  /** Registers only after this, so that several workers do it in a certain order; at once by default. */
  readonly mayRegister?: Promise<void> | undefined;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEvent?: NodeObserver | undefined;
}
