//! Passwords, and what is kept of them.

use std::fmt;

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc,
};
use secrecy::{ExposeSecret, SecretString};

/// What one hash costs: 19 MiB of memory, two passes, one lane. OWASP's recommendation for
/// argon2id, and about 20 ms.
const COST: Params = match Params::new(19 * 1024, 2, 1, None) {
    Ok(cost) => cost,
    Err(_) => panic!("the cost is within argon2's bounds"),
};

/// The most that a hash from elsewhere may cost, so that an imported one cannot stall the server:
/// 64 MiB, ten passes, four lanes.
const MAX_COST: (u32, u32, u32) = (64 * 1024, 10, 4);

/// An argon2id hash in PHC text form (`$argon2id$v=19$…`), safe to store.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Hashes `password`, whatever its length, with 16 random bytes of the caller's. Slow on
    /// purpose.
    #[expect(clippy::expect_used, reason = "fails only when 19 MiB cannot be allocated")]
    pub fn create(password: &str, salt: [u8; 16]) -> Self {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, COST);
        let hash = argon2
            .hash_password_with_salt(password.as_bytes(), &salt)
            .expect("memory for hashing a password");
        Self(hash.to_string())
    }

    /// Recognises a stored hash; `None` for anything else, such as a password in clear, and for
    /// hashes that would cost over 64 MiB, ten passes or four lanes to verify.
    pub fn parse(phc: &str) -> Option<Self> {
        let hash = phc::PasswordHash::new(phc).ok()?;
        let cost = Params::try_from(&hash).ok()?;
        let (memory, passes, lanes) = MAX_COST;
        let usable = hash.algorithm == ARGON2ID_IDENT
            && hash.salt.is_some()
            && hash.hash.is_some()
            && cost.m_cost() <= memory
            && cost.t_cost() <= passes
            && cost.p_cost() <= lanes;
        usable.then(|| Self(phc.to_owned()))
    }

    /// Whether `password` is the one that was hashed. As slow as [`create`](Self::create).
    pub fn verify(&self, password: &str) -> bool {
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash([REDACTED])")
    }
}

/// A password that somebody chose, long enough to be one. Its `Debug` form does not show it.
#[derive(Clone, Debug)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// The fewest characters a password has.
    pub const MIN_CHARS: usize = 8;

    /// The most characters a password has.
    pub const MAX_CHARS: usize = 1024;

    /// `None` when `password` is shorter than [`MIN_CHARS`](Self::MIN_CHARS) or longer than
    /// [`MAX_CHARS`](Self::MAX_CHARS). Every character counts, white space among them.
    pub fn parse(password: &str) -> Option<Self> {
        (Self::MIN_CHARS..=Self::MAX_CHARS)
            .contains(&password.chars().count())
            .then(|| Self(password.into()))
    }

    pub(crate) fn hash(&self, salt: [u8; 16]) -> PasswordHash {
        PasswordHash::create(self.0.expose_secret(), salt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password() {
        let hash = PasswordHash::create("hunter2 ü", [7; 16]);
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(hash.verify("hunter2 ü"));
        assert!(!hash.verify("hunter2 u"));
        assert!(!hash.verify(""));
        assert_ne!(hash, PasswordHash::create("hunter2 ü", [8; 16]));
        assert_eq!(PasswordHash::parse(hash.as_str()), Some(hash));
    }

    #[test]
    fn only_affordable_argon2id_hashes_are_recognised() {
        let with = |head: &str| {
            format!("{head}$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        };
        assert!(PasswordHash::parse(&with("$argon2id$v=19$m=65536,t=10,p=4")).is_some());
        for bad in [
            String::new(),
            "my secret key".to_owned(),
            "$argon2id$v=19$m=19456,t=2,p=1".to_owned(),
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0".to_owned(),
            with("$argon2i$v=19$m=19456,t=2,p=1"),
            with("$argon2id$v=19$m=65537,t=2,p=1"),
            with("$argon2id$v=19$m=19456,t=11,p=1"),
            with("$argon2id$v=19$m=19456,t=2,p=5"),
        ] {
            assert_eq!(PasswordHash::parse(&bad), None, "{bad}");
        }
    }

    #[test]
    fn debug_reveals_nothing() {
        let hash = PasswordHash::create("hunter2", [7; 16]);
        assert_eq!(format!("{hash:?}"), "PasswordHash([REDACTED])");
        let password = NewPassword::parse("hunter2 hunter2").unwrap();
        assert!(!format!("{password:?}").contains("hunter2"));
    }

    #[test]
    fn a_new_password_has_eight_characters() {
        assert!(NewPassword::parse("1234567").is_none());
        assert!(NewPassword::parse("密码密码密码密码").is_some());
        assert!(NewPassword::parse(&"x".repeat(1024)).is_some());
        assert!(NewPassword::parse(&"x".repeat(1025)).is_none());
    }
}
