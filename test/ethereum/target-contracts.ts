/** Ethereum contracts for tests: what secret contracts may meet when they call. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AbiCoder, Interface } from "ethers";
import type { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { Address, Hex } from "../../host/protocol/hex.ts";
import { compile } from "../../scripts/compile-solidity.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ENIGMA = join(ROOT, "contracts/ethereum");

type Sources = Record<string, { content: string }>;

export interface Target {
  readonly address: Address;
  readonly abi: Interface;
}

/** Compiles and deploys contracts of `targets/Targets.sol`, or of another file there. */
export async function deployTargets<Name extends string>(
  sender: TransactionSender,
  names: readonly Name[],
  file = "Targets.sol",
): Promise<Record<Name, Target>> {
  const deploy = await compileTargets(file);
  const deployed: Partial<Record<Name, Target>> = {};
  for (const name of names) deployed[name] = await deploy(sender, name);
  return deployed as Record<Name, Target>;
}

/** What of Enigma a source imports, and what that imports. */
async function importsOf(source: string, found: Sources = {}): Promise<Sources> {
  for (const [, name = ""] of source.matchAll(/from "\.{1,2}\/([A-Za-z]+\.sol)"/g)) {
    if (name in found) continue;
    const content = await readFile(join(ENIGMA, name), "utf8");
    found[name] = { content };
    await importsOf(content, found);
  }
  return found;
}

/** Compiles a file of `targets`, and gives what deploys its contracts. */
export async function compileTargets(file: string) {
  const path = `targets/${file}`;
  const content = await readFile(join(import.meta.dirname, path), "utf8");
  const compiled = compile({ ...(await importsOf(content)), [path]: { content } });
  return async (sender: TransactionSender, name: string, args: readonly unknown[] = []): Promise<Target> => {
    const contract = compiled[path]?.[name];
    if (contract === undefined) throw new Error(`there is no target ${name}`);
    const abi = new Interface(JSON.stringify(contract.abi));
    const data = `0x${contract.evm.bytecode.object}${abi.encodeDeploy(args).slice(2)}` as Hex;
    const { contractAddress } = await sender.send({ data, gasLimit: 8_000_000n });
    return { address: contractAddress as Address, abi };
  };
}

/** Deploys one of the project's own contracts. */
export async function deployArtifact(
  sender: TransactionSender,
  name: string,
  types: readonly string[] = [],
  values: readonly unknown[] = [],
): Promise<Target> {
  const path = join(ROOT, "contracts/dist/ethereum", `${name}.json`);
  const { abi, bytecode } = JSON.parse(await readFile(path, "utf8")) as { abi: unknown[]; bytecode: Hex };
  const data = `${bytecode}${AbiCoder.defaultAbiCoder().encode(types, values).slice(2)}` as Hex;
  const { contractAddress } = await sender.send({ data, gasLimit: 5_000_000n });
  return { address: contractAddress as Address, abi: new Interface(JSON.stringify(abi)) };
}
