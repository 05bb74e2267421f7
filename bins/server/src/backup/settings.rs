//! Settings in files. They hold secrets in clear, except for the admin key: of that the hash goes
//! out, and a key in clear that comes in is hashed (contract cwd, H-03).

use std::collections::BTreeMap;

use inkstone_accounts::PasswordHash;
use inkstone_settings::{Change, KEYS, SECRET_MASK};
use inkstone_vocab::ImportTally;
use serde_json::Value;

const ADMIN_KEY: &str = "comment_admin_key_hash";

/// Values by key, ready to be restored; of several with one key the last counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entries(BTreeMap<&'static str, String>);

impl Entries {
    /// Takes the row of a file; why not, in words, when it cannot be restored.
    pub fn push(&mut self, row: &Value) -> Result<(), &'static str> {
        let text = |name| row.get(name).and_then(Value::as_str);
        let key = text("key").ok_or("no key")?;
        let value = text("value").ok_or("no text")?;
        let key = *KEYS.iter().find(|known| **known == key).ok_or("unknown key")?;
        if key == ADMIN_KEY && !is_key(value) {
            return Err("no usable admin key");
        }
        Change::restored(key, value).ok_or("masked, or too long")?;
        self.0.insert(key, value.to_owned());
        Ok(())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What becomes of those that are `stored`.
    pub fn tally(&self, stored: &BTreeMap<String, String>) -> ImportTally {
        let mut tally = ImportTally::default();
        for (key, value) in &self.0 {
            match stored.get(*key) {
                None => tally.inserted += 1,
                Some(known) if known == value => tally.known += 1,
                Some(_) => tally.updated += 1,
            }
        }
        tally
    }

    /// What restores them; a key in clear is hashed with `salt`, which takes its time.
    pub fn into_changes(mut self, salt: [u8; 16]) -> Vec<Change> {
        if let Some(key) = self.0.get_mut(ADMIN_KEY)
            && PasswordHash::parse(key).is_none()
        {
            PasswordHash::create(key.trim(), salt).as_str().clone_into(key);
        }
        self.0.iter().filter_map(|(key, value)| Change::restored(key, value)).collect()
    }
}

/// Whether a key in clear, or its hash, is one that a client could present.
fn is_key(value: &str) -> bool {
    const MAX_BYTES: usize = 4096;
    !value.trim().is_empty() && value.len() <= MAX_BYTES && value.trim() != SECRET_MASK
}
