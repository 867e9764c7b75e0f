/** Ethereum contracts for tests: what secret contracts may meet when they call. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AbiCoder, Interface } from "ethers";
import type { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { Address, Hex } from "../../host/protocol/hex.ts";
import { compile } from "../../scripts/compile-solidity.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Target {
  readonly address: Address;
  readonly abi: Interface;
}

/** Files of `contracts/ethereum` that targets import. */
const IMPORTED = ["EnigmaTypes.sol", "RawWords.sol", "TaskHashing.sol"];

/** Compiles and deploys contracts of `targets/Targets.sol`, or of another file there. */
export async function deployTargets<Name extends string>(
  sender: TransactionSender,
  names: readonly Name[],
  file = "Targets.sol",
): Promise<Record<Name, Target>> {
  const path = `targets/${file}`;
  const sources = { [path]: { content: await readFile(join(import.meta.dirname, path), "utf8") } };
  for (const name of IMPORTED) {
    sources[name] = { content: await readFile(join(ROOT, "contracts/ethereum", name), "utf8") };
  }
  const compiled = compile(sources);
  const deployed: Partial<Record<Name, Target>> = {};
  for (const name of names) {
    const contract = compiled[path]?.[name];
    if (contract === undefined) throw new Error(`there is no target ${name}`);
    const data = `0x${contract.evm.bytecode.object}` as Hex;
    const { contractAddress } = await sender.send({ data, gasLimit: 5_000_000n });
    deployed[name] = { address: contractAddress as Address, abi: new Interface(JSON.stringify(contract.abi)) };
  }
  return deployed as Record<Name, Target>;
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
