/** Vectors that the standards themselves print. */
import type { Vector } from "./sample-values.ts";

export function hkdfVectors(): Vector[] {
  return [
    {
      name: "RFC 5869, A.1",
      secret: `0x${"0b".repeat(22)}`,
      salt: "0x000102030405060708090a0b0c",
      info: "0xf0f1f2f3f4f5f6f7f8f9",
      length: 42,
      expected: "0x3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    },
    {
      name: "RFC 5869, A.3: no salt, no info",
      secret: `0x${"0b".repeat(22)}`,
      salt: "0x",
      info: "0x",
      length: 42,
      expected: "0x8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    },
  ];
}

export function x25519Vectors(): Vector[] {
  const alice = {
    secret: "0x77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    public: "0x8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  };
  const bob = {
    secret: "0x5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
    public: "0xde9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  };
  const basePoint = `0x09${"00".repeat(31)}`;
  const shared = "0x4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  return [
    { name: "RFC 7748, 6.1: Alice's public key", secretKey: alice.secret, point: basePoint, expected: alice.public },
    { name: "RFC 7748, 6.1: Bob's public key", secretKey: bob.secret, point: basePoint, expected: bob.public },
    { name: "RFC 7748, 6.1: Alice's shared secret", secretKey: alice.secret, point: bob.public, expected: shared },
    { name: "RFC 7748, 6.1: Bob's shared secret", secretKey: bob.secret, point: alice.public, expected: shared },
  ];
}

export function chacha20Vectors(): Vector[] {
  return [
    {
      name: "RFC 8439, A.1, test vectors 1 and 2: zero key and nonce, blocks 0 and 1",
      key: `0x${"00".repeat(32)}`,
      expected:
        "0x76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586" +
        "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
    },
  ];
}

export function xchachaVectors(): Vector[] {
  return [
    {
      name: "draft-irtf-cfrg-xchacha-03, A.3.1",
      key: "0x808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
      nonce: "0x404142434445464748494a4b4c4d4e4f5051525354555657",
      associatedData: "0x50515253c0c1c2c3c4c5c6c7",
      plaintext: `0x${Buffer.from("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.").toString("hex")}`,
      expected:
        "0xbd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e" +
        "c0875924c1c7987947deafd8780acf49",
    },
  ];
}

export function recoverSignerVectors(): Vector[] {
  return [
    {
      name: "EIP-712, the example Mail signed by Cow",
      digest: "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2",
      signature:
        "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c",
      expected: "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826",
    },
  ];
}
