//! Proofs of work in the format of ALTCHA, version 1 (<https://altcha.org/docs>): a browser looks
//! for the number which, written behind a salt, has a known SHA-256.
//!
//! The server keeps nothing of a challenge: it recognises its own by a signature. The salt ends
//! with `&`, without which digits could wander between the expiry and the number, and a challenge
//! could be answered for ever.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use inkstone_vocab::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::{
    config::ServerKey,
    keyed::{hex, keyed_hash},
};

/// How long a challenge may be answered, in milliseconds.
pub(super) const LIFETIME_MILLIS: i64 = 20 * 60 * 1000;

const ALGORITHM: &str = "SHA-256";
/// More than any answer of a browser has.
const MAX_ANSWER_BYTES: usize = 4096;

/// Makes challenges and checks their solutions.
pub(super) struct Altcha {
    key: [u8; 32],
    /// The greatest number that is ever to be found.
    greatest: u32,
}

/// What a browser gets to work on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = qexo::Work, examples(json!({
    "algorithm": "SHA-256",
    "challenge": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "maxnumber": 100_000,
    "salt": "0011223344556677889900aa?expires=1767754200&",
    "signature": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
})))]
pub struct Challenge {
    algorithm: &'static str,
    /// The SHA-256 of the salt and the number, in hexadecimal digits.
    #[serde(rename = "challenge")]
    hash: String,
    /// The number is not greater.
    maxnumber: u32,
    /// Random hexadecimal digits, and until when the answer counts, in seconds since the epoch.
    salt: String,
    /// That it comes from us.
    signature: String,
}

/// What comes back; members that are not named here are of no interest.
#[derive(Debug, Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u32,
    salt: String,
    signature: String,
}

impl Altcha {
    pub(super) fn new(key: &ServerKey, greatest: u32) -> Self {
        Self { key: keyed_hash(key, "proof of work", &[]), greatest }
    }

    /// A challenge made from random values at `now`.
    pub(super) fn challenge(&self, salt: [u8; 12], number: u32, now: Timestamp) -> Challenge {
        let expires = now.plus_millis(LIFETIME_MILLIS).millis().div_euclid(1000);
        let salt = format!("{}?expires={expires}&", hex(&salt));
        // Not quite even for a large maximum, which favours nobody noticeably.
        let number = number % self.greatest.saturating_add(1);
        let hash = hash(&salt, number);
        let signature = hex(&self.sign(&hash).finalize().into_bytes());
        Challenge { algorithm: ALGORITHM, hash, maxnumber: self.greatest, salt, signature }
    }

    /// What `answer` (JSON in Base64) solves, if that is a challenge of ours which may still be
    /// answered. Every challenge has another name.
    pub(super) fn solved(&self, answer: &str, now: Timestamp) -> Option<String> {
        if answer.len() > MAX_ANSWER_BYTES {
            return None;
        }
        let json = STANDARD.decode(answer).ok()?;
        let solution: Solution = serde_json::from_slice(&json).ok()?;
        let left = expiry(&solution.salt)?.checked_sub(now.millis().div_euclid(1000))?;
        let solved = solution.algorithm == ALGORITHM
            && left > 0
            // Longer is left of none but those that a clock made which was ahead: whether one of
            // them was used up would no longer be known.
            && left <= 2 * LIFETIME_MILLIS / 1000
            && hash(&solution.salt, solution.number) == solution.challenge;
        let signature = base16ct::lower::decode_vec(&solution.signature).ok()?;
        self.sign(&solution.challenge).verify_slice(&signature).ok()?;
        solved.then_some(solution.challenge)
    }

    fn sign(&self, challenge: &str) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key");
        mac.chain_update(challenge)
    }
}

fn hash(salt: &str, number: u32) -> String {
    hex(&Sha256::digest(format!("{salt}{number}")))
}

/// Until when an answer to a challenge with this salt counts; `None` unless the salt ends where
/// the number must begin.
fn expiry(salt: &str) -> Option<i64> {
    let (_, expires) = salt.strip_suffix('&')?.split_once("?expires=")?;
    expires.parse().ok()
}

#[cfg(test)]
mod tests;
