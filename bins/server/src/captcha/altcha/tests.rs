use serde_json::{Value, json};

use super::*;

const MADE: Timestamp = Timestamp::from_millis(1_795_247_400_999);
/// 20 minutes later.
const EXPIRES: Timestamp = Timestamp::from_millis(1_795_248_600_000);
const SALT: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/// What the JavaScript library `altcha-lib` 1.4.1 made of the same key, salt and number, and the
/// answer to it that the library accepts.
const CHALLENGE: &str = "44a6439ac7fddb1de341af23277aee259bdfd58dfd5e3ae8d3328ae4b3e50001";
const SIGNATURE: &str = "19bb6f109635b63b5c865bd7b4fc24103a1b3fe3ffec1f071090fe5ddb7abf62";
const ANSWER: &str = "eyJhbGdvcml0aG0iOiJTSEEtMjU2IiwiY2hhbGxlbmdlIjoiNDRhNjQzOWFjN2ZkZGIxZGUzNDFhZjIz\
Mjc3YWVlMjU5YmRmZDU4ZGZkNWUzYWU4ZDMzMjhhZTRiM2U1MDAwMSIsIm51bWJlciI6NDMyMSwic2FsdCI6IjAwMDEwMjAzMDQw\
NTA2MDcwODA5MGEwYj9leHBpcmVzPTE3OTUyNDg2MDAmIiwic2lnbmF0dXJlIjoiMTliYjZmMTA5NjM1YjYzYjVjODY1YmQ3YjRm\
YzI0MTAzYTFiM2ZlM2ZmZWMxZjA3MTA5MGZlNWRkYjdhYmY2MiIsInRvb2siOjEyfQ==";

fn altcha() -> Altcha {
    Altcha { key: *b"0123456789abcdef0123456789abcdef", greatest: 100_000 }
}

/// The answer that differs from the right one in `members`.
fn answer(members: &Value) -> String {
    let mut right: Value = serde_json::from_slice(&STANDARD.decode(ANSWER).unwrap()).unwrap();
    for (name, value) in members.as_object().unwrap() {
        right[name] = value.clone();
    }
    STANDARD.encode(right.to_string())
}

#[test]
fn challenges_are_those_of_the_format() {
    assert_eq!(
        json!(altcha().challenge(SALT, 4321, MADE)),
        json!({
            "algorithm": "SHA-256",
            "challenge": CHALLENGE,
            "maxnumber": 100_000,
            "salt": "000102030405060708090a0b?expires=1795248600&",
            "signature": SIGNATURE,
        })
    );
    // Published in the discussion of the format.
    assert_eq!(
        hash("54Di61GGB9BpN2Iy?expires=1722530524", 147_224),
        "94c03c51c1d701a535aa62dbbac9a25d5549b48eaf22a378e32cef6b5b049f7c"
    );
}

#[test]
fn numbers_are_never_greater_than_said() {
    for (greatest, random, number) in
        [(9, 10, 0), (9, 9, 9), (1, u32::MAX, 1), (u32::MAX, 7, 7), (u32::MAX, u32::MAX, 0)]
    {
        let made = Altcha { greatest, ..altcha() }.challenge(SALT, random, MADE);
        assert_eq!(made.hash, hash(&made.salt, number), "{random} of {greatest}");
        assert_eq!(made.maxnumber, greatest);
    }
}

#[test]
fn an_answer_counts_until_it_expires() {
    let solved = |now| altcha().solved(ANSWER, now);
    assert_eq!(solved(MADE).as_deref(), Some(CHALLENGE));
    assert_eq!(solved(EXPIRES.plus_millis(-1)).as_deref(), Some(CHALLENGE));
    assert_eq!(solved(EXPIRES), None);
    assert_eq!(solved(EXPIRES.plus_millis(LIFETIME_MILLIS)), None);
    // Made by a clock that was ahead, a little or far.
    assert_eq!(solved(EXPIRES.plus_millis(-2 * LIFETIME_MILLIS)).as_deref(), Some(CHALLENGE));
    assert_eq!(solved(EXPIRES.plus_millis(-2 * LIFETIME_MILLIS - 1)), None);
    assert_eq!(answer(&json!({})).len(), ANSWER.len());
}

#[test]
fn nothing_else_is_an_answer() {
    let ours = |answer: &str| altcha().solved(answer, MADE).is_some();
    assert!(ours(&answer(&json!({ "took": null, "more": [1] }))));
    for members in [
        json!({ "number": 4320 }),
        json!({ "number": "4321" }),
        json!({ "number": -1 }),
        json!({ "number": 4321.0 }),
        json!({ "algorithm": "SHA-1" }),
        json!({ "algorithm": "sha-256" }),
        json!({ "challenge": CHALLENGE.to_uppercase() }),
        json!({ "challenge": hash("000102030405060708090a0b?expires=1795248600&", 1), "number": 1 }),
        json!({ "signature": SIGNATURE.to_uppercase() }),
        json!({ "signature": SIGNATURE.replace('1', "2") }),
        json!({ "signature": "" }),
        json!({ "signature": null }),
        json!({ "salt": "000102030405060708090a0b" }),
        json!({ "salt": "000102030405060708090a0b?expires=1795248601&" }),
    ] {
        assert!(!ours(&answer(&members)), "{members}");
    }
    let long = STANDARD.encode("[".repeat(MAX_ANSWER_BYTES));
    for nonsense in ["", "null", "W10=", "e30=", "bnVsbA==", "ä", &ANSWER[1..], &long] {
        assert!(!ours(nonsense), "{nonsense}");
    }
    let others = Altcha { key: [7; 32], ..altcha() };
    assert_eq!(others.solved(ANSWER, MADE), None);
}

#[test]
fn digits_do_not_wander_from_the_number_to_the_expiry() {
    // One text, and so one hash and one signature, in every other division.
    let whole = "000102030405060708090a0b?expires=1795248600&4321";
    for at in (0..whole.len()).filter(|at| *at != whole.len() - 4) {
        let (salt, number) = whole.split_at(at);
        let number = number.parse::<u32>().map_or(json!(number), |number| json!(number));
        let moved = answer(&json!({ "salt": salt, "number": number }));
        assert_eq!(altcha().solved(&moved, MADE), None, "{salt} {number}");
    }
    // Without the end mark they could: such a challenge is none of ours, even with our signature.
    let salt = "000102030405060708090a0b?expires=1795248600";
    let challenge = hash(salt, 4321);
    let signature = hex(&altcha().sign(&challenge).finalize().into_bytes());
    for (salt, number) in [(salt.to_owned(), 4321), (format!("{salt}4"), 321)] {
        let members = json!({
            "salt": salt, "number": number, "challenge": challenge, "signature": signature,
        });
        assert_eq!(altcha().solved(&answer(&members), MADE), None);
    }
}
