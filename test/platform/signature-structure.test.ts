import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSignatureStructure, signEnclave } from "../../enclave-wasm/platform/hardware/signature-structure.ts";
import { codeOf } from "./enclave-package.ts";

const description = { mrEnclave: new Uint8Array(32).fill(7), isvProdId: 1, isvSvn: 2, debug: false };

describe("signature structure", () => {
  it("gives back what was signed, and an author that follows from the key alone", () => {
    const u16 = fc.integer({ min: 0, max: 0xffff });
    const descriptions = fc.record({
      mrEnclave: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      isvProdId: u16,
      isvSvn: u16,
      debug: fc.boolean(),
    });
    const { mrSigner } = readSignatureStructure(signEnclave(description));
    fc.assert(
      fc.property(descriptions, (signed) => {
        expect(readSignatureStructure(signEnclave(signed))).toEqual({ ...signed, mrSigner });
      }),
    );
  });

  it("is the same in every run", () => {
    expect(signEnclave(description)).toEqual(signEnclave(description));
    expect(Buffer.from(readSignatureStructure(signEnclave(description)).mrSigner).toString("hex")).toBe(
      "48ff4995a684c0196546553ee56e1132b0dfbd644e1228a78c4b94a1b3da202d",
    );
  });

  it("names another author for another key", () => {
    const other = readSignatureStructure(signEnclave(description, new Uint8Array(32).fill(1)));
    expect(other.mrSigner).not.toEqual(readSignatureStructure(signEnclave(description)).mrSigner);
  });

  it("is refused with any byte altered", () => {
    const structure = signEnclave(description);
    for (let offset = 0; offset < structure.length; offset++) {
      const altered = structure.map((byte, index) => (index === offset ? byte ^ 1 : byte));
      expect(codeOf(() => readSignatureStructure(altered))).toBe("enclave-signature");
    }
  });

  it("is refused in any other length", () => {
    const structure = signEnclave(description);
    for (const length of [0, 8, structure.length - 1]) {
      expect(codeOf(() => readSignatureStructure(structure.subarray(0, length)))).toBe("enclave-signature");
    }
    expect(codeOf(() => readSignatureStructure(new Uint8Array([...structure, 0])))).toBe("enclave-signature");
  });

  it("is not made of values that have no place in it", () => {
    const wrong = [{ isvSvn: -1 }, { isvSvn: 65_536 }, { isvProdId: 1.5 }, { mrEnclave: new Uint8Array(31) }];
    for (const change of wrong) {
      expect(codeOf(() => signEnclave({ ...description, ...change }))).toBe("platform-argument");
    }
    expect(codeOf(() => signEnclave(description, new Uint8Array(31)))).toBe("platform-argument");
  });
});
