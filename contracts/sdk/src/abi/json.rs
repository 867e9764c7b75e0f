//! The JSON ABI of a contract, written by the compiler from the shapes of its types.
//!
//! It is text in the form that Solidity tools read, with one more key, `doc`, for the doc comment of an entry. A contract
//! carries it in the custom section `enigma-abi`.

use super::selector::{MAX_SIGNATURE, signature};
use super::{Field, Shape};

/// Constructor, function, error or event of a contract.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name in the ABI; empty for the constructor.
    pub name: &'static str,
    /// Its arguments.
    pub inputs: &'static [Field],
    /// Its doc comment, already escaped for a JSON string.
    pub doc: &'static str,
}

/// The kinds of entries.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// The constructor.
    Constructor,
    /// A function that may change the state: its results.
    Function(Shape),
    /// A function that only reads: its results.
    View(Shape),
    /// An error.
    Error,
    /// An event: which of its arguments are indexed.
    Event(&'static [bool]),
}

/// Text of at most `N` bytes that grows at compile time. What does not fit is counted but not kept, so that a first
/// pass with `N` = 0 measures.
pub struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    /// Empty text.
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; N],
            length: 0,
        }
    }

    /// Bytes written, kept or not.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing was written.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether all that was written was kept.
    pub(crate) const fn fits(&self) -> bool {
        self.length <= N
    }

    /// The kept bytes and the unused room behind them.
    pub(crate) const fn as_bytes(&self) -> &[u8; N] {
        &self.bytes
    }

    pub(crate) const fn push(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if self.length + bytes.len() <= N {
            let (_, free) = self.bytes.split_at_mut(self.length);
            let (place, _) = free.split_at_mut(bytes.len());
            place.copy_from_slice(bytes);
        }
        self.length += bytes.len();
    }

    pub(crate) const fn push_number(&mut self, number: usize) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        self.push(DIGITS[number % 10]);
    }

    /// The name of a type that is not made of others.
    pub(crate) const fn push_elementary(&mut self, shape: &Shape) {
        let (prefix, size) = match shape {
            Shape::Named(name) => return self.push(name),
            Shape::Uint(bits) => ("uint", *bits),
            Shape::Int(bits) => ("int", *bits),
            Shape::FixedBytes(length) => ("bytes", *length),
            _ => panic!("not an elementary type"),
        };
        self.push(prefix);
        self.push_number(size);
    }

    const fn push_fields(&mut self, fields: &[Field], indexed: Option<&[bool]>) {
        self.push("[");
        let mut index = 0;
        while index < fields.len() {
            if index > 0 {
                self.push(",");
            }
            self.push_field(&fields[index]);
            if let Some(indexed) = indexed {
                self.push(if indexed[index] {
                    ",\"indexed\":true}"
                } else {
                    ",\"indexed\":false}"
                });
            } else {
                self.push("}");
            }
            index += 1;
        }
        self.push("]");
    }

    /// The field without the brace that closes it.
    const fn push_field(&mut self, field: &Field) {
        self.push("{\"name\":\"");
        self.push(field.name);
        self.push("\",\"type\":\"");
        self.push_json_type(&field.shape);
        self.push("\"");
        let (name, components) = innermost(&field.shape);
        if let Some(components) = components {
            if !name.is_empty() {
                self.push(",\"internalType\":\"struct ");
                self.push(name);
                self.push_array_suffixes(&field.shape);
                self.push("\"");
            }
            self.push(",\"components\":");
            self.push_fields(components, None);
        }
    }

    const fn push_json_type(&mut self, shape: &Shape) {
        match shape {
            Shape::Tuple(_) | Shape::Struct(..) => self.push("tuple"),
            Shape::Array(element) | Shape::FixedArray(element, _) => self.push_json_element(element, shape),
            elementary => self.push_elementary(elementary),
        }
    }

    const fn push_json_element(&mut self, element: &Shape, array: &Shape) {
        self.push_json_type(element);
        self.push_suffix(array);
    }

    const fn push_array_suffixes(&mut self, shape: &Shape) {
        if let Shape::Array(element) | Shape::FixedArray(element, _) = shape {
            self.push_array_suffixes(element);
            self.push_suffix(shape);
        }
    }

    const fn push_suffix(&mut self, array: &Shape) {
        self.push("[");
        if let Shape::FixedArray(_, length) = array {
            self.push_number(*length);
        }
        self.push("]");
    }

    const fn push_outputs(&mut self, outputs: &'static Shape, mutability: &str) {
        self.push(",\"outputs\":");
        match outputs {
            Shape::Tuple(fields) => self.push_fields(fields, None),
            single => {
                self.push("[");
                self.push_field(&Field {
                    name: "",
                    shape: *single,
                });
                self.push("}]");
            }
        }
        self.push(",\"stateMutability\":\"");
        self.push(mutability);
        self.push("\"");
    }

    const fn push_entry(&mut self, entry: &'static Entry) {
        let kind = match entry.kind {
            Kind::Constructor => "constructor",
            Kind::Function(_) | Kind::View(_) => "function",
            Kind::Error => "error",
            Kind::Event(_) => "event",
        };
        self.push("{\"type\":\"");
        self.push(kind);
        if !entry.name.is_empty() {
            self.push("\",\"name\":\"");
            self.push(entry.name);
        }
        self.push("\",\"inputs\":");
        let indexed = match entry.kind {
            Kind::Event(indexed) => Some(indexed),
            _ => None,
        };
        self.push_fields(entry.inputs, indexed);
        match &entry.kind {
            Kind::Constructor => self.push(",\"stateMutability\":\"nonpayable\""),
            Kind::Function(outputs) => self.push_outputs(outputs, "nonpayable"),
            Kind::View(outputs) => self.push_outputs(outputs, "view"),
            Kind::Error => {}
            Kind::Event(_) => self.push(",\"anonymous\":false"),
        }
        if !entry.doc.is_empty() {
            self.push(",\"doc\":\"");
            self.push(entry.doc);
            self.push("\"");
        }
        self.push("}");
    }
}

