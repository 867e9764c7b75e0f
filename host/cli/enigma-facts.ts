import type { Provider, Result } from "ethers";
import { enigmaInterface, tokenInterface } from "../client/enigma-interface.ts";

/** What the Enigma contract and its token say, read through an Ethereum endpoint; amounts in base units of ENG. */
export class EnigmaFacts {
  readonly #enigma: string;
  readonly #provider: Provider;

  constructor(enigma: string, provider: Provider) {
    this.#enigma = enigma;
    this.#provider = provider;
  }

  /** ENG in an account's wallet. */
  async walletOf(account: string): Promise<bigint> {
    const { token } = await this.#parameters();
    const data = tokenInterface.encodeFunctionData("balanceOf", [account]);
    const answer = await this.#provider.call({ to: String(token), data });
    return tokenInterface.decodeFunctionResult("balanceOf", answer)[0] as bigint;
  }

  /** ENG that an account has deposited. */
  async balanceOf(account: string): Promise<bigint> {
    return (await this.#read("balances", account))[0] as bigint;
  }

  /** Price of a unit of Ethereum gas that a task's calls use. */
  async callGasPrice(): Promise<bigint> {
    return ((await this.#parameters()).settings as Result).callGasPrice as bigint;
  }

  /** keccak256 of a secret contract's module; zero if there is no such contract. */
  async codeHash(secretContract: string): Promise<string> {
    return String((await this.#read("contractInfo", secretContract))[0]);
  }

  async #parameters(): Promise<Result> {
    return (await this.#read("parameters"))[0] as Result;
  }

  async #read(name: string, ...args: readonly unknown[]): Promise<Result> {
    const answer = await this.#provider.call({
      to: this.#enigma,
      data: enigmaInterface.encodeFunctionData(name, args),
    });
    return enigmaInterface.decodeFunctionResult(name, answer);
  }
}
