import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customSections } from "../../scripts/setup/wasm-section.mjs";

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Unsigned LEB128. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function custom(name: string, content: Uint8Array): number[] {
  const encoded = [...new TextEncoder().encode(name)];
  const body = [...leb(encoded.length), ...encoded, ...content];
  return [0, ...leb(body.length), ...body];
}

describe("custom sections of a module", () => {
  it("are those that V8 reads, whatever their names and sizes", () => {
    const sections = fc.array(fc.tuple(fc.constantFrom("enigma-abi", "name", "ä"), fc.uint8Array({ maxLength: 300 })));
    fc.assert(
      fc.property(sections, (list) => {
        const module = new Uint8Array([...HEADER, ...list.flatMap(([name, content]) => custom(name, content))]);
        const expected = WebAssembly.Module.customSections(new WebAssembly.Module(module), "enigma-abi");
        expect(customSections(module, "enigma-abi")).toEqual(expected.map((buffer) => new Uint8Array(buffer)));
      }),
    );
  });

  it("are none where the module has only others", () => {
    const types = [1, 4, 1, 0x60, 0, 0];
    expect(customSections(new Uint8Array([...HEADER, ...types]), "enigma-abi")).toEqual([]);
  });

  it("are refused where a size does not end", () => {
    const module = new Uint8Array([...HEADER, 0, 0x80, 0x80]);
    expect(() => customSections(module, "enigma-abi")).toThrow(RangeError);
  });
});
