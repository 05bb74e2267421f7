//! The pictures of commenters, which a Gravatar-like service serves by hash (contract cwd,
//! section 7).

use inkstone_vocab::WebUrl;
use md5::{Digest, Md5};

/// The service that is asked when no other is configured.
pub const DEFAULT_AVATAR_PREFIX: &str = "https://gravatar.com/avatar";
const MAX_PREFIX_CHARS: usize = 300;

/// The address of a commenter's picture: by e-mail address, else by name, else the one of nobody.
///
/// `prefix` is the base address of the service; the default replaces what is neither `http` nor
/// `https` or is longer than 300 characters.
pub fn avatar_url(prefix: Option<&str>, email: &str, name: &str) -> String {
    let prefix =
        prefix.filter(|prefix| prefix.chars().count() <= MAX_PREFIX_CHARS).and_then(WebUrl::parse);
    let prefix =
        prefix.as_ref().map_or(DEFAULT_AVATAR_PREFIX, WebUrl::as_str).trim_end_matches('/');
    let hash = match [email, name].into_iter().find(|text| !text.trim().is_empty()) {
        Some(text) => email_hash(text),
        None => "0".repeat(32),
    };
    format!("{prefix}/{hash}?s=120&d=retro")
}

/// The hash that stands for an e-mail address in public: MD5 over the trimmed address in lower
/// case, as 32 hexadecimal digits.
pub fn email_hash(email: &str) -> String {
    let digest = Md5::digest(email.trim().to_lowercase());
    format!("{:032x}", u128::from_be_bytes(digest.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_contract() {
        for (email, hash) in [
            ("a@x.io", "a43c564056190dca51f9f4a6fae36c30"),
            ("boss@x.io", "0b071892acf341ce9df6addc0b783403"),
            ("n@x.io", "469874b82e8cc8bcb8676f6a02aee70f"),
            (" Boss@X.io ", "0b071892acf341ce9df6addc0b783403"),
        ] {
            assert_eq!(email_hash(email), hash, "{email}");
        }
    }

    #[test]
    fn a_picture_belongs_to_the_address_then_to_the_name_then_to_nobody() {
        let default = |hash: &str| format!("https://gravatar.com/avatar/{hash}?s=120&d=retro");
        assert_eq!(avatar_url(None, "a@x.io", "Ann"), default("a43c564056190dca51f9f4a6fae36c30"));
        assert_eq!(avatar_url(None, " ", " Ann "), avatar_url(None, "ann", ""));
        assert_eq!(avatar_url(None, "", " "), default("00000000000000000000000000000000"));
    }

    #[test]
    fn prefixes_are_web_addresses_or_the_default() {
        let hash = "a43c564056190dca51f9f4a6fae36c30?s=120&d=retro";
        let long = format!("https://a.b/{}", "x".repeat(289));
        for (prefix, expected) in [
            ("https://cravatar.cn/avatar", "https://cravatar.cn/avatar"),
            (" http://a.b// ", "http://a.b"),
            ("https://a.b/\"><script>", "https://a.b/%22%3E%3Cscript%3E"),
            (&long[..300], &long[..300]),
            (&long, DEFAULT_AVATAR_PREFIX),
            ("", DEFAULT_AVATAR_PREFIX),
            ("//a.b", DEFAULT_AVATAR_PREFIX),
            ("javascript:alert(1)//", DEFAULT_AVATAR_PREFIX),
            ("data:image/svg+xml,x", DEFAULT_AVATAR_PREFIX),
            ("https://", DEFAULT_AVATAR_PREFIX),
        ] {
            let url = avatar_url(Some(prefix), "a@x.io", "");
            assert_eq!(url, format!("{expected}/{hash}"), "{prefix}");
        }
    }
}
