//! What a type looks like in the Solidity ABI, as data that exists at compile time.
//!
//! Shapes are built by the compiler from the real types of a contract, so type aliases and structs of other crates
//! work, which a macro that sees only tokens could not offer. Signatures, selectors and the JSON ABI come from them.

/// A Solidity ABI type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `bool`, `address`, `string` or `bytes`, under that name.
    Named(&'static str),
    /// `uintN`: bits.
    Uint(usize),
    /// `intN`: bits.
    Int(usize),
    /// `bytesN`: bytes.
    FixedBytes(usize),
    /// `T[]`.
    Array(&'static Shape),
    /// `T[N]`.
    FixedArray(&'static Shape, usize),
    /// Values without a common name: arguments, several results, a Rust tuple.
    Tuple(&'static [Field]),
    /// A Solidity struct: its name, used in documentation only, and its fields.
    Struct(&'static str, &'static [Field]),
}

/// A named part of a tuple or struct, an argument or a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in the ABI; empty where it has none.
    pub name: &'static str,
    /// Its type.
    pub shape: Shape,
}

impl Shape {
    /// Whether values lie in the tail, behind an offset.
    pub const fn is_dynamic(&self) -> bool {
        match self {
            Shape::Named(name) => matches!(name.as_bytes(), b"string" | b"bytes"),
            Shape::Uint(_) | Shape::Int(_) | Shape::FixedBytes(_) => false,
            Shape::Array(_) => true,
            Shape::FixedArray(element, _) => element.is_dynamic(),
            Shape::Tuple(fields) | Shape::Struct(_, fields) => {
                let mut index = 0;
                while index < fields.len() {
                    if fields[index].shape.is_dynamic() {
                        return true;
                    }
                    index += 1;
                }
                false
            }
        }
    }

    /// Bytes taken in the head of the surrounding tuple: the value where it is static, else its offset.
    pub const fn head_size(&self) -> usize {
        if self.is_dynamic() { 32 } else { self.body_head_size() }
    }

    /// Bytes of the head of the value's own body.
    pub const fn body_head_size(&self) -> usize {
        match self {
            Shape::FixedArray(element, length) => element.head_size() * *length,
            Shape::Tuple(fields) | Shape::Struct(_, fields) => {
                let (mut size, mut index) = (0, 0);
                while index < fields.len() {
                    size += fields[index].shape.head_size();
                    index += 1;
                }
                size
            }
            _ => 32,
        }
    }

    /// Whether a function of this result type returns a list of values, `()` none and a tuple several, and not one value.
    pub(crate) const fn is_list(&self) -> bool {
        matches!(self, Shape::Tuple(_))
    }
}
