/** What commands that only look read a network by: a worker and an Ethereum endpoint, no account. */
import { Gateway } from "../client/gateway.ts";
import { EnigmaContract } from "../ethereum/enigma-contract.ts";
import { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import type { InfoResult } from "../protocol/rpc-types.ts";
import { findNetwork, knownAddresses, type NetworkPlace, reached } from "./network-session.ts";
import { TaskHistory } from "./task-history.ts";

export class NetworkReading {
  readonly place: NetworkPlace;
  readonly gateway: Gateway;
  readonly info: InfoResult;
  readonly contract: EnigmaContract;
  readonly history: TaskHistory;
  readonly connection: JsonRpcConnection;

  private constructor(place: NetworkPlace, gateway: Gateway, info: InfoResult, connection: JsonRpcConnection) {
    const { chainId, enigma } = info;
    this.place = place;
    this.gateway = gateway;
    this.info = info;
    this.connection = connection;
    this.contract = new EnigmaContract(connection, { chainId, enigma });
    this.history = new TaskHistory(connection, enigma);
  }

  /** @throws `network-unknown`, `network-unreachable`, `network-incomplete`, `chain-mismatch` */
  static async open(cwd: string, network: string | undefined): Promise<NetworkReading> {
    const place = await findNetwork(cwd, network);
    if (place.ethereum === undefined)
      throw new EnigmaError("network-incomplete", {
        data: { network: place.network, field: `networks.${place.network}.ethereum` },
      });
    const gateway = new Gateway(place.rpc, globalThis.fetch);
    const connection = new JsonRpcConnection(place.ethereum);
    try {
      const [info, chainId] = await reached(
        place,
        Promise.all([gateway.info(), connection.request<Hash>("eth_chainId")]),
      );
      if (BigInt(chainId) !== info.chainId)
        throw new EnigmaError("chain-mismatch", {
          data: { gateway: `chain ${info.chainId}`, provider: `chain ${BigInt(chainId)}` },
        });
      return new NetworkReading(place, gateway, info, connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** What addresses are called here. */
  names(env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
    return new Map([...knownAddresses(this.place, env)].map(([name, at]) => [at.toLowerCase(), name]));
  }

  close(): void {
    this.connection.close();
  }
}
