;; Programs that want more than there is: time, stack, memory, table entries.
(module
  (memory (export "memory") 1)
  (table $table 1 funcref)
  (global $free (mut i32) (i32.const 1024))
  (global $depth (mut i32) (i32.const 0))

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))
  (func (export "deploy") (param i32 i32) (result i32) (i32.const 16))

  (func $narrow (call $narrow))
  (func $wide (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i64.add (local.get 0)
      (call $wide (local.get 7) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6))))
  (func $even (param i32) (result i32) (if (result i32) (local.get 0) (then (call $odd (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))
  (func $odd (param i32) (result i32) (if (result i32) (local.get 0) (then (call $even (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
  (func $through_table (call_indirect (i32.const 0)))
  (elem (i32.const 0) $through_table)

  (func $exhaust (param $kind i32)
    (block $9 (block $8 (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 $9 (local.get $kind)))
      (loop $for_ever (br $for_ever)))
      (call $narrow))
      (drop (call $wide (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8))))
      (drop (call $even (i32.const 2000))) (return))
      (drop (call $even (i32.const 100000))))
      (call $through_table))
      (loop $page (drop (memory.grow (i32.const 1))) (br $page)))
      (drop (memory.grow (i32.const 65535))))
      (loop $entry (drop (table.grow $table (ref.null func) (i32.const 1000))) (br $entry)))
    ;; Exactly up to the limit is allowed.
    (drop (memory.grow (i32.const 255)))
    (drop (memory.grow (i32.const 0))))

  (func (export "call") (param $input i32) (param $length i32) (result i32)
    (call $exhaust (i32.load8_u (local.get $input)))
    (i32.const 16)))
