//! Values that appear in the configuration and nowhere else.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr};

use inkstone_readmore::SignKey;
use ipnet::IpNet;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de};

/// A value that an empty text leaves out, so that the environment can leave it out, too.
#[derive(Clone, Debug)]
pub struct Optional<T>(Option<T>);

impl<T> Optional<T> {
    /// The value, unless left out.
    pub const fn as_ref(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T> From<Option<T>> for Optional<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl<'de, T: FromText> Deserialize<'de> for Optional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.trim() {
            "" => Ok(Self(None)),
            _ => T::from_text(text).map(|value| Self(Some(value))).map_err(de::Error::custom),
        }
    }
}

/// A value that is written as a text.
trait FromText: Sized {
    /// Parses the text; the error says what is wrong with it and never repeats a secret.
    fn from_text(text: String) -> Result<Self, String>;
}

macro_rules! from_text_through_from_str {
    ($($type:ty),+) => {$(
        impl FromText for $type {
            fn from_text(text: String) -> Result<Self, String> {
                Self::from_str(text.trim()).map_err(|error| format!("{text:?}: {error}"))
            }
        }
    )+};
}

from_text_through_from_str!(std::net::SocketAddr, std::num::NonZeroUsize, PathBuf, url::Url);

impl FromText for SecretString {
    fn from_text(text: String) -> Result<Self, String> {
        Ok(text.into())
    }
}

impl FromText for ServerKey {
    fn from_text(text: String) -> Result<Self, String> {
        Self::from_hex(text.trim()).ok_or_else(|| "not 64 hexadecimal digits".to_owned())
    }
}

impl FromText for SignKeyText {
    fn from_text(text: String) -> Result<Self, String> {
        SignKey::parse(&text).map(Self).map_err(|error| error.to_string())
    }
}

impl FromText for inkstone_storage::DatabaseUrl {
    fn from_text(text: String) -> Result<Self, String> {
        Self::parse(text.trim()).map_err(|error| error.to_string())
    }
}

/// The secret from which the server derives all others: 32 random bytes.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// A key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key that `hex` spells; `None` unless it is 64 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The key in 64 hexadecimal digits.
    pub fn to_hex(&self) -> SecretString {
        base16ct::lower::encode_string(&self.0).into()
    }

    /// The key itself, for deriving others.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServerKey(…)")
    }
}

/// The key that signs unlock tokens.
#[derive(Clone, Debug)]
pub struct SignKeyText(pub SignKey);

/// The address under which browsers reach the server, when that is known.
#[derive(Clone, Debug, Default)]
pub struct PublicUrl(Option<url::Url>);

impl PublicUrl {
    /// The address that was configured.
    pub fn new(url: Option<&url::Url>) -> Self {
        Self(url.cloned())
    }

    /// The address of `path`, which begins without a slash, below it; a prefix is kept.
    pub fn join(&self, path: &str) -> Option<String> {
        let base = self.0.as_ref()?.as_str().trim_end_matches('/');
        Some(format!("{base}/{path}"))
    }
}

/// The proxies whose word about a client's address is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Parses addresses and networks; the error names the first that is neither.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |text: &str| {
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("{text:?} is neither an address nor a network"))
        };
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
        texts.map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The networks, as configured.
    pub fn networks(&self) -> &[IpNet] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for TrustedProxies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |texts: &[&str]| Self::parse(texts.iter().copied());
        deserializer.deserialize_any(TextsVisitor(parse))
    }
}

/// Reads a list of texts, or one text separated by commas (all that the environment can hold).
struct TextsVisitor<F>(F);

impl<'de, T, F: FnOnce(&[&str]) -> Result<T, String>> de::Visitor<'de> for TextsVisitor<F> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of texts, or one text with commas")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(&text.split(',').collect::<Vec<_>>()).map_err(E::custom)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<T, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            texts.push(text);
        }
        (self.0)(&texts.iter().map(String::as_str).collect::<Vec<_>>()).map_err(de::Error::custom)
    }
}

/// The header in which a trusted proxy reports the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAddressHeader {
    /// A list that every proxy appends to.
    XForwardedFor,
    /// One address, set by nginx.
    XRealIp,
    /// One address, set by Cloudflare.
    CfConnectingIp,
}

impl ClientAddressHeader {
    /// The header's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::XRealIp => "x-real-ip",
            Self::CfConnectingIp => "cf-connecting-ip",
        }
    }
}

/// What public answers show of a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublicEmail {
    /// A hash of it.
    Hash,
    /// The address itself.
    Plain,
    /// Nothing.
    Empty,
}

/// What the name of a post is for clients (contract qexo, Q-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostName {
    /// Its path below the directory of posts, without the extension.
    Stem,
    /// Its title, where it has one.
    Title,
}

/// Directories of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directories(Vec<PathBuf>);

impl Directories {
    /// These; each is an absolute path. The error names the first that is not.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |text: &str| {
            let path = PathBuf::from(text);
            if path.is_absolute() { Ok(path) } else { Err(format!("{text:?} is not absolute")) }
        };
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
        texts.map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// The paths, as configured.
    pub fn paths(&self) -> &[PathBuf] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Directories {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |texts: &[&str]| Self::parse(texts.iter().copied());
        deserializer.deserialize_any(TextsVisitor(parse))
    }
}

/// How clients are told which talk they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TalkIdFormat {
    /// With dashes.
    Dashed,
    /// 32 hexadecimal digits.
    Hex,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Which requests get a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestLog {
    /// None.
    Off,
    /// Those answered with a status of 400 or above.
    Errors,
    /// All.
    All,
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        let hex = "00ff".repeat(16);
        assert_eq!(ServerKey::from_hex(&hex).unwrap().to_hex().expose_secret(), hex);
        for bad in ["", "00ff", &"é".repeat(32), &"+f".repeat(32), &"0".repeat(65)] {
            assert!(ServerKey::from_hex(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let proxies = TrustedProxies::parse(["10.0.0.0/8", " ::1 ", ""]).unwrap();
        assert!(proxies.contains("10.1.2.3".parse().unwrap()));
        assert!(proxies.contains("::1".parse().unwrap()));
        assert!(!proxies.contains("11.1.2.3".parse().unwrap()));
        let error = TrustedProxies::parse(["10.0.0.0/8", "proxy"]).unwrap_err();
        assert_eq!(error, "\"proxy\" is neither an address nor a network");
    }

    #[test]
    fn directories_are_absolute() {
        let directories = Directories::parse(["/srv/blog", " /home/me/blog ", ""]).unwrap();
        assert_eq!(directories.paths(), [PathBuf::from("/srv/blog"), "/home/me/blog".into()]);
        assert_eq!(Directories::parse(["blog"]).unwrap_err(), "\"blog\" is not absolute");
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", ServerKey::new([7; 32])), "ServerKey(…)");
    }
}
