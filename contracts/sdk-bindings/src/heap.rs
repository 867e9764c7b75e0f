//! The heap of a contract: memory is handed out from the bottom to the top and, but for the newest block, never taken back.
//!
//! A contract lives for one call, so there is little to win by using memory again, and a list of free blocks would cost gas
//! at every call. The heap begins behind the stack and the constants, in the memory that the module is instantiated with:
//! a call that is content with it does not grow memory, which would cost gas, and would keep its instance from being used
//! again.
//!
//! Where blocks lie depends on nothing but the requests made so far.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// What addresses and sizes of blocks are multiples of. Thus a block ends where the next begins, and blocks that are freed in
/// the reverse order of their making are all used again.
const GRAIN: usize = 16;
const PAGE: usize = 65_536;

unsafe extern "C" {
    /// The first byte behind stack and constants; the linker puts it there.
    safe static __heap_base: u8;
}

/// Where the next block begins, if its alignment allows. WebAssembly has one thread: it is atomic in name only.
static TOP: AtomicPtr<u8> = AtomicPtr::new((&raw const __heap_base).cast_mut());

/// Hands out memory from the bottom to the top.
struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

/// How much of the heap a block of this size takes. Layouts have at most `isize::MAX` bytes: it cannot overflow.
const fn room(size: usize) -> usize {
    size.next_multiple_of(GRAIN)
}

/// Makes sure that memory reaches up to this address.
fn reach(end: usize) -> bool {
    let pages = end.div_ceil(PAGE);
    let there = memory_size::<0>();
    pages <= there || memory_grow::<0>(pages - there) != usize::MAX
}

// SAFETY: a block lies between TOP and the end of memory when it is made, and TOP moves behind it; TOP only moves back to the
// start of the newest block, when that is freed. So blocks never overlap. Nothing here panics.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let top = TOP.load(Relaxed);
        let align = layout.align().max(GRAIN);
        let gap = top.addr().wrapping_neg() & (align - 1);
        let Some(size) = room(layout.size()).checked_add(gap) else {
            return null_mut();
        };
        let Some(end) = top.addr().checked_add(size) else {
            return null_mut();
        };
        if !reach(end) {
            return null_mut();
        }
        TOP.store(top.wrapping_add(size), Relaxed);
        top.wrapping_add(gap)
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if block.wrapping_add(room(layout.size())) == TOP.load(Relaxed) {
            TOP.store(block, Relaxed);
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (old, new) = (room(layout.size()), room(new_size));
        let is_newest = block.wrapping_add(old) == TOP.load(Relaxed);
        if is_newest {
            let Some(end) = block.addr().checked_add(new) else {
                return null_mut();
            };
            if !reach(end) {
                return null_mut();
            }
            TOP.store(block.wrapping_add(new), Relaxed);
            return block;
        }
        if new <= old {
            return block;
        }
        // SAFETY: the caller guarantees that `new_size` is a valid size for this alignment.
        let larger = unsafe { self.alloc(Layout::from_size_align_unchecked(new_size, layout.align())) };
        if !larger.is_null() {
            // SAFETY: both blocks are live, do not overlap, and are at least as long as the old one.
            unsafe { core::ptr::copy_nonoverlapping(block, larger, layout.size()) };
        }
        larger
    }
}
