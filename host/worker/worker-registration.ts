/**
 * Makes a worker one of the network: its enclave admitted by the principal, its account registered with that enclave,
 * staked and logged in. Looks first at what is done already, so that it can be repeated after any interruption.
 */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnigmaAccount } from "../ethereum/enigma-account.ts";
import type { TokenContract } from "../ethereum/token-contract.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { toHex } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { registerToJson } from "../protocol/principal-rpc-types.ts";
import { backoff, pause } from "../protocol/retry.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export interface RegistrationOptions {
  readonly enclave: WorkerEnclave;
  readonly account: EnigmaAccount;
  readonly token: TokenContract;
  readonly principal: RpcClient;
  readonly stake: bigint;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the worker is logged in. A principal that is down is waited for.
 *
 * @throws EnigmaError what the principal or the Enigma contract refuses with
 */
export async function registerAsWorker(options: RegistrationOptions): Promise<void> {
  const { enclave, observe, account } = options;
  const { quote, collateral } = await enclave.quote();
  await admit(options, quote, collateral);
  await enterRegister(options, quote);
  await fillStake(options);
  const { loggedIn } = await account.contract.worker(account.address);
  if (!loggedIn) await account.logIn();
  observe({ kind: "worker-registered", worker: account.address, quoteBytes: quote.length });
}

async function admit(options: RegistrationOptions, quote: Uint8Array, collateral: Uint8Array): Promise<void> {
  const { enclave, principal, clock, log, signal } = options;
  const { signer, encryptionKey } = enclave.identity;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await principal.call("principal_register", registerToJson({ signer, encryptionKey, quote, collateral }), signal);
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof EnigmaError) || error.code !== "principal-unreachable") throw error;
      log.warn("principal-awaited", { attempt, url: principal.url });
      await pause(clock, backoff(attempt), signal);
    }
  }
}

async function enterRegister({ enclave, account }: RegistrationOptions, quote: Uint8Array): Promise<void> {
  const { signer, encryptionKey } = enclave.identity;
  const known = await account.contract.worker(account.address);
  if (known.signer === signer && known.encryptionKey === toHex(encryptionKey)) return;
  const { signature } = await enclave.signRegistration({ worker: account.address });
  await account.registerWorker(signer, encryptionKey, quote, signature);
}

async function fillStake({ account, token, stake }: RegistrationOptions): Promise<void> {
  const missing = stake - (await account.contract.worker(account.address)).stake;
  if (missing <= 0n) return;
  const enigma = account.contract.address;
  if ((await token.allowance(account.address, enigma)) < missing) await token.approve(account.sender, enigma, missing);
  await account.depositStake(missing);
}
