//! Why the simulated processor refused.

use core::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformError {
    /// The bytes of the NVRAM are not what this platform wrote.
    Altered,
    /// The NVRAM was written by another version of the simulator.
    Version,
    /// A key of a higher security version than the enclave's own was asked for.
    Svn,
    /// An argument has a wrong length or is out of range.
    Argument,
    /// A counter or the random stream has reached its end.
    Exhausted,
    /// The random stream belongs to platforms that were created with a seed; others draw from the operating system.
    NotSeeded,
    /// No key could be derived or a structure could not be serialised; does not happen with the constants of this crate.
    Internal,
}

impl PlatformError {
    /// The stable code under which the error registry explains this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Altered => "platform-altered",
            Self::Version => "platform-version",
            Self::Svn => "platform-svn",
            Self::Argument => "platform-argument",
            Self::Exhausted => "platform-exhausted",
            Self::NotSeeded => "platform-not-seeded",
            Self::Internal => "platform-internal",
        }
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for PlatformError {}
