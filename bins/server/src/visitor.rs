//! Who a request stands for where addresses must not be kept: keyed hashes (design, trust).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::http::header::HeaderMap;
use inkstone_vocab::VisitorId;

use crate::{
    config::ServerKey,
    keyed::{hex, keyed_hash},
};

/// The header in which a widget names its visitor (contract cwd, 2.6).
const LIKE_USER: &str = "x-cwd-like-user";

/// What stands for a client where its tries and its frequency are limited. An IPv6 network of 64
/// bits is one client: whoever has one has all of it.
pub fn client_key(key: &ServerKey, address: IpAddr) -> VisitorId {
    keyed(key, "client", &[&network(address).to_string().into_bytes()])
}

/// Who likes a page: the visitor that the client names, else its address (contract cwd, 2.6).
pub fn page_liker(key: &ServerKey, headers: &HeaderMap, address: IpAddr) -> VisitorId {
    named(key, headers).unwrap_or_else(|| address_liker(key, address))
}

/// Who liked a page, as an export of the original names them: whoever is an address there is the
/// visitor who comes from it here, and the address is not kept. `None` for what is no name.
pub fn imported_liker(key: &ServerKey, name: &str) -> Option<VisitorId> {
    let address = name.trim().strip_prefix("ip:").and_then(|text| text.parse::<IpAddr>().ok());
    match address {
        Some(address) => Some(address_liker(key, address.to_canonical())),
        None => VisitorId::parse(name),
    }
}

fn address_liker(key: &ServerKey, address: IpAddr) -> VisitorId {
    let hash = keyed(key, "page like", &[&address.to_string().into_bytes()]);
    VisitorId::parse(&format!("ip:{hash}")).unwrap_or(hash)
}

/// Who likes a comment: the visitor that the client names, else its address and program (contract
/// cwd, 2.5).
pub fn comment_liker(key: &ServerKey, headers: &HeaderMap, address: IpAddr) -> VisitorId {
    named(key, headers).unwrap_or_else(|| {
        let agent = headers.get(actix_web::http::header::USER_AGENT);
        let agent = agent.map_or(&b""[..], |agent| agent.as_bytes());
        keyed(key, "comment like", &[&address.to_string().into_bytes(), agent])
    })
}

/// Who reads a page that reports itself by its address, or likes a talk: the client's address
/// (contract qexo, Q-09).
pub fn reader(key: &ServerKey, address: IpAddr) -> VisitorId {
    keyed(key, "reader", &[&address.to_string().into_bytes()])
}

/// Who read a page or liked a talk, as an export of Qexo names them: an address, or the header in
/// which proxies list several, of which the first counts. It is the visitor who comes from there
/// today; the address is not kept. What our own exports name stays as it is, and whatever else is
/// there is somebody, too (contract qexo, 11.1).
pub fn imported_reader(key: &ServerKey, name: &str) -> VisitorId {
    let first = name.split(',').next().unwrap_or_default().trim();
    let address = first.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(first.parse::<SocketAddr>().ok()?.ip()));
    if let Some(address) = address {
        return reader(key, address.to_canonical());
    }
    let ours = name.len() == 32 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let known = VisitorId::parse(name).filter(|_| ours);
    known.unwrap_or_else(|| unknown_reader(key, name))
}

/// A visitor of whom nothing but this text is known.
pub fn unknown_reader(key: &ServerKey, text: &str) -> VisitorId {
    keyed(key, "reader", &[text.as_bytes(), b"text"])
}

/// The network whose addresses count as one client.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

/// The visitor that the client names; a name that cannot be stored becomes a hash of itself.
fn named(key: &ServerKey, headers: &HeaderMap) -> Option<VisitorId> {
    let name = headers.get(LIKE_USER)?.as_bytes().trim_ascii();
    if name.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(name).ok();
    Some(text.and_then(VisitorId::parse).unwrap_or_else(|| keyed(key, "like user", &[name])))
}

