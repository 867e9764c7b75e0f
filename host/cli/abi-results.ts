/** Values that a contract returned, as people read them and as JSON carries them. */
import type { ParamType, Result } from "ethers";

/** Names for addresses. */
export type AddressNames = ReadonlyMap<string, string>;

/** The decoded outputs of a function as JSON: one value by itself, several by their names or in order. */
export function resultJson(outputs: readonly ParamType[], result: unknown): unknown {
  const values = valuesOf(outputs, result);
  if (outputs.length === 0) return null;
  if (outputs.length === 1) return valueJson(outputs[0] as ParamType, values[0]);
  const json = outputs.map((output, index) => valueJson(output, values[index]));
  const isNamed = outputs.every(({ name }) => name !== "");
  return isNamed ? Object.fromEntries(outputs.map(({ name }, index) => [name, json[index]])) : json;
}

/** The same as text, a line for each output. */
export function resultText(outputs: readonly ParamType[], result: unknown, names: AddressNames): string {
  const values = valuesOf(outputs, result);
  const lines = outputs.map((output, index) => {
    const text = valueText(output, values[index], names);
    return outputs.length === 1 || output.name === "" ? text : `${output.name}: ${text}`;
  });
  return lines.join("\n");
}

/** One value as JSON: integers are decimal strings, tuples objects where their fields have names. */
export function valueJson(type: ParamType, value: unknown): unknown {
  if (type.isArray()) return [...(value as Iterable<unknown>)].map((part) => valueJson(type.arrayChildren, part));
  if (!type.isTuple()) return typeof value === "bigint" ? value.toString() : value;
  const parts = [...(value as Iterable<unknown>)];
  const json = type.components.map((field, index) => valueJson(field, parts[index]));
  const isNamed = type.components.every(({ name }) => name !== "");
  return isNamed ? Object.fromEntries(type.components.map(({ name }, index) => [name, json[index]])) : json;
}

/** One value as text; addresses with the name that they have here. */
export function valueText(type: ParamType, value: unknown, names: AddressNames): string {
  if (type.isArray())
    return `[${[...(value as Iterable<unknown>)].map((part) => valueText(type.arrayChildren, part, names)).join(", ")}]`;
  if (type.isTuple()) {
    const parts = [...(value as Iterable<unknown>)];
    const fields = type.components.map((field, index) => {
      const text = valueText(field, parts[index], names);
      return field.name === "" ? text : `${field.name}: ${text}`;
    });
    return `(${fields.join(", ")})`;
  }
  if (type.baseType === "string") return JSON.stringify(value);
  if (type.baseType !== "address") return String(value);
  const name = names.get(String(value).toLowerCase());
  return name === undefined ? String(value) : `${value} (${name})`;
}

function valuesOf(outputs: readonly ParamType[], result: unknown): unknown[] {
  return outputs.length === 1 ? [result] : [...((result ?? []) as Result)];
}
