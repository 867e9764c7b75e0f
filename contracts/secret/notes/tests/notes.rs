//! The notes, natively.

use enigma_contract::testing::{Env, Outcome, address, calldata};
use notes::{Error, MAX_TEXT, MAX_TITLE, Notes};

fn opened() -> Env {
    let env = Env::new();
    env.deploy::<Notes>(&());
    env
}

fn write(env: &Env, author: u64, title: &str, text: &str) -> Outcome {
    let arguments = (title.to_string(), text.to_string());
    env.call::<Notes>(address(author), &calldata("write(string,string)", &arguments))
}

fn read(env: &Env, account: u64, title: &str) -> Outcome {
    env.view::<Notes>(address(account), &calldata("read(string)", &title.to_string()))
}

fn titles(env: &Env, account: u64) -> Vec<String> {
    env.view::<Notes>(address(account), &calldata("titles()", &())).result()
}

#[test]
fn a_note_is_kept_under_its_title() {
    let env = opened();
    assert_eq!(write(&env, 1, "pin", "2718"), Outcome::Returned(vec![]));
    assert_eq!(read(&env, 1, "pin").result::<String>(), "2718");
    write(&env, 1, "pin", "3141");
    assert_eq!(read(&env, 1, "pin").result::<String>(), "3141");
    assert!(read(&env, 1, "Pin").is_error(&Error::NoSuchNote));
}

#[test]
fn titles_are_listed_in_order() {
    let env = opened();
    for title in ["pears", "apples", "figs"] {
        write(&env, 1, title, "some");
    }
    assert_eq!(titles(&env, 1), ["apples", "figs", "pears"]);
}

#[test]
fn an_empty_text_erases_a_note() {
    let env = opened();
    write(&env, 1, "pin", "2718");
    write(&env, 1, "pin", "");
    assert!(read(&env, 1, "pin").is_error(&Error::NoSuchNote));
    assert!(titles(&env, 1).is_empty());
}

#[test]
fn accounts_do_not_see_each_others_notes() {
    let env = opened();
    write(&env, 1, "pin", "2718");
    write(&env, 2, "pin", "1618");
    assert_eq!(read(&env, 1, "pin").result::<String>(), "2718");
    assert!(read(&env, 3, "pin").is_error(&Error::NoSuchNote));
    assert!(titles(&env, 3).is_empty());
}

#[test]
fn titles_and_texts_have_a_longest_length() {
    let env = opened();
    let (title, text) = ("t".repeat(MAX_TITLE), "x".repeat(MAX_TEXT));
    assert_eq!(write(&env, 1, &title, &text), Outcome::Returned(vec![]));
    assert_eq!(read(&env, 1, &title).result::<String>(), text);
    assert!(write(&env, 1, &format!("{title}t"), "").is_error(&Error::BadTitle));
    assert!(write(&env, 1, "", "text").is_error(&Error::BadTitle));
    assert!(write(&env, 1, "title", &format!("{text}x")).is_error(&Error::TextTooLong));
}
