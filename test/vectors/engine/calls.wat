;; A guest that calls, emits and queues, chosen by the first byte of its input; several operations take the rest of the input as
;; an operation again.
(module
  (import "enigma:contract/host@0.1.0" "storage-set" (func $storage_set (param i32 i32 i32 i32)))
  (import "enigma:contract/host@0.1.0" "sender" (func $sender (param i32)))
  (import "enigma:contract/host@0.1.0" "self-address" (func $self_address (param i32)))
  (import "enigma:contract/host@0.1.0" "gas-left" (func $gas_left (result i64)))
  (import "enigma:contract/host@0.1.0" "call-contract" (func $call_contract (param i32 i32 i32 i32 i64 i32)))
  (import "enigma:contract/host@0.1.0" "call-ethereum" (func $call_ethereum (param i32 i32 i32 i32 i32 i32 i32)))
  (import "enigma:contract/host@0.1.0" "emit-event" (func $emit_event (param i32 i32 i32 i32)))
  (import "enigma:contract/host@0.1.0" "emit-private-event" (func $emit_private_event (param i32 i32 i32 i32)))
  (import "enigma:contract/host@0.1.0" "panic" (func $panic (param i32 i32)))
  (memory (export "memory") 4)
  (global $free (mut i32) (i32.const 1024))
  (global $mood (mut i32) (i32.const 0))

  ;; Moods: 1 answers a place outside memory, 2 calls another contract, 3 wants for ever.
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (if (i32.eq (global.get $mood) (i32.const 1)) (then (return (i32.const 0xfffffff0))))
    (if (i32.eq (global.get $mood) (i32.const 2))
      (then (call $call_contract (i32.const 0) (i32.const 20) (i32.const 0) (i32.const 0) (i64.const 1000) (i32.const 32))))
    (if (i32.eq (global.get $mood) (i32.const 3)) (then (loop $for_ever (br $for_ever))))
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))

  (func $ok (param $pointer i32) (param $length i32) (result i32)
    (i32.store8 (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (local.get $pointer))
    (i32.store (i32.const 24) (local.get $length))
    (i32.const 16))

  (func $nothing (result i32) (call $ok (i32.const 0) (i32.const 0)))

  ;; Where the second of two lists is, and how long, if the first stands at $q behind its length in one byte, and both take $m.
  (func $behind (param $q i32) (result i32)
    (i32.add (i32.add (local.get $q) (i32.const 1)) (i32.load8_u (local.get $q))))
  (func $left (param $q i32) (param $m i32) (result i32)
    (i32.sub (i32.sub (local.get $m) (i32.const 1)) (i32.load8_u (local.get $q))))

  (func $deep (param $frames i32) (param $p i32) (param $n i32) (result i32)
    (if (result i32) (local.get $frames)
      (then (call $deep (i32.sub (local.get $frames) (i32.const 1)) (local.get $p) (local.get $n)))
      (else (call $do (local.get $p) (local.get $n)))))

  (func $do (param $p i32) (param $n i32) (result i32)
    (local $q i32) (local $m i32)
    (local.set $q (i32.add (local.get $p) (i32.const 1)))
    (local.set $m (i32.sub (local.get $n) (i32.const 1)))
    (block $none
    (block $op20 (block $op19 (block $op18 (block $op17 (block $op16 (block $op15 (block $op14 (block $op13 (block $op12
    (block $op11 (block $op10 (block $op9 (block $op8 (block $op7 (block $op6 (block $op5 (block $op4 (block $op3 (block
    $op2 (block $op1 (block $op0
      (br_table $op0 $op1 $op2 $op3 $op4 $op5 $op6 $op7 $op8 $op9 $op10 $op11 $op12 $op13 $op14 $op15 $op16 $op17 $op18
      $op19 $op20 $none (i32.load8_u (local.get $p))))
      ;; 0: answers the rest
      (return (call $ok (local.get $q) (local.get $m))))
      ;; 1: reverts with the rest
      (i32.store8 (i32.const 16) (i32.const 1)) (i32.store (i32.const 20) (local.get $q))
      (i32.store (i32.const 24) (local.get $m)) (return (i32.const 16)))
      ;; 2: panics with the rest
      (call $panic (local.get $q) (local.get $m)) (return (i32.const 16)))
      ;; 3: traps
      (unreachable))
      ;; 4: runs for ever
      (loop $for_ever (br $for_ever)))
      ;; 5: calls: contract (20), gas (u64), calldata; answers the answer
      (call $call_contract (local.get $q) (i32.const 20) (i32.add (local.get $q) (i32.const 28))
        (i32.sub (local.get $m) (i32.const 28)) (i64.load (i32.add (local.get $q) (i32.const 20))) (i32.const 32))
      (return (call $ok (i32.load (i32.const 32)) (i32.load (i32.const 36)))))
      ;; 6: answers the gas that is left
      (i64.store (i32.const 40) (call $gas_left)) (return (call $ok (i32.const 40) (i32.const 8))))
      ;; 7: stores the rest under its first byte, then does what follows it
      (call $storage_set (local.get $q) (i32.const 1) (local.get $q) (local.get $m))
      (return (call $do (i32.add (local.get $q) (i32.const 1)) (i32.sub (local.get $m) (i32.const 1)))))
      ;; 8: calls Ethereum: required, target (20), value (32), calldata
      (call $call_ethereum (i32.load8_u (local.get $q)) (i32.add (local.get $q) (i32.const 1)) (i32.const 20)
        (i32.add (local.get $q) (i32.const 21)) (i32.const 32) (i32.add (local.get $q) (i32.const 53))
        (i32.sub (local.get $m) (i32.const 53)))
      (return (call $nothing)))
      ;; 9: emits: length of topics, topics, data
      (call $emit_event (i32.add (local.get $q) (i32.const 1)) (i32.load8_u (local.get $q))
        (call $behind (local.get $q)) (call $left (local.get $q) (local.get $m)))
      (return (call $nothing)))
      ;; 10: emits privately: length of recipient, recipient, data
      (call $emit_private_event (i32.add (local.get $q) (i32.const 1)) (i32.load8_u (local.get $q))
        (call $behind (local.get $q)) (call $left (local.get $q) (local.get $m)))
      (return (call $nothing)))
      ;; 11: does what follows under so many (u16) frames more
      (return
        (call $deep (i32.load16_u (local.get $q)) (i32.add (local.get $q) (i32.const 2)) (i32.sub (local.get $m) (i32.const 2)))))
      ;; 12: does two things: length of the first, first, second
      (drop (call $do (i32.add (local.get $q) (i32.const 1)) (i32.load8_u (local.get $q))))
      (return (call $do (call $behind (local.get $q)) (call $left (local.get $q) (local.get $m)))))
      ;; 13: answers sender and own address
      (call $sender (i32.const 32)) (memory.copy (i32.const 48) (i32.load (i32.const 32)) (i32.const 20))
      (call $self_address (i32.const 32)) (memory.copy (i32.const 68) (i32.load (i32.const 32)) (i32.const 20))
      (return (call $ok (i32.const 48) (i32.const 40))))
      ;; 14: wants 255 pages more
      (drop (memory.grow (i32.const 255))) (return (call $nothing)))
      ;; 15: answers 65,536 bytes
      (return (call $ok (i32.const 0) (i32.const 65536))))
      ;; 16: sets the mood of `cabi_realloc`, then does what follows
      (global.set $mood (i32.load8_u (local.get $q)))
      (return (call $do (i32.add (local.get $q) (i32.const 1)) (i32.sub (local.get $m) (i32.const 1)))))
      ;; 17: calls with raw words: contract, calldata, return area
      (call $call_contract (i32.load (local.get $q)) (i32.load offset=4 (local.get $q))
        (i32.load offset=8 (local.get $q)) (i32.load offset=12 (local.get $q)) (i64.const 1000)
        (i32.load offset=16 (local.get $q)))
      (return (call $nothing)))
      ;; 18: calls Ethereum with raw words
      (call $call_ethereum (i32.load (local.get $q)) (i32.load offset=4 (local.get $q))
        (i32.load offset=8 (local.get $q)) (i32.load offset=12 (local.get $q)) (i32.load offset=16 (local.get $q))
        (i32.load offset=20 (local.get $q)) (i32.load offset=24 (local.get $q)))
      (return (call $nothing)))
      ;; 19: emits with raw words
      (call $emit_event (i32.load (local.get $q)) (i32.load offset=4 (local.get $q))
        (i32.load offset=8 (local.get $q)) (i32.load offset=12 (local.get $q)))
      (return (call $nothing)))
      ;; 20: emits privately with raw words
      (call $emit_private_event (i32.load (local.get $q)) (i32.load offset=4 (local.get $q))
        (i32.load offset=8 (local.get $q)) (i32.load offset=12 (local.get $q)))
      (return (call $nothing)))
    (unreachable))

  (func (export "deploy") (param $p i32) (param $n i32) (result i32) (call $do (local.get $p) (local.get $n)))
  (func (export "call") (param $p i32) (param $n i32) (result i32) (call $do (local.get $p) (local.get $n)))
  (func (export "view") (param $p i32) (param $n i32) (result i32) (call $do (local.get $p) (local.get $n)))
  (func (export "cabi_post_view") (param i32) (global.set $mood (i32.const 0))))
