//! The accounts that tests and the command line have by name.

use alloy_primitives::{Address, address};

/// Accounts of the local network: the development accounts 1 to 9, by name. Scripts, the network's tests and these have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Accounts {
    pub alice: Address,
    pub bob: Address,
    pub carol: Address,
    pub dave: Address,
    pub erin: Address,
    pub frank: Address,
    pub grace: Address,
    pub heidi: Address,
    pub ivan: Address,
}

/// The accounts by name.
pub const ACCOUNTS: Accounts = Accounts {
    alice: address!("70997970C51812dc3A010C7d01b50e0d17dc79C8"),
    bob: address!("3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
    carol: address!("90F79bf6EB2c4f870365E785982E1f101E93b906"),
    dave: address!("15d34AAf54267DB7D7c367839AAf71A00a2C6A65"),
    erin: address!("9965507D1a55bcC2695C58ba16FB37d819B0A4dc"),
    frank: address!("976EA74026E726554dB657fA54763abd0C3a0aa9"),
    grace: address!("14dC79964da2C08b23698B3D3cc7Ca32193d9955"),
    heidi: address!("23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"),
    ivan: address!("a0Ee7A142d267C1f36714E4a8F75612F20a79720"),
};
