// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Signatures of enclaves: secp256k1, r ‖ s ‖ v, 65 bytes, low s, v 27 or 28
/// @notice OpenZeppelin's ECDSA does the same and costs twice the gas around the precompile, since it takes more forms
/// and hands more back; a receipt pays for this each time.
library EnclaveSignature {
    /// @dev Half of the order of secp256k1: a larger s has a smaller twin (EIP-2).
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Who signed a digest.
    /// @return signer The zero address for a signature that is not valid.
    /// @return highS Whether it is the high-s form, which is not valid either.
    function recover(bytes32 digest, bytes calldata signature) internal pure returns (address signer, bool highS) {
        if (signature.length != 65) return (address(0), false);
        bytes32 r;
        uint256 s;
        uint256 v;
        assembly ("memory-safe") {
            r := calldataload(signature.offset)
            s := calldataload(add(signature.offset, 0x20))
            v := byte(0, calldataload(add(signature.offset, 0x40)))
        }
        if (s > HALF_ORDER) return (address(0), true);
        signer = ecrecover(digest, uint8(v), r, bytes32(s));
    }
}
