/** Puts the parts of a client together, once gateway and Ethereum agree which network they serve. */
import type { Interface } from "ethers";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address } from "../protocol/hex.ts";
import type { InfoResult } from "../protocol/rpc-types.ts";
import { AccountTransactions } from "./account-transactions.ts";
import { ContractKeys } from "./contract-keys.ts";
import { Deposits } from "./deposits.ts";
import type { ConnectOptions } from "./enigma-options.ts";
import { EnigmaReader } from "./enigma-reader.ts";
import { EthereumEndpoint } from "./ethereum-endpoint.ts";
import { EventLog } from "./event-log.ts";
import { Funds } from "./funds.ts";
import { Gateway } from "./gateway.ts";
import type { ModuleChecker } from "./module-check.ts";
import { PreparedInputs } from "./prepared-inputs.ts";
import { RecordQueue } from "./record-queue.ts";
import type { ContractContext } from "./secret-contract.ts";
import { TaskEvents } from "./task-events.ts";
import { TaskOrders } from "./task-orders.ts";
import { transactionSubmitter } from "./transaction-submitter.ts";
import { Views } from "./views.ts";

/** The parts of a connected client. */
export interface Connection {
  readonly info: InfoResult;
  readonly domain: EnigmaDomain;
  readonly sender: Address;
  readonly reader: EnigmaReader;
  readonly contracts: ContractContext;
  readonly abis: Map<Address, Interface>;
  readonly prepared: PreparedInputs;
  readonly eventLog: EventLog;
  readonly deposits: Deposits;
  readonly events: TaskEvents;
  readonly checker: ModuleChecker | false | undefined;
}

const GAS_PRICE = 10n ** 9n;

/** As `Enigma.connect`. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { signer, gasPrice = GAS_PRICE, random = platformRandom } = options;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const gateway = new Gateway(options.rpc, fetch);
  const endpoint = new EthereumEndpoint(signer.provider, fetch);
  const [info, chainId, account] = await Promise.all([gateway.info(), endpoint.chainId(), signer.getAddress()]);
  const domain = { chainId, enigma: address(options.enigma ?? info.enigma, "enigma") };
  const sender = address(account);
  const reader = new EnigmaReader(endpoint, domain.enigma);
  const principalSigner = await checkNetwork(info, domain, reader);
  const transactions = new AccountTransactions(
    sender,
    transactionSubmitter(signer, sender, chainId, endpoint),
    endpoint,
  );
  const events = new TaskEvents(gateway, `sender=${sender}`);
  const keys = new ContractKeys(domain, principalSigner, gateway, reader);
  const context = {
    ...{ domain, sender, gateway, reader, endpoint, keys, events, random, gasPrice, signer },
    records: new RecordQueue(domain.enigma, transactions),
    funds: new Funds(reader, sender),
  };
  const abis = new Map<Address, Interface>();
  const abiOf = (contract: Address) => abis.get(contract);
  return {
    ...{ info, domain, sender, reader, events, abis, checker: options.checkModule },
    contracts: { orders: new TaskOrders(context), views: new Views(context), abiOf },
    prepared: new PreparedInputs(context),
    eventLog: new EventLog(domain, endpoint, reader, keys),
    deposits: new Deposits(domain, signer, sender, reader, transactions),
  };
}

/** The principal's signer, once gateway and Ethereum agree which network this is. */
async function checkNetwork(info: InfoResult, domain: EnigmaDomain, reader: EnigmaReader): Promise<Address> {
  const gateway = `chain ${info.chainId}, Enigma contract ${info.enigma}`;
  const mismatch = (provider: string) => new EnigmaError("chain-mismatch", { data: { gateway, provider } });
  if (info.chainId !== domain.chainId || info.enigma !== domain.enigma) {
    throw mismatch(`chain ${domain.chainId}, Enigma contract ${domain.enigma}`);
  }
  if (!(await reader.exists())) throw mismatch(`a chain ${domain.chainId} without a contract at ${domain.enigma}`);
  return reader.principalSigner();
}

function platformRandom(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
