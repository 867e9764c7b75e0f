/** Which contract a command line means, and which artifact explains it. */
import { type FunctionFragment, Interface, type InterfaceAbi } from "ethers";
import type { UntypedSecretContract } from "../client/index.ts";
import { type Artifact, artifactNames, readArtifact } from "../project/artifact.ts";
import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, hash, ZERO_HASH } from "../protocol/hex.ts";
import type { NetworkSession } from "./network-session.ts";

/** A deployed contract with the interface that explains it. */
export interface FoundContract {
  readonly name: string;
  readonly address: Address;
  readonly contract: UntypedSecretContract;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** The address that a name or an address stands for. @throws `contract-name-unknown` with a suggestion */
export function contractAddress(session: Pick<NetworkSession, "place" | "aliases">, given: string): Address {
  if (ADDRESS.test(given)) return address(given);
  const { aliases, place } = session;
  const alias = Object.hasOwn(aliases, given) ? aliases[given] : undefined;
  if (alias !== undefined) return alias.address;
  const names = Object.keys(aliases);
  const isArtifact = artifactNames(place.project.artifacts).includes(given);
  const detail = isArtifact ? `Deploy it first: enigma deploy ${given}.` : didYouMean(given, names).trim() || undefined;
  throw new EnigmaError("contract-name-unknown", {
    ...{ data: { name: given, network: place.network, names }, detail },
  });
}

/**
 * The contract that a name or an address stands for, with its artifact's interface.
 * @throws `contract-name-unknown`, `contract-not-deployed`, `artifact-missing`, `contract-unexplained`
 */
export async function findContract(session: NetworkSession, given: string): Promise<FoundContract> {
  const at = contractAddress(session, given);
  const codeHash = hash(await session.facts.codeHash(at));
  if (codeHash === ZERO_HASH)
    throw new EnigmaError("contract-not-deployed", {
      data: { secretContract: at },
      detail: ADDRESS.test(given) ? undefined : `It is called "${given}" since an earlier deployment: deploy it again.`,
    });
  const artifact = artifactOf(session, at, codeHash);
  const contract = session.enigma.contract(at, artifact.abi as InterfaceAbi) as UntypedSecretContract;
  return { name: ADDRESS.test(given) ? artifact.name : given, address: at, contract };
}

/** The function of a name or signature. @throws `function-unknown` with a suggestion, `function-ambiguous` */
export function findFunction(
  contract: { readonly interface: Interface },
  given: string,
  count: number,
): FunctionFragment {
  const functions = contract.interface.fragments.filter(
    (fragment) => fragment.type === "function",
  ) as FunctionFragment[];
  const named = functions.filter(
    (fragment) => fragment.name === given || fragment.format() === given.replace(/\s/g, ""),
  );
  const fitting = named.length > 1 ? named.filter(({ inputs }) => inputs.length === count) : named;
  if (fitting.length === 1) return fitting[0] as FunctionFragment;
  const functionNames = [...new Set(functions.map(({ name }) => name))];
  if (named.length > 1) {
    const signatures = named.map((fragment) => fragment.format());
    throw new EnigmaError("function-ambiguous", { data: { function: given, signatures: signatures.join(", ") } });
  }
  const detail = didYouMean(given, functionNames).trim() || `It has: ${functionNames.join(", ")}.`;
  throw new EnigmaError("unknown-function", { data: { function: `"${given}"`, functions: functionNames }, detail });
}

/** The artifact with the deployed code; the alias's own where none has it, which is told when something does not fit. */
function artifactOf({ place, aliases }: NetworkSession, at: Address, codeHash: Hash): Artifact {
  const folder = place.project.artifacts;
  const alias = Object.values(aliases).find((known) => known.address === at);
  const names = artifactNames(folder);
  const first = alias === undefined ? [] : [alias.artifact];
  for (const name of [...first, ...names.filter((name) => name !== alias?.artifact)]) {
    const artifact = readArtifact(folder, name);
    if (artifact.codeHash === codeHash || name === alias?.artifact) return artifact;
  }
  throw new EnigmaError("contract-unexplained", { data: { secretContract: at, codeHash, folder } });
}

/** An interface of an artifact. */
export function interfaceOf({ abi }: Artifact): Interface {
  return new Interface(abi as InterfaceAbi);
}
