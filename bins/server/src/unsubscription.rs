//! Links by which somebody who was answered says that they want no more mail.
//!
//! A link names nobody: it holds a keyed hash of the address, which is also all that is kept, and
//! a signature. Whoever has it can do one thing with it, and needs no login for that.

use inkstone_vocab::EmailAddress;
use subtle::ConstantTimeEq as _;

use crate::{
    config::ServerKey,
    keyed::{hex, keyed_hash},
};

/// Bytes of the hash that stands for an address, and of the signature.
const PART_BYTES: usize = 16;

/// What stands for a recipient's address in any spelling: 32 hexadecimal digits.
pub fn recipient_key(key: &ServerKey, address: &EmailAddress) -> String {
    let hash = keyed_hash(key, "mail recipient", &[address.normalized().as_bytes()]);
    hex(&hash[..PART_BYTES])
}

/// The path, without the slash before it, of the page on which the recipient with this key
/// unsubscribes.
pub fn path(key: &ServerKey, recipient: &str) -> String {
    format!("api/inkstone/unsubscribe/{recipient}.{}", signature(key, recipient))
}

/// The recipient's key in a link's last part, if we made the link.
pub fn verify(key: &ServerKey, token: &str) -> Option<String> {
    let (recipient, signed) = token.split_once('.')?;
    let genuine = signature(key, recipient).as_bytes().ct_eq(signed.as_bytes());
    bool::from(genuine).then(|| recipient.to_owned())
}

fn signature(key: &ServerKey, recipient: &str) -> String {
    hex(&keyed_hash(key, "unsubscribe", &[recipient.as_bytes()])[..PART_BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_links_are_believed() {
        let (key, other) = (ServerKey::new([1; 32]), ServerKey::new([2; 32]));
        let ann = recipient_key(&key, &EmailAddress::parse("Ann@x.io").unwrap());
        assert_eq!(ann, recipient_key(&key, &EmailAddress::parse("ann@X.IO").unwrap()));
        let bob = recipient_key(&key, &EmailAddress::parse("bob@x.io").unwrap());
        let path = path(&key, &ann);
        let token = path.strip_prefix("api/inkstone/unsubscribe/").unwrap();
        assert_eq!(verify(&key, token), Some(ann.clone()));
        let (_, signature) = token.split_once('.').unwrap();
        for forged in [
            "",
            ".",
            &ann,
            &format!("{ann}."),
            &format!("{bob}.{signature}"),
            &format!("{ann}.{}", &signature[..30]),
            &token.to_uppercase(),
            &format!("{token}00"),
        ] {
            assert_eq!(verify(&key, forged), None, "{forged}");
        }
        assert_eq!(verify(&other, token), None);
        assert!(!path.contains("x.io"));
    }
}
