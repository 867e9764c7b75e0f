//! The lucky number, natively.

use enigma_contract::testing::{Env, Outcome, address, calldata};
use lucky_number::{Error, LuckyNumber};

fn opened() -> Env {
    let env = Env::new();
    env.deploy::<LuckyNumber>(&());
    env
}

#[test]
fn a_draw_gives_every_number_from_one_to_the_number_of_sides() {
    let env = opened();
    let mut counts = [0u64; 7];
    for _ in 0..200 {
        let drawn: u64 = env
            .call::<LuckyNumber>(address(1), &calldata("draw(uint64)", &6u64))
            .result();
        counts[drawn as usize] += 1;
    }
    assert_eq!(counts[0], 0);
    assert!(counts[1..].iter().all(|count| *count > 0), "{counts:?}");
    let draws = env.view::<LuckyNumber>(address(1), &calldata("draws()", &()));
    assert_eq!(draws.result::<u64>(), 200);
}

#[test]
fn a_guess_wins_where_it_is_the_number_drawn() {
    let env = opened();
    let guess = |number: u64, sides: u64| {
        let data = calldata("guess(uint64,uint64)", &(number, sides));
        env.call::<LuckyNumber>(address(1), &data).result::<(bool, u64)>()
    };
    assert_eq!(guess(1, 1), (true, 1));
    assert_eq!(guess(2, 1), (false, 1));
}

#[test]
fn a_die_without_sides_is_refused() {
    let outcome = opened().call::<LuckyNumber>(address(1), &calldata("draw(uint64)", &0u64));
    assert!(outcome.is_error(&Error::NoSides));
    assert!(!matches!(outcome, Outcome::Panicked(_)));
}
