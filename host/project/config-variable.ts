import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** A value that is not written into the configuration: the name of the environment variable that holds it. */
export interface ConfigVariable {
  readonly variable: string;
}

/**
 * Names an environment variable in a configuration. It is read when its value is needed, not before, so that who never needs
 * it need not set it.
 *
 * @example accounts: { deployer: configVariable("DEPLOYER_KEY") }
 */
export function configVariable(name: string): ConfigVariable {
  return { variable: name };
}

/** Says whether a value of a configuration is the name of a variable. */
export function isConfigVariable(value: unknown): value is ConfigVariable {
  return typeof value === "object" && value !== null && typeof (value as ConfigVariable).variable === "string";
}

/** The variable's value. @throws `config-variable-missing` where the environment has none, or an empty one */
export function readConfigVariable(
  { variable }: ConfigVariable,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const value = environment[variable];
  if (value === undefined || value === "") throw new EnigmaError("config-variable-missing", { data: { variable } });
  return value;
}
