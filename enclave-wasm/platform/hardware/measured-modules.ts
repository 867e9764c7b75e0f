/**
 * Modules of measured scripts where Node has no hooks that run in the same thread (before 22.15): they are linked here. An
 * enclave's process may start no thread, and hooks in one of their own would need it. Takes Node's `--experimental-vm-modules`.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { HardwareError } from "./hardware-error.ts";

/** Whether this process was started so that it can link modules. */
export function canLinkModules(): boolean {
  return (vm as Partial<typeof vm>).SourceTextModule !== undefined;
}

/** The modules of measured scripts by URL, each made once. */
export class MeasuredModules {
  readonly #sourceAt: (place: string) => Uint8Array | undefined;
  readonly #modules = new Map<string, Promise<vm.Module>>();

  /** @param sourceAt the measured script at a place; undefined for all others, which are refused */
  constructor(sourceAt: (place: string) => Uint8Array | undefined) {
    this.#sourceAt = sourceAt;
  }

  /** Imports the module of a file's URL. @throws {HardwareError} `enclave-measurement` for what was not measured */
  async import(url: string): Promise<object> {
    const module = await this.#evaluated(url);
    return module.namespace;
  }

  async #evaluated(url: string): Promise<vm.Module> {
    const module = await this.#module(url);
    if (module.status === "unlinked") await module.link((specifier, from) => this.#module(urlOf(specifier, from)));
    await module.evaluate();
    return module;
  }

  #module(url: string): Promise<vm.Module> {
    const known = this.#modules.get(url);
    if (known !== undefined) return known;
    const made = url.startsWith("file:") ? this.#script(url) : fromNode(url);
    this.#modules.set(url, made);
    return made;
  }

  async #script(url: string): Promise<vm.Module> {
    const place = fileURLToPath(url);
    const source = this.#sourceAt(place);
    if (source === undefined) {
      throw new HardwareError("enclave-measurement", { detail: `${path.basename(place)} was not measured.` });
    }
    return new vm.SourceTextModule(new TextDecoder().decode(source), {
      identifier: url,
      initializeImportMeta: (meta) => {
        meta.url = url;
      },
      importModuleDynamically: (specifier, from) => this.#evaluated(urlOf(specifier, from as vm.Module)),
    });
  }
}

/** Relative names are meant from the importing module; others are Node's own. */
function urlOf(specifier: string, from: vm.Module): string {
  const isPlace = /^(\.{0,2}\/|file:)/.test(specifier);
  return isPlace ? new URL(specifier, from.identifier).href : specifier;
}

/** A module that Node finds by itself, such as `node:fs`. */
async function fromNode(specifier: string): Promise<vm.Module> {
  const exports: Record<string, unknown> = await import(specifier);
  const names = Object.keys(exports);
  return new vm.SyntheticModule(
    names,
    function give(this: vm.SyntheticModule) {
      for (const name of names) this.setExport(name, exports[name]);
    },
    { identifier: specifier },
  );
}
