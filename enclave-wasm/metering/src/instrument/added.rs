//! What metering puts behind the module's own: types, globals, exports, and the two functions that the host calls.

use wasm_encoder::{ConstExpr, Encode, ExportKind, GlobalType, ValType as Out};

use super::{CHARGE_EXPORT, FAULT_EXPORT, GAS_EXPORT, RESTORE_EXPORT, STACK_EXPORT, Writer, function_type, value_type};
use crate::sequence::INITIAL_STACK;
use crate::validate::MutableGlobal;

impl Writer<'_> {
    /// How many functions stand behind the module's own.
    pub(super) fn added_functions(&self) -> u32 {
        1u32.saturating_add(u32::from(self.facts.is_restorable()))
    }

    /// The body of `enigma_restore`, size prefix included.
    pub(super) fn restore_function(&mut self) {
        let own = self.facts.mutable_globals.iter();
        let initial = |global: &MutableGlobal| {
            // Constant expressions are instructions like any other, but for the `end` behind them.
            let expression = self.bytes(global.initial.clone());
            let value = expression.split_last().map_or(&[][..], |(_, value)| value);
            (global.index, value.to_vec())
        };
        let initial: Vec<(u32, Vec<u8>)> = own.map(initial).collect();
        self.globals.restore_function(&initial, &mut self.code);
    }

    /// A block type for each function type that returns several values, and the types of `enigma_charge` and `enigma_restore`.
    pub(super) fn added_types(&mut self, count: u32, added: &mut Vec<u8>) -> u32 {
        let mut next = count;
        for (index, function) in self.facts.types.iter().enumerate() {
            if function.results().len() < 2 {
                continue;
            }
            self.block_types.push((u32::try_from(index).unwrap_or(u32::MAX), next));
            next = next.saturating_add(1);
            let results: Vec<Out> = function.results().iter().copied().map(value_type).collect();
            function_type(added, &[], &results);
        }
        self.charge_type = next;
        function_type(added, &[Out::I32], &[Out::I32]);
        self.restore_type = next.saturating_add(1);
        function_type(added, &[], &[]);
        next.saturating_add(2).saturating_sub(count)
    }

    pub(super) fn added_exports(&self, added: &mut Vec<u8>) -> u32 {
        let defined = u32::try_from(self.facts.functions.len()).unwrap_or(u32::MAX);
        let charge = self.facts.imported_functions.saturating_add(defined);
        let exports = [
            (GAS_EXPORT, ExportKind::Global, self.globals.gas),
            (STACK_EXPORT, ExportKind::Global, self.globals.stack),
            (FAULT_EXPORT, ExportKind::Global, self.globals.fault),
            (CHARGE_EXPORT, ExportKind::Func, charge),
            (RESTORE_EXPORT, ExportKind::Func, charge.saturating_add(1)),
        ];
        let count = if self.facts.is_restorable() { 5 } else { 4 };
        for (name, kind, index) in exports.into_iter().take(count) {
            name.encode(added);
            kind.encode(added);
            index.encode(added);
        }
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// The globals of metering, and how many.
pub(super) fn added_globals(added: &mut Vec<u8>) -> u32 {
    for (val_type, initial) in [
        (Out::I64, ConstExpr::i64_const(0)),
        (Out::I32, ConstExpr::i32_const(INITIAL_STACK)),
        (Out::I32, ConstExpr::i32_const(0)),
    ] {
        GlobalType {
            val_type,
            mutable: true,
            shared: false,
        }
        .encode(added);
        initial.encode(added);
    }
    3
}
