//! When the owner was last seen: seconds since the epoch, imported ones with a fraction.

use inkstone_vocab::Timestamp;

pub(super) fn read(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = whole.parse().ok().filter(|_| is_fraction)?;
    seconds.checked_mul(1000).map(Timestamp::from_millis)
}

pub(super) fn write(at: Timestamp) -> String {
    at.millis().div_euclid(1000).to_string()
}
