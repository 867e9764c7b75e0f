import fc from "fast-check";
import { expect, it } from "vitest";
import { fileHash, hashByEthers } from "../../host/project/file-hash.ts";
import { keccak } from "../../host/protocol/keccak.ts";

it("hashes files as everything else is hashed, with OpenSSL and without", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
      expect([fileHash(bytes), hashByEthers(bytes)]).toEqual([keccak(bytes), keccak(bytes)]);
    }),
  );
});
