/**
 * Deploys ENG and Enigma.
 *
 * The deployer's first transactions are always the same: nonce 0 makes the token, nonce 1 Enigma. So both stand at the
 * same addresses in every network of the same deployer, and its nonce says where a deployment that was cut off must go
 * on. Who has been given ENG stands in the token's events, so nobody gets it twice.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AbiCoder, getCreateAddress } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hex } from "../protocol/hex.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";
import { ENG, TokenContract, transferRequest } from "./token-contract.ts";
import type { TransactionRequest, TransactionSender } from "./transaction-sender.ts";

/** All ENG of a new network, in base units: 150 million, as the original token. */
export const ENG_SUPPLY = 150_000_000n * ENG;

const ARTIFACTS = resolve(import.meta.dirname, "../../contracts/dist/ethereum");
/** Deploying Enigma and its extension takes 10 million. */
const DEPLOY_GAS = 14_000_000n;

/** What is fixed when Enigma is deployed. Lengths in blocks, prices in base units of ENG. */
export interface Settings {
  /** Blocks from the start of an epoch to the snapshot for the next. */
  readonly epochBlocks: number;
  /** Blocks of a new epoch in which records may still name the one before. */
  readonly epochGraceBlocks: number;
  /**
   * Blocks after its record from which on a task that is not settled is refunded. Where epochs are shorter than half of it,
   * no worker rules long enough to be penalised for a task that timed out.
   */
  readonly taskTimeoutBlocks: number;
  /** Blocks for which stakes stay locked after the last task that they answer for has timed out. */
  readonly evidenceBlocks: number;
  /** For a unit of Ethereum gas that the calls of tasks use. */
  readonly callGasPrice: bigint;
  /** For a unit of gas, at least, where a task is recorded with its input. */
  readonly postedGasPrice: bigint;
  /** Gas that such tasks of one group may ask for in one epoch, by their limits: each at most a quarter, at least a 200th. */
  readonly postedGasQuota: bigint;
}

export const DEFAULT_SETTINGS: Settings = {
  epochBlocks: 7_200,
  epochGraceBlocks: 50,
  taskTimeoutBlocks: 7_200,
  evidenceBlocks: 100,
  callGasPrice: 10n ** 9n,
  postedGasPrice: 1n,
  postedGasQuota: 10n ** 10n,
};

const SETTINGS_TYPE =
  "tuple(uint64 epochBlocks,uint64 epochGraceBlocks,uint64 taskTimeoutBlocks,uint64 evidenceBlocks,uint128 callGasPrice,uint128 postedGasPrice,uint64 postedGasQuota)";

export interface DeployOptions {
  /** A fresh account, or the one that deployed before. */
  readonly deployer: TransactionSender;
  /** Accounts that get ENG from the deployer, in base units, unless it has given them some before. */
  readonly fund?: readonly { readonly account: Address; readonly amount: bigint }[];
  /** What is not given is as in `DEFAULT_SETTINGS`. */
  readonly settings?: Partial<Settings> | undefined;
  /** As `settings.epochBlocks`. */
  readonly epochBlocks?: number | undefined;
  /** As `settings.epochGraceBlocks`. */
  readonly epochGraceBlocks?: number | undefined;
  /** As `settings.taskTimeoutBlocks`. */
  readonly taskTimeoutBlocks?: number | undefined;
}

export interface Deployment {
  readonly chainId: bigint;
  readonly enigma: Address;
  readonly token: Address;
  /** False if the contracts were there already. */
  readonly created: boolean;
}

/** Where the contracts of a deployer stand. */
export function deploymentAddresses(deployer: Address): { token: Address; enigma: Address } {
  const at = (nonce: number) => address(getCreateAddress({ from: deployer, nonce }));
  return { token: at(0), enigma: at(1) };
}

/**
 * Deploys what is missing; on a chain where all is done already it changes nothing.
 * @throws `deployer-used` if the deployer's first transactions were something else; `contracts-not-compiled`
 */
export async function deployContracts(connection: JsonRpcConnection, options: DeployOptions): Promise<Deployment> {
  const { deployer, fund = [] } = options;
  const { token, enigma } = deploymentAddresses(deployer.address);
  const [chainId, enigmaCode, nonce] = await Promise.all([
    connection.request<Hex>("eth_chainId"),
    connection.request<Hex>("eth_getCode", [enigma, "latest"]),
    deployer.nextNonce(),
  ]);
  if (enigmaCode === "0x" && nonce > 1)
    throw new EnigmaError("deployer-used", { data: { deployer: deployer.address } });

  const creations = [
    await creation("EnigmaToken", ["uint256"], [ENG_SUPPLY]),
    await creation("Enigma", ["address", SETTINGS_TYPE], [token, settingsOf(options)]),
  ];
  // One after the other: a seeded chain makes the same blocks only of transactions that are each awaited.
  for (const request of creations.slice(nonce)) await deployer.send(request);
  const funded = await new TokenContract(connection, token).recipientsOf(deployer.address);
  const unfunded = fund.filter(({ account }) => !funded.has(account));
  for (const { account, amount } of unfunded) await deployer.send(transferRequest(token, account, amount));
  return { chainId: BigInt(chainId), token, enigma, created: enigmaCode === "0x" };
}

function settingsOf({ settings, epochBlocks, epochGraceBlocks, taskTimeoutBlocks }: DeployOptions): Settings {
  const given = { epochBlocks, epochGraceBlocks, taskTimeoutBlocks, ...settings };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(known) };
}

async function creation(
  name: string,
  types: readonly string[],
  values: readonly unknown[],
): Promise<TransactionRequest> {
  const bytecode = await readBytecode(name);
  const data = `${bytecode}${AbiCoder.defaultAbiCoder().encode(types, values).slice(2)}` as Hex;
  return { data, gasLimit: DEPLOY_GAS };
}

async function readBytecode(name: string): Promise<Hex> {
  const path = join(ARTIFACTS, `${name}.json`);
  try {
    return (JSON.parse(await readFile(path, "utf8")) as { bytecode: Hex }).bytecode;
  } catch (cause) {
    throw new EnigmaError("contracts-not-compiled", { data: { contract: name }, cause });
  }
}
