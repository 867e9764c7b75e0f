/** A project of its own in a temporary folder, with samples as its artifacts and a running network in its configuration. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AbiElement, ARTIFACT_FORMAT, writeArtifact } from "../../host/project/artifact.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { type SampleName, sampleContract } from "../../host/testing/sample-contract.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";
import { type Captured, runCapturedIn, type Surroundings } from "./captured-terminal.ts";

export class ProjectFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @param network what its network `local` is; nothing that runs, if absent */
  static async make(network?: TestNetwork, samples: readonly SampleName[] = []): Promise<ProjectFolder> {
    const folder = new ProjectFolder(await mkdtemp(join(tmpdir(), "enigma-project-")));
    if (network !== undefined) await folder.useNetwork(network);
    for (const name of samples) await folder.addSample(name);
    return folder;
  }

  async useNetwork({ local }: TestNetwork): Promise<void> {
    const [worker] = local.workers;
    await this.configure({
      networks: { local: { rpc: worker?.url, ethereum: local.chain.url, principal: local.principal.url } },
    });
  }

  /** Writes the configuration. */
  async configure(config: object): Promise<void> {
    const text = `import { defineConfig } from "enigma-simulator/config";\nexport default defineConfig(${JSON.stringify(config)});\n`;
    await writeFile(join(this.path, "enigma.config.ts"), text);
  }

  /** Makes an artifact of a sample that set-up built. */
  async addSample(name: SampleName): Promise<void> {
    const { module, abi } = await sampleContract(name);
    await writeArtifact(join(this.path, "artifacts"), {
      ...{ format: ARTIFACT_FORMAT, name, module, codeHash: keccak(module), rules: 1, deploymentGas: 0n },
      ...{ abi: JSON.parse(abi) as AbiElement[], sourceHash: keccak(module) },
      toolchain: { rustc: "built by set-up", sdk: "built by set-up", binaryen: "built by set-up" },
    });
  }

  /** Runs `enigma` in this folder. */
  run(...argv: readonly string[]): Promise<Captured> {
    return this.runWith({}, ...argv);
  }

  runWith(surroundings: Surroundings, ...argv: readonly string[]): Promise<Captured> {
    return runCapturedIn({ cwd: this.path, ...surroundings }, ...argv);
  }

  /** Runs it with `--json`; what it printed, and its exit code. */
  async json(...argv: readonly string[]): Promise<{ readonly status: number; readonly value: unknown }> {
    const { status, stdout } = await this.run(...argv, "--json");
    return { status, value: JSON.parse(stdout) };
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
