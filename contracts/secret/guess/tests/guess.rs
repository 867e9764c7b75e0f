use enigma_contract::testing::Bed;
use guess::Guess;

#[test]
fn only_the_right_number_wins() {
    let bed = Bed::new();
    let (alice, bob) = (bed.accounts().alice, bed.accounts().bob);
    let game = bed.deploy::<Guess>(alice, (42,));
    assert!(!game.guess(41).from(bob).run().value());
    assert!(game.guess(42).from(bob).run().value());
    assert_eq!(game.my_tries().from(bob).run().value(), 2);
}
