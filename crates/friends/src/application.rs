//! A stranger asks to be linked.

use inkstone_vocab::WebUrl;
use sha2::{Digest, Sha256};

use crate::{
    error::{Field, FriendError},
    friend::{Friend, Profile},
    text::{Address, Text},
};

/// How many applications may wait for the owner; the next is refused.
pub const MAX_PENDING: u32 = 1_000;

/// A stranger's wish to be linked (contract qexo, 3.14 and Q-21).
///
/// Name, address and picture are not empty; both addresses are absolute `http` or `https`
/// addresses without characters that end an HTML attribute, a CSS address or a string of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application(Profile);

impl Application {
    /// The most characters of a name.
    pub const MAX_NAME_CHARS: usize = 100;

    /// The most characters of a description.
    pub const MAX_DESCRIPTION_CHARS: usize = 500;

    /// Parses what a stranger sent. Control characters are removed, white space around does not
    /// count; addresses have at most [`WebUrl::MAX_CHARS`] characters.
    pub fn parse(
        name: &str,
        url: &str,
        image: &str,
        description: &str,
    ) -> Result<Self, FriendError> {
        let name = line(name, Self::MAX_NAME_CHARS, Field::Name)?;
        if name.as_str().is_empty() {
            return Err(FriendError::Blank(Field::Name));
        }
        Ok(Self(Profile {
            name,
            url: web(url, Field::Url)?,
            image: web(image, Field::Image)?,
            description: line(description, Self::MAX_DESCRIPTION_CHARS, Field::Description)?,
        }))
    }

    /// What the link would say.
    pub fn profile(&self) -> &Profile {
        &self.0
    }

    /// What two applications for one address have in common: 64 hexadecimal digits. An address
    /// itself may be too long for an index.
    pub fn key(&self) -> String {
        Self::key_of(&self.0.url)
    }

    /// The [key](Self::key) of an application for `url`.
    pub fn key_of(url: &Address) -> String {
        base16ct::lower::encode_string(&Sha256::digest(url.as_str()))
    }
}

/// What became of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It waits for the owner.
    New(Friend),
    /// One for the same address waited already, and says this now.
    Renewed(Friend),
}

impl Applied {
    /// What waits for the owner.
    pub fn friend(&self) -> &Friend {
        match self {
            Self::New(friend) | Self::Renewed(friend) => friend,
        }
    }
}

fn line(text: &str, most: usize, field: Field) -> Result<Text, FriendError> {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    let text = Text::parse(clean).filter(|_| clean.chars().count() <= most);
    text.ok_or(FriendError::Invalid(field))
}

fn web(text: &str, field: Field) -> Result<Address, FriendError> {
    if text.trim().is_empty() {
        return Err(FriendError::Blank(field));
    }
    let url = WebUrl::parse(text).ok_or(FriendError::Invalid(field))?;
    let mut encoded = String::with_capacity(url.as_str().len());
    for c in url.as_str().chars() {
        match c {
            // WebUrl has encoded the rest of what ends an attribute.
            '\'' => encoded.push_str("%27"),
            '(' => encoded.push_str("%28"),
            ')' => encoded.push_str("%29"),
            '\\' => encoded.push_str("%5C"),
            _ => encoded.push(c),
        }
    }
    Address::parse(&encoded).ok_or(FriendError::Invalid(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, url: &str, image: &str, text: &str) -> Result<Application, String> {
        Application::parse(name, url, image, text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_strangers_send_has_limits() {
        let (url, image) = ("https://a.b", "http://a.b/c.png");
        assert!(parse(&"你".repeat(100), url, image, &"好".repeat(500)).is_ok());
        let long = format!("https://a.b/{}", "x".repeat(WebUrl::MAX_CHARS));
        for (name, url, image, text, error) in [
            ("", url, image, "", "name is empty"),
            (" \u{0}\n ", url, image, "", "name is empty"),
            ("a", "", image, "", "url is empty"),
            ("a", url, "  ", "", "image is empty"),
            (&"a".repeat(101), url, image, "", "name is invalid"),
            ("a", url, image, &"a".repeat(501), "description is invalid"),
            ("a", &long, image, "", "url is invalid"),
            ("a", url, "/a.png", "", "image is invalid"),
            ("a", "javascript:alert(1)", image, "", "url is invalid"),
            ("a", "java\tscript:alert(1)", image, "", "url is invalid"),
            ("a", "data:text/html,x", image, "", "url is invalid"),
            ("a", url, "data:image/png;base64,AAAA", "", "image is invalid"),
            ("a", "//a.b", image, "", "url is invalid"),
            ("a", "ftp://a.b", image, "", "url is invalid"),
        ] {
            assert_eq!(parse(name, url, image, text), Err(error.to_owned()));
        }
    }

    #[test]
    fn what_strangers_send_ends_nothing() {
        let hostile = "https://a.b/\"'><img src=x onerror=`a`>);x:url(\\c \u{7f}\u{3000}?q='\"(";
        let application = parse(" A\u{0}\nda ", hostile, hostile, "x\u{1b}y\r\n").unwrap();
        let Profile { name, url, image, description } = application.profile();
        assert_eq!((name.as_str(), description.as_str()), ("Ada", "xy"));
        for address in [url, image] {
            let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'<>`()\\".contains(c);
            assert!(!address.as_str().contains(ends), "{address}");
            assert!(address.as_str().starts_with("https://a.b/%22%27%3E%3Cimg%20src=x"));
        }
        let plain = "https://例え.jp/a?b=c&d#e";
        assert_eq!(parse("a", plain, plain, "").unwrap().profile().url.as_str(), plain);
    }

    #[test]
    fn keys_tell_addresses_apart() {
        let key = |url| parse("a", url, "https://a.b", "").unwrap().key();
        assert_eq!(key(" https://a.b/c "), key("https://a.b/c"));
        assert_ne!(key("https://a.b/c"), key("https://a.b/d"));
        assert_eq!(key("https://a.b").len(), 64);
    }
}
