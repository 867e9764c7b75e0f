/** `enigma verify-code`: whether a deployed contract is what the project's sources say. */
import { WorkerArchive } from "../auditor/worker-archive.ts";
import { type ContractFromSources, contractsFromSources } from "../compile/from-sources.ts";
import {
  type AbiDifference,
  abiDifference,
  type SectionDifference,
  sectionDifferences,
} from "../compile/module-differences.ts";
import { readAliases } from "../project/aliases.ts";
import { type ArtifactToolchain, artifactNames, readArtifact } from "../project/artifact.ts";
import type { Project } from "../project/project.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { CommandResult } from "./command.ts";
import { contractAddress } from "./contract-lookup.ts";
import { grouped } from "./grouped.ts";
import { NetworkReading } from "./network-reading.ts";
import { reached } from "./network-session.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";

export interface VerifyCodeRequest {
  readonly contract: string;
  readonly source: string | undefined;
  readonly rebuild: boolean;
  readonly network: string | undefined;
  readonly cwd: string;
  readonly stop: AbortSignal;
}

/** What Ethereum says. */
interface Deployed {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly enigma: Address;
  readonly chainId: bigint;
}

/** How a contract of the project differs from the deployed one. */
interface Difference {
  readonly sections: readonly SectionDifference[];
  readonly abi: AbiDifference;
  /** Of the project's artifact that has the deployed code, if there still is one: what made it. */
  readonly deployedBy: { readonly toolchain: ArtifactToolchain; readonly sourceHash: Hash } | null;
}

interface Compared extends ContractFromSources {
  /** Null where the code is the same. */
  readonly difference: Difference | null;
}

export async function verifyCode(request: VerifyCodeRequest, out: Output): Promise<CommandResult> {
  const { cwd, rebuild, stop } = request;
  const reading = await NetworkReading.open(cwd, request.network);
  try {
    const { project } = reading.place;
    const { deployed, source } = await deployedCode(reading, request);
    const names = source === undefined ? [] : [source];
    const sources = await out.during("reading sources", (say) =>
      contractsFromSources({ project, names, rebuild, stop, say }),
    );
    const same = sources.find(({ artifact }) => artifact.codeHash === deployed.codeHash);
    const compared =
      same === undefined ? await differences(reading, deployed, sources) : [{ ...same, difference: null }];
    return {
      json: { verdict: same === undefined ? "different" : "equal", ...deployed, compared: compared.map(asJson) },
      text: asText(deployed, compared, out.style),
      failed: same === undefined,
    };
  } finally {
    reading.close();
  }
}

async function deployedCode(
  { place, contract, info }: NetworkReading,
  request: VerifyCodeRequest,
): Promise<{ deployed: Deployed; source: string | undefined }> {
  const aliases = readAliases(place.project.root, place.network);
  const secretContract = contractAddress({ place, aliases }, request.contract);
  const known = await reached(place, contract.contractInfo(secretContract));
  if (known === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
  const { enigma, chainId } = info;
  const alias = Object.values(aliases).find(({ address }) => address === secretContract);
  return {
    deployed: { secretContract, codeHash: known.codeHash, enigma, chainId },
    source: request.source ?? alias?.artifact,
  };
}

async function differences(
  { place }: NetworkReading,
  { codeHash }: Deployed,
  sources: readonly ContractFromSources[],
): Promise<Compared[]> {
  // What the worker sends is checked by the hash.
  const module = await reached(place, new WorkerArchive([place.rpc]).module(codeHash));
  const deployedBy = artifactOf(place.project, codeHash);
  return sources.map((contract) => ({
    ...contract,
    difference: {
      sections: sectionDifferences(module, contract.artifact.module),
      abi: abiDifference(module, contract.artifact.module),
      deployedBy,
    },
  }));
}

function artifactOf({ artifacts }: Project, codeHash: Hash): Difference["deployedBy"] {
  for (const name of artifactNames(artifacts)) {
    const { toolchain, sourceHash, ...artifact } = readArtifact(artifacts, name);
    if (artifact.codeHash === codeHash) return { toolchain, sourceHash };
  }
  return null;
}

function asJson({ artifact, built, difference }: Compared): object {
  const { name, codeHash, sourceHash, toolchain } = artifact;
  return { name, built, codeHash, sourceHash, toolchain, difference };
}

function asText({ secretContract, codeHash, enigma, chainId }: Deployed, compared: readonly Compared[], style: Style) {
  const [only] = compared;
  const equal = only?.difference === null ? only.artifact.name : undefined;
  return [
    equal === undefined
      ? `${style.red("different")}: contract ${secretContract} was not made from ${compared.map(({ artifact }) => artifact.name).join(", ")} as it is here`
      : `${style.green("equal")}: contract ${secretContract} runs the code of ${style.bold(equal)}`,
    `  code hash   ${codeHash}`,
    style.dim(`              for this contract in ${enigma} on chain ${chainId}`),
    ...compared.flatMap((contract) => sourceLines(contract, style)),
  ].join("\n");
}

function sourceLines({ artifact, built, difference }: Compared, style: Style): string[] {
  const from = built ? "compiled now" : "from the artifact, which names these sources; --rebuild compiles them";
  return [
    ...(difference === null ? [] : [`  ${style.red("≠")} ${artifact.name} ${artifact.codeHash}`]),
    `  sources     ${artifact.sourceHash}`,
    style.dim(`              ${from}`),
    `  toolchain   ${toolchainText(artifact.toolchain)}`,
    ...(difference === null ? [] : differenceLines(difference, style)),
  ];
}

function differenceLines({ sections, abi, deployedBy }: Difference, style: Style): string[] {
  const bytes = (count: number | null) => (count === null ? "none" : `${grouped(count)} bytes`);
  const made = deployedBy && [
    `  deployed by ${toolchainText(deployedBy.toolchain)}`,
    `              from sources ${deployedBy.sourceHash}`,
  ];
  return [
    ...(made ?? []),
    ...sections.map(
      ({ section, deployed, built }) =>
        `  ${style.red("≠")} section ${section}: deployed ${bytes(deployed)}, from sources ${bytes(built)}`,
    ),
    ...abi.onlyDeployed.map((element) => `  ${style.red("≠")} interface, only deployed: ${element}`),
    ...abi.onlyBuilt.map((element) => `  ${style.red("≠")} interface, only in sources: ${element}`),
  ];
}

function toolchainText({ rustc, sdk, binaryen }: ArtifactToolchain): string {
  return `rustc ${rustc}, SDK ${sdk}, binaryen ${binaryen}`;
}
