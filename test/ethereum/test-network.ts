/**
 * A dev chain with the contracts, a principal and workers whose enclaves are plain keys: what the tests of the Ethereum
 * side stand on.
 */
import { computeAddress, getCreateAddress, id, SigningKey } from "ethers";
import type { Commitment } from "../../host/ethereum/commitment.ts";
import { type Deployment, deployContracts, type Settings } from "../../host/ethereum/deploy-contracts.ts";
import { devAccounts } from "../../host/ethereum/dev-accounts.ts";
import { type DevChain, type DevChainOptions, startDevChain } from "../../host/ethereum/dev-chain.ts";
import { EnigmaAccount, type EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { EnigmaContract } from "../../host/ethereum/enigma-contract.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { ENG, TokenContract } from "../../host/ethereum/token-contract.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { contractAddress } from "../../host/protocol/contract-address.ts";
import type { Effect } from "../../host/protocol/effect.ts";
import type { EnigmaDomain } from "../../host/protocol/eip712-domain.ts";
import { epochDigest } from "../../host/protocol/epoch.ts";
import { type Address, address, fromHex, type Hash, type Hex, hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { type Receipt, receiptDigest } from "../../host/protocol/receipt.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import { recordHash, type TaskOrder, type TaskRecord } from "../../host/protocol/task-record.ts";
import { type WorkerRegistration, workerRegistrationDigest } from "../../host/protocol/worker-registration.ts";

/** Blocks; small, so that tests can walk through epochs. */
export const PARAMETERS = { epochBlocks: 10, epochGraceBlocks: 5, taskTimeoutBlocks: 40, evidenceBlocks: 10 } as const;
/** Base units of ENG for a unit of the Ethereum gas that calls use. */
export const CALL_GAS_PRICE = 3n;
export const STAKE = 100n * ENG;

/** A worker: its account, and the key that stands for its enclave. */
export interface TestWorker {
  readonly account: EnigmaAccount;
  readonly enclave: SigningKey;
  readonly signer: Address;
}

export interface TestNetworkOptions {
  readonly workers?: number;
  readonly chain?: DevChainOptions;
  readonly parameters?: Partial<Settings>;
}

export class TestNetwork {
  readonly chain: DevChain;
  readonly connection: JsonRpcConnection;
  readonly deployment: Deployment;
  readonly domain: EnigmaDomain;
  readonly contract: EnigmaContract;
  readonly token: TokenContract;
  readonly owner: EnigmaAccount;
  readonly principal = enclaveKey("principal");
  /** Accounts with 1,000,000 ENG in their wallets. */
  readonly accounts: readonly EnigmaAccount[];
  readonly #accountImplementation: Address;
  #nonces = 0n;

  private constructor(
    chain: DevChain,
    connection: JsonRpcConnection,
    deployment: Deployment,
    senders: TransactionSender[],
  ) {
    this.chain = chain;
    this.connection = connection;
    this.deployment = deployment;
    this.domain = { chainId: deployment.chainId, enigma: deployment.enigma };
    this.contract = new EnigmaContract(connection, this.domain);
    this.token = new TokenContract(connection, deployment.token);
    const [owner, ...accounts] = senders.map((sender) => new EnigmaAccount(sender, this.contract));
    this.owner = owner as EnigmaAccount;
    this.accounts = accounts;
    // The Enigma contract creates it first of all.
    this.#accountImplementation = address(getCreateAddress({ from: deployment.enigma, nonce: 1 }));
  }

  /** Contracts, funded accounts and a registered principal; no workers, no epoch. */
  static async start(options: TestNetworkOptions = {}): Promise<TestNetwork> {
    // One block for each transaction and none otherwise, so that tests can count blocks.
    const chain = await startDevChain({ seeded: true, ...options.chain });
    const connection = new JsonRpcConnection(chain.url);
    const senders = devAccounts().map(({ privateKey }) => new TransactionSender(connection, privateKey));
    const [deployer, ...others] = senders as [TransactionSender, ...TransactionSender[]];
    const fund = others.map((sender) => ({ account: sender.address, amount: 1_000_000n * ENG }));
    const deployment = await deployContracts(connection, {
      deployer,
      fund,
      settings: { ...PARAMETERS, callGasPrice: CALL_GAS_PRICE, ...options.parameters },
    });
    const network = new TestNetwork(chain, connection, deployment, senders);
    for (const { sender } of network.accounts) await network.token.approve(sender, deployment.enigma, 10n ** 28n);
    await network.owner.registerPrincipal(signerOf(network.principal), new Uint8Array([1, 2, 3]));
    return network;
  }

  async close(): Promise<void> {
    this.connection.close();
    await this.chain.close();
  }

  account(index: number): EnigmaAccount {
    return this.accounts[index] as EnigmaAccount;
  }

  /** Registers, stakes and logs in. */
  async addWorker(index: number, stake: bigint = STAKE): Promise<TestWorker> {
    const worker = this.workerKeys(index);
    await this.register(worker);
    await worker.account.depositStake(stake);
    await worker.account.logIn();
    return worker;
  }

  /** Registers an account with an enclave's key, which signs that it serves that account. */
  register({ account, enclave }: TestWorker, changes: Partial<WorkerRegistration> = {}): Promise<EnigmaTransaction> {
    const encryptionKey = fromHex(id(`encryption of ${account.address}`));
    const registration = { worker: account.address, signer: signerOf(enclave), encryptionKey, ...changes };
    const signature = sign(enclave, workerRegistrationDigest(this.domain, registration));
    return account.registerWorker(signerOf(enclave), encryptionKey, new Uint8Array([9, 9, 9]), signature);
  }

  workerKeys(index: number): TestWorker {
    const enclave = enclaveKey(`worker ${index}`);
    return { account: this.account(index), enclave, signer: signerOf(enclave) };
  }

  /** Closes empty blocks. */
  async mine(blocks: number | bigint): Promise<void> {
    if (blocks > 0) await this.connection.request("anvil_mine", [`0x${blocks.toString(16)}`]);
  }

  async blockNumber(): Promise<bigint> {
    return BigInt(await this.connection.request<Hex>("eth_blockNumber"));
  }

  /** Mines until block `number` is the head. */
  async mineTo(number: bigint): Promise<void> {
    await this.mine(number - (await this.blockNumber()));
  }

  /** Signs an epoch as the principal's enclave does. */
  async signEpoch(number: bigint, snapshotBlock: bigint, firstBlock: bigint, key: SigningKey = this.principal) {
    const [{ snapshotHash }, header] = await Promise.all([
      this.contract.snapshotAt(snapshotBlock),
      this.connection.request<{ hash: Hash }>("eth_getBlockByNumber", [`0x${snapshotBlock.toString(16)}`, false]),
    ]);
    const seed = hash(id(`seed ${number}`));
    const epoch = { number, seed, snapshotHash, snapshotBlock, snapshotBlockHash: header.hash, firstBlock };
    return { number, seed, snapshotBlock, firstBlock, signature: sign(key, epochDigest(this.domain, epoch)) };
  }

  /** Sets the next epoch by the schedule and walks to its first block. */
  async nextEpoch(): Promise<EnigmaTransaction> {
    const { number } = await this.contract.latestEpoch();
    const scheduled = await this.contract.scheduledSnapshotBlock();
    const snapshotBlock = scheduled ?? (await this.blockNumber());
    await this.mineTo(snapshotBlock + 1n);
    const firstBlock = number === 0n ? snapshotBlock + 1n : (await this.blockNumber()) + 4n;
    const transaction = await this.owner.setEpoch(await this.signEpoch(number + 1n, snapshotBlock, firstBlock));
    await this.mineTo(firstBlock);
    return transaction;
  }

  /** An order of `sender` that the contract takes: a deployment by default. */
  async order(sender: EnigmaAccount, changes: Partial<TaskOrder> = {}): Promise<TaskOrder> {
    const nonce = changes.nonce ?? ++this.#nonces;
    const { number } = await this.contract.currentEpoch();
    const call = changes.kind !== undefined && changes.kind !== 1;
    const posted = changes.kind === 3 || changes.kind === 4;
    return {
      nonce,
      kind: 1,
      secretContract: this.addressOf(sender.address, nonce),
      codeHash: call ? ZERO_HASH : hash(id("module")),
      inputHash: posted ? ZERO_HASH : hash(id(`input ${nonce}`)),
      touchesHash: ZERO_HASH,
      gasLimit: 500_000n,
      gasPrice: 10n,
      callGasLimit: 0n,
      epoch: number,
      ...changes,
    };
  }

  /** The address that a deployment by `sender` with `nonce` gives its contract. */
  addressOf(sender: Address, nonce: bigint): Address {
    return contractAddress(this.domain.enigma, this.#accountImplementation, taskId(this.domain, sender, nonce));
  }

  async record(sender: EnigmaAccount, changes: Partial<TaskOrder> = {}): Promise<TaskRecord> {
    return createdRecord(await sender.createRecord(await this.order(sender, changes)));
  }

  /** A receipt that settles the record, unless `changes` spoil it. */
  receipt(record: TaskRecord, stateBefore: Hash, changes: Partial<Receipt> = {}): Receipt {
    const task = taskId(this.domain, record.sender, record.nonce);
    return {
      taskId: task,
      recordHash: recordHash(record),
      epoch: record.epoch,
      moves: [{ secretContract: record.secretContract, stateBefore, stateAfter: stateAfterOf(task) }],
      outputHash: task,
      gasUsed: 100_000n,
      effectsHash: ZERO_HASH,
      status: 1,
      ...changes,
    };
  }

  commitment(worker: TestWorker, record: TaskRecord, receipt: Receipt, effects: readonly Effect[] = []): Commitment {
    return { record, receipt, effects, signature: sign(worker.enclave, receiptDigest(this.domain, receipt)) };
  }

  /** The one of `workers` that serves the contract now. */
  async selected(workers: readonly TestWorker[], secretContract: Address): Promise<TestWorker> {
    const { number } = await this.contract.currentEpoch();
    const group = (await this.contract.contractInfo(secretContract))?.group ?? secretContract;
    const selected = await this.contract.selectedWorker(number, group);
    const worker = workers.find(({ account }) => account.address === selected);
    if (worker === undefined) throw new Error("no worker is selected");
    return worker;
  }

  /** Records and settles a deployment; returns the new contract's address and tip. */
  async deployContract(
    sender: EnigmaAccount,
    worker: TestWorker,
    changes: Partial<TaskOrder> = {},
  ): Promise<{ secretContract: Address; tip: Hash }> {
    const record = await this.record(sender, changes);
    const receipt = this.receipt(record, ZERO_HASH);
    await worker.account.commitReceipts([this.commitment(worker, record, receipt)]);
    return { secretContract: record.secretContract, tip: stateAfterOf(receipt.taskId) };
  }
}

/** The record that a transaction has made. */
export function createdRecord({ events }: EnigmaTransaction): TaskRecord {
  const created = events.find((event) => event.name === "RecordCreated");
  if (created === undefined) throw new Error("no record was created");
  return created.record;
}

/** The state hash that receipts of these tests lead to. */
export function stateAfterOf(task: Hash): Hash {
  return hash(id(`after ${task}`));
}

export function enclaveKey(name: string): SigningKey {
  return new SigningKey(id(`enclave of ${name}`));
}

export function signerOf(key: SigningKey): Address {
  return address(computeAddress(key));
}

/** r ‖ s ‖ v */
export function sign(key: SigningKey, digest: Hash): Uint8Array {
  return fromHex(key.sign(digest).serialized);
}