/// The struct or tuple inside any number of arrays: its name and fields.
const fn innermost(shape: &Shape) -> (&'static str, Option<&'static [Field]>) {
    match shape {
        Shape::Struct(name, fields) => (name, Some(fields)),
        Shape::Tuple(fields) => ("", Some(fields)),
        Shape::Array(element) | Shape::FixedArray(element, _) => innermost(element),
        _ => ("", None),
    }
}

/// Bytes of the JSON ABI of these entries.
pub const fn length(groups: &'static [&'static [Entry]]) -> usize {
    write::<0>(groups).len()
}

/// The JSON ABI of these entries; `N` is their [`length`]. An error that several groups bring is written once.
pub const fn render<const N: usize>(groups: &'static [&'static [Entry]]) -> [u8; N] {
    *write::<N>(groups).as_bytes()
}

const fn write<const N: usize>(groups: &'static [&'static [Entry]]) -> Text<N> {
    let mut text = Text::new();
    let mut group = 0;
    while group < groups.len() {
        let mut index = 0;
        while index < groups[group].len() {
            let entry = &groups[group][index];
            if !is_written_before(groups, group, entry) {
                text.push(if text.is_empty() { "[" } else { "," });
                text.push_entry(entry);
            }
            index += 1;
        }
        group += 1;
    }
    text.push("]");
    text
}

/// Whether an earlier group has the same error.
const fn is_written_before(groups: &[&[Entry]], before: usize, entry: &Entry) -> bool {
    let mut group = 0;
    while group < before {
        let mut index = 0;
        while index < groups[group].len() {
            let other = &groups[group][index];
            if matches!((&entry.kind, &other.kind), (Kind::Error, Kind::Error)) && same_signature(entry, other) {
                return true;
            }
            index += 1;
        }
        group += 1;
    }
    false
}

const fn same_signature(one: &Entry, other: &Entry) -> bool {
    if !same_bytes(
        one.name.as_bytes(),
        other.name.as_bytes(),
        one.name.len(),
        other.name.len(),
    ) {
        return false;
    }
    let (one, other) = (signature(one.name, one.inputs), signature(other.name, other.inputs));
    same_bytes(
        one.as_bytes() as &[u8; MAX_SIGNATURE],
        other.as_bytes(),
        one.len(),
        other.len(),
    )
}

const fn same_bytes(one: &[u8], other: &[u8], one_length: usize, other_length: usize) -> bool {
    let mut index = 0;
    while one_length == other_length && index < one_length {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    one_length == other_length
}
