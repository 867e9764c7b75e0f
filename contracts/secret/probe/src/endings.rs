//! Work that only ends when someone ends it.

use core::hint::black_box;

/// One WebAssembly page.
const PAGE: usize = 65_536;

pub(crate) fn loop_forever() {
    let mut turns = 0u64;
    while black_box(turns) != u64::MAX {
        turns = turns.wrapping_add(1) & 0xff;
    }
}

/// The rotation depends on the deeper result, so that no compiler makes a loop of it.
#[inline(never)]
pub(crate) fn recurse(depth: u64) -> u64 {
    if depth == 0 {
        return 1;
    }
    let deeper = recurse(depth - 1);
    deeper.rotate_left((deeper % 61) as u32) ^ depth
}

#[inline(never)]
pub(crate) fn recurse_with_memory(depth: u64) -> u64 {
    let mut frame = [depth; 32];
    if depth > 0 {
        frame[(depth % 32) as usize] = recurse_with_memory(depth - 1);
    }
    black_box(&frame).iter().fold(0, |sum, number| sum ^ number)
}

pub(crate) fn exhaust_memory() -> u64 {
    let mut pages = Vec::new();
    loop {
        pages.push(vec![0xabu8; PAGE]);
        if black_box(&pages).is_empty() {
            return 0;
        }
    }
}

pub(crate) fn use_memory(pages: u32) -> u64 {
    let memory = vec![1u8; pages as usize * PAGE];
    black_box(&memory)
        .iter()
        .step_by(PAGE)
        .map(|byte| u64::from(*byte))
        .sum()
}
