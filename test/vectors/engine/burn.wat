;; A guest that burns gas: its input is a mood of `cabi_realloc` (1: burns there) and amounts of gas (u64), burnt one after the other.
;; It answers the gas left before and after.
(module
  (import "enigma:contract/host@0.1.0" "gas-left" (func $gas_left (result i64)))
  (import "enigma:contract/host@0.1.0" "burn-gas" (func $burn_gas (param i64)))
  (import "enigma:contract/host@0.1.0" "sender" (func $sender (param i32)))
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 1024))
  (global $mood (mut i32) (i32.const 0))

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (if (global.get $mood) (then (call $burn_gas (i64.const 1))))
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))

  (func $run (param $p i32) (param $n i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $p) (local.get $n)))
    (i64.store (i32.const 32) (call $gas_left))
    (global.set $mood (i32.load8_u (local.get $p)))
    (if (global.get $mood) (then (call $sender (i32.const 64))))
    (local.set $p (i32.add (local.get $p) (i32.const 1)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (call $burn_gas (i64.load (local.get $p)))
        (local.set $p (i32.add (local.get $p) (i32.const 8)))
        (br $next)))
    (i64.store (i32.const 40) (call $gas_left))
    (i32.store8 (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 32))
    (i32.store (i32.const 24) (i32.const 16))
    (i32.const 16))

  (func (export "deploy") (param i32 i32) (result i32) (call $run (local.get 0) (local.get 1)))
  (func (export "call") (param i32 i32) (result i32) (call $run (local.get 0) (local.get 1)))
  (func (export "view") (param i32 i32) (result i32) (call $run (local.get 0) (local.get 1))))
