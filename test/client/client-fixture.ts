/**
 * A chain with the contracts, one worker that is also the gateway, and a user with a deposit: what the client's tests
 * stand on.
 */
import { JsonRpcProvider, Wallet } from "ethers";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type ConnectOptions, Enigma, EnigmaError, type SecretContract } from "../../host/client/index.ts";
import { devAccounts } from "../../host/ethereum/dev-accounts.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { TestNetwork } from "../ethereum/test-network.ts";
import { FakeGateway } from "./fake-gateway.ts";
import { wealthAbi } from "./wealth-abi.ts";

const USER = 5;

/** Enough for a gateway that does not look into it. */
export const MODULE = new TextEncoder().encode("not really a module");

export interface ClientFixture {
  readonly network: TestNetwork;
  readonly gateway: FakeGateway;
  readonly provider: JsonRpcProvider;
  readonly wallet: Wallet;
  /** A client that is made anew for each test. */
  readonly enigma: Enigma;
  connect(options?: Partial<ConnectOptions>): Promise<Enigma>;
  /** A contract that is deployed. */
  deployed(client?: Enigma): Promise<SecretContract<typeof wealthAbi>>;
}

/** Sets the fixture up around the tests of a file. Its members are there once the tests run. */
export function clientFixture(): ClientFixture {
  const fixture = {
    connect(options: Partial<ConnectOptions> = {}) {
      return Enigma.connect({ rpc: fixture.gateway.url, signer: fixture.wallet, checkModule: false, ...options });
    },
    async deployed(client = fixture.enigma) {
      const deployment = await client.deploy({ module: MODULE, abi: wealthAbi, args: [1000n] });
      return (await deployment.wait()).contract;
    },
  } as { -readonly [Member in keyof ClientFixture]: ClientFixture[Member] };

  beforeAll(async () => {
    const parameters = { epochBlocks: 100, taskTimeoutBlocks: 30, epochGraceBlocks: 2 };
    fixture.network = await TestNetwork.start({ parameters });
    const worker = await fixture.network.addWorker(0);
    await fixture.network.nextEpoch();
    fixture.gateway = await FakeGateway.start(fixture.network, worker);
    fixture.provider = new JsonRpcProvider(fixture.network.chain.url);
    fixture.wallet = new Wallet(devAccounts()[USER]?.privateKey as string, fixture.provider);
    await (await fixture.connect()).deposit(1_000n * ENG);
  });

  beforeEach(async () => {
    fixture.enigma = await fixture.connect();
  });

  afterEach(() => {
    fixture.enigma.close();
    fixture.gateway.reset();
  });

  afterAll(async () => {
    fixture.provider?.destroy();
    await fixture.gateway?.close();
    await fixture.network?.close();
  });
  return fixture;
}

/** The code of the EnigmaError that a promise must be rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(EnigmaError);
  return (error as EnigmaError).code;
}
