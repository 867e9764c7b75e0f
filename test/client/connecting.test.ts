import { Interface, Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { clientFixture, codeOf } from "./client-fixture.ts";
import { wealthAbi } from "./wealth-abi.ts";

const _abi = new Interface(wealthAbi);
const fixture = clientFixture();

describe("connecting", () => {
  it("learns the network from the gateway and checks it at the signer's endpoint", () => {
    expect(fixture.enigma.chainId).toBe(fixture.network.domain.chainId);
    expect(fixture.enigma.address).toBe(fixture.network.domain.enigma);
    expect(fixture.enigma.info.simulated).toBe(true);
  });

  it("refuses a gateway of another chain", async () => {
    fixture.gateway.tampering = { enigma_getInfo: (info) => ({ ...info, chainId: "1" }) };
    expect(await codeOf(fixture.connect())).toBe("chain-mismatch");
  });

  it("refuses an Enigma address without a contract", async () => {
    const nowhere = `0x${"77".repeat(20)}`;
    fixture.gateway.tampering = { enigma_getInfo: (info) => ({ ...info, enigma: nowhere }) };
    expect(await codeOf(fixture.connect())).toBe("chain-mismatch");
  });

  it("refuses a gateway that serves another Enigma contract than the caller named", async () => {
    expect(await codeOf(fixture.connect({ enigma: `0x${"77".repeat(20)}` }))).toBe("chain-mismatch");
  });

  it("says that a signer needs a fixture.provider, and that a gateway does not answer", async () => {
    expect(await codeOf(fixture.connect({ signer: new Wallet(fixture.wallet.privateKey) }))).toBe(
      "signer-without-provider",
    );
    expect(await codeOf(fixture.connect({ rpc: "http://127.0.0.1:1" }))).toBe("gateway-unreachable");
  });

  it("says that an answer of the gateway is malformed", async () => {
    fixture.gateway.tampering = { enigma_getInfo: (info) => ({ ...info, signer: "0x12" }) };
    expect(await codeOf(fixture.connect())).toBe("gateway-error");
  });
});

describe("money", () => {
  it("deposits by permit and withdraws", async () => {
    const before = await fixture.enigma.balance();
    await fixture.enigma.deposit(5n * ENG);
    expect(await fixture.enigma.balance()).toBe(before + 5n * ENG);
    await fixture.enigma.withdraw(5n * ENG);
    expect(await fixture.enigma.balance()).toBe(before);
  });

  it("says why a withdrawal reverts", async () => {
    await expect(fixture.enigma.withdraw(10n ** 27n)).rejects.toMatchObject({
      code: "transaction-reverted",
      data: { error: "BalanceTooLow" },
    });
  });
});