/// 128 bits of a keyed hash, in hexadecimal digits.
fn keyed(key: &ServerKey, purpose: &str, parts: &[&[u8]]) -> VisitorId {
    let digits = hex(&keyed_hash(key, purpose, parts)[..16]);
    #[expect(clippy::expect_used, reason = "32 digits are a name")]
    VisitorId::parse(&digits).expect("32 digits")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue, USER_AGENT};

    use super::*;

    fn headers(entries: &[(HeaderName, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            headers.insert(name.clone(), HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    fn like_user(value: &[u8]) -> HeaderMap {
        headers(&[(HeaderName::from_static(LIKE_USER), value)])
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_named_visitor_is_the_same_everywhere() {
        let key = ServerKey::new([1; 32]);
        let named = like_user(b" 0b1e2d ");
        assert_eq!(page_liker(&key, &named, ip("192.0.2.1")).as_str(), "0b1e2d");
        assert_eq!(comment_liker(&key, &named, ip("192.0.2.2")).as_str(), "0b1e2d");
    }

    #[test]
    fn names_that_cannot_be_stored_become_hashes() {
        let key = ServerKey::new([1; 32]);
        let long = "x".repeat(129);
        for name in [long.as_bytes(), b"\xff\xfe"] {
            let visitor = page_liker(&key, &like_user(name), ip("192.0.2.1"));
            assert_eq!(visitor.as_str().len(), 32);
            assert_eq!(visitor, comment_liker(&key, &like_user(name), ip("192.0.2.2")));
        }
    }

    #[test]
    fn without_a_name_the_address_counts_and_is_not_shown() {
        let (key, other) = (ServerKey::new([1; 32]), ServerKey::new([2; 32]));
        let none = HeaderMap::new();
        let one = page_liker(&key, &none, ip("192.0.2.1"));
        assert!(one.as_str().starts_with("ip:") && !one.as_str().contains("192"));
        assert_eq!(one, page_liker(&key, &like_user(b"  "), ip("192.0.2.1")));
        assert_ne!(one, page_liker(&key, &none, ip("192.0.2.2")));
        assert_ne!(one, page_liker(&other, &none, ip("192.0.2.1")));
        let agents = [b"a".as_slice(), b"b"].map(|agent| headers(&[(USER_AGENT, agent)]));
        let [a, b] = agents.map(|agent| comment_liker(&key, &agent, ip("192.0.2.1")));
        assert_ne!(a, b);
    }

    #[test]
    fn an_imported_address_is_the_visitor_who_comes_from_it() {
        let key = ServerKey::new([1; 32]);
        let visitor = page_liker(&key, &HeaderMap::new(), ip("192.0.2.1"));
        assert_eq!(imported_liker(&key, "ip:192.0.2.1"), Some(visitor.clone()));
        assert_eq!(imported_liker(&key, " ip:::ffff:192.0.2.1"), Some(visitor.clone()));
        // Exported and imported again, and everybody else.
        for name in [visitor.as_str(), "0b1e2d", "ip:elsewhere", "192.0.2.1"] {
            assert_eq!(imported_liker(&key, name), VisitorId::parse(name));
        }
        assert_eq!(imported_liker(&key, " "), None);
    }

    #[test]
    fn an_imported_reader_is_the_live_one() {
        let key = ServerKey::new([1; 32]);
        let live = reader(&key, ip("192.0.2.1"));
        for name in [
            "192.0.2.1",
            " 192.0.2.1 ",
            "192.0.2.1, 10.0.0.1",
            "::ffff:192.0.2.1",
            "192.0.2.1:8080",
        ] {
            assert_eq!(imported_reader(&key, name), live, "{name}");
        }
        assert_eq!(imported_reader(&key, live.as_str()), live, "exported and imported again");
        let junk = imported_reader(&key, "junk");
        assert_eq!((junk.as_str().len(), junk == live), (32, false));
        assert_eq!(imported_reader(&key, "junk"), junk);
        assert_ne!(imported_reader(&key, "junk, 192.0.2.1"), junk);
        let upper = live.as_str().to_uppercase();
        assert_ne!(imported_reader(&key, &upper).as_str(), upper);
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let key = ServerKey::new([1; 32]);
        let client = |text| client_key(&key, ip(text));
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff:1"));
        assert_ne!(client("2001:db8::1"), client("2001:db8:0:1::1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }
}
