/** The check of a configuration: every field's name and type. What is wrong is named by its path, never by its value. */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { isConfigVariable } from "./config-variable.ts";
import type { ProjectConfig } from "./define-config.ts";
import { didYouMean } from "./suggestion.ts";

/** How many development accounts the local network leaves to users. */
const DEVELOPMENT_ACCOUNTS = 10;

/** Names are typed on command lines, where an address or an option must not be taken for one. */
const NAME = /^[A-Za-z][\w-]*$/;

type Check = (value: unknown, path: string) => void;

/** Collects what is wrong with a configuration, so that the first mistake can be told with its field. */
class ConfigCheck {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws `config-invalid` */
  fail(field: string, problem: string): never {
    const data = { file: this.#file, field, problem };
    throw new EnigmaError("config-invalid", { data, detail: `${field}: ${problem}.` });
  }

  readonly folder: Check = (value, path) => {
    if (typeof value !== "string" || value === "") this.fail(path, "it must be a folder's path, as text");
  };

  readonly flag: Check = (value, path) => {
    if (typeof value !== "boolean") this.fail(path, "it must be true or false");
  };

  readonly url: Check = (value, path) => {
    if (typeof value !== "string" || !URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
      this.fail(path, "it must be an http or https URL");
  };

  readonly name: Check = (value, path) => {
    if (typeof value !== "string" || !NAME.test(value)) this.fail(path, "it must be a name");
  };

  readonly account: Check = (value, path) => {
    const isIndex = Number.isInteger(value) && (value as number) >= 0 && (value as number) < DEVELOPMENT_ACCOUNTS;
    const isKey = typeof value === "string" && /^0x[0-9a-fA-F]{64}$/.test(value);
    const isVariable = isConfigVariable(value) && Object.keys(value).length === 1 && value.variable !== "";
    if (isIndex || isKey || isVariable) return;
    const indices = `the index of a development account (0 to ${DEVELOPMENT_ACCOUNTS - 1})`;
    this.fail(path, `it must be ${indices}, a private key (0x and 64 hexadecimal digits), or configVariable("NAME")`);
  };

  readonly accounts: Check = (value, path) => this.#entries(value, path, this.account);

  readonly network: Check = (value, path) => {
    const network = { rpc: this.url, ethereum: this.url, principal: this.url, accounts: this.accounts };
    this.fields(value, path, network);
    // What is not said of the local network is known.
    if (path !== "networks.local" && (value as { rpc?: unknown }).rpc === undefined)
      this.fail(`${path}.rpc`, "it is missing: the URL of a worker");
  };

  readonly networks: Check = (value, path) => this.#entries(value, path, this.network);

  /** An object that has fields of these names and no others. */
  fields(value: unknown, path: string, checks: Readonly<Record<string, Check>>): void {
    for (const [name, field] of Object.entries(this.#object(value, path))) {
      const place = path === "" ? name : `${path}.${name}`;
      const check = checks[name];
      if (check === undefined) this.fail(place, `there is no such field${sentenceEnd(name, Object.keys(checks))}`);
      if (field !== undefined) check(field, place);
    }
  }

  #entries(value: unknown, path: string, check: Check): void {
    for (const [name, entry] of Object.entries(this.#object(value, path))) {
      if (!NAME.test(name))
        this.fail(`${path}.${name}`, "a name has letters, digits, - and _, and begins with a letter");
      check(entry, `${path}.${name}`);
    }
  }

  #object(value: unknown, path: string): object {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
    return this.fail(path === "" ? "export default" : path, "it must be an object");
  }
}

function sentenceEnd(name: string, known: readonly string[]): string {
  const suggestion = didYouMean(name, known);
  return suggestion === "" ? `; there are ${known.join(", ")}` : `.${suggestion.replace(/\?$/, "")}`;
}

/** Takes what a configuration's file exports. @throws `config-invalid` with `data.field` */
export function checkConfig(value: unknown, file: string): ProjectConfig {
  const check = new ConfigCheck(file);
  check.fields(value, "", {
    contracts: check.folder,
    artifacts: check.folder,
    networks: check.networks,
    defaultNetwork: check.name,
    accounts: check.accounts,
    typescript: check.flag,
  });
  const config = value as ProjectConfig;
  const networks = ["local", ...Object.keys(config.networks ?? {})];
  const wanted = config.defaultNetwork ?? "local";
  if (!networks.includes(wanted))
    check.fail("defaultNetwork", `there is no network "${wanted}"${sentenceEnd(wanted, networks)}`);
  return config;
}
