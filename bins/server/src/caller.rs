//! Who asks: the client's address, as far as anybody trustworthy vouches for it.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, HeaderValue},
    web,
};

use crate::config::{ClientAddressHeader, Server, TrustedProxies};

/// The address of whoever sent the request; IPv4 wherever it can be (contract cwd, 1.5).
///
/// An extractor. It is the socket's peer, unless the peer is a trusted proxy that reports
/// somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // There is no peer only where there is no socket.
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        ready(Ok(Self(match request.app_data::<web::Data<ProxyRules>>() {
            Some(rules) => rules.client(peer, request.headers()),
            None => peer.to_canonical(),
        })))
    }
}

/// Which proxies are believed, and where they report the client.
#[derive(Clone, Debug)]
pub struct ProxyRules {
    proxies: TrustedProxies,
    header: ClientAddressHeader,
}

impl ProxyRules {
    /// The rules that the operator configured.
    pub fn new(server: &Server) -> Self {
        Self { proxies: server.trusted_proxies.clone(), header: server.client_address_header }
    }

    /// The client of a request that `peer` sent with `headers`.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.proxies.contains(peer) {
            return peer;
        }
        match self.header {
            ClientAddressHeader::XForwardedFor => self.right_most_untrusted(peer, headers),
            ClientAddressHeader::XRealIp | ClientAddressHeader::CfConnectingIp => {
                only_value(self.header.name(), headers).and_then(parse_hop).unwrap_or(peer)
            }
        }
    }

    /// Walks from the nearest hop to the farthest. Whatever stands left of the first address that
    /// is no proxy of ours may have been invented by the client; so may everything left of a hop
    /// that is not an address.
    fn right_most_untrusted(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<&[u8]> =
            headers.get_all(self.header.name()).map(HeaderValue::as_bytes).collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(|&byte| byte == b','));
        let mut nearest = peer;
        for hop in hops {
            let Some(address) = std::str::from_utf8(hop).ok().and_then(parse_hop) else {
                return nearest;
            };
            nearest = address;
            if !self.proxies.contains(address) {
                return address;
            }
        }
        nearest
    }
}

/// The header's value; `None` when there are several, for then nobody knows which one counts.
fn only_value<'a>(name: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

/// Reads `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]` and `[::1]:80`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    address
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    #[track_caller]
    fn check(header: ClientAddressHeader, peer: &str, lines: &[(&str, &str)], client: &str) {
        let proxies = TrustedProxies::parse(["10.0.0.0/8", "fd00::/8", "192.0.2.7"]).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        let rules = ProxyRules { proxies, header };
        let found = rules.client(peer.parse().unwrap(), &headers);
        assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
    }

    #[test]
    fn nobody_else_is_believed() {
        let lines = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-real-ip", "2.2.2.2"),
            ("cf-connecting-ip", "3.3.3.3"),
            ("forwarded", "for=4.4.4.4"),
        ];
        for header in [
            ClientAddressHeader::XForwardedFor,
            ClientAddressHeader::XRealIp,
            ClientAddressHeader::CfConnectingIp,
        ] {
            check(header, "9.9.9.9", &lines, "9.9.9.9");
            check(header, "::ffff:9.9.9.9", &lines, "9.9.9.9");
            check(header, "2001:db8::1", &lines, "2001:db8::1");
        }
    }

    #[test]
    fn the_right_most_untrusted_hop_is_the_client() {
        for (line, client) in [
            ("1.1.1.1", "1.1.1.1"),
            ("8.8.8.8, 1.1.1.1", "1.1.1.1"),
            ("8.8.8.8, 1.1.1.1, 10.2.3.4", "1.1.1.1"),
            ("127.0.0.1, 1.1.1.1 , 192.0.2.7,10.2.3.4", "1.1.1.1"),
            ("10.9.9.9, 10.2.3.4", "10.9.9.9"),
            ("1.1.1.1:4711", "1.1.1.1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:1.1.1.1", "1.1.1.1"),
            ("::ffff:10.0.0.9, ::ffff:10.2.3.4", "10.0.0.9"),
            ("1.1.1.1, fd00::5", "1.1.1.1"),
            ("", "10.0.0.1"),
            ("unknown", "10.0.0.1"),
            ("1.1.1.1, garbage", "10.0.0.1"),
            ("1.1.1.1, garbage, 10.2.3.4", "10.2.3.4"),
            ("garbage, 1.1.1.1", "1.1.1.1"),
            ("1.1.1.1,", "10.0.0.1"),
            ("1.1.1.1, for=2.2.2.2", "10.0.0.1"),
            ("1.1.1.256", "10.0.0.1"),
            ("1.1.1.1, ü", "10.0.0.1"),
        ] {
            check(
                ClientAddressHeader::XForwardedFor,
                "10.0.0.1",
                &[("x-forwarded-for", line)],
                client,
            );
        }
    }

    #[test]
    fn several_lines_are_one_list() {
        let lines = [("x-forwarded-for", "8.8.8.8"), ("x-forwarded-for", "1.1.1.1, 10.2.3.4")];
        check(ClientAddressHeader::XForwardedFor, "10.0.0.1", &lines, "1.1.1.1");
        let lines = [("x-forwarded-for", "8.8.8.8, 1.1.1.1"), ("x-forwarded-for", "10.2.3.4")];
        check(ClientAddressHeader::XForwardedFor, "10.0.0.1", &lines, "1.1.1.1");
    }

    #[test]
    fn many_hops_are_walked_once() {
        let long = format!("1.1.1.1{}", ", 10.0.0.2".repeat(10_000));
        check(
            ClientAddressHeader::XForwardedFor,
            "10.0.0.1",
            &[("x-forwarded-for", &long)],
            "1.1.1.1",
        );
    }

    #[test]
    fn other_headers_hold_one_address() {
        let header = ClientAddressHeader::XRealIp;
        check(header, "10.0.0.1", &[("x-real-ip", " 1.1.1.1 ")], "1.1.1.1");
        check(header, "10.0.0.1", &[("x-real-ip", "::ffff:1.1.1.1")], "1.1.1.1");
        check(header, "10.0.0.1", &[("x-real-ip", "1.1.1.1, 2.2.2.2")], "10.0.0.1");
        check(
            header,
            "10.0.0.1",
            &[("x-real-ip", "1.1.1.1"), ("x-real-ip", "2.2.2.2")],
            "10.0.0.1",
        );
        check(header, "10.0.0.1", &[("x-forwarded-for", "1.1.1.1")], "10.0.0.1");
        check(header, "::ffff:10.0.0.1", &[("x-real-ip", "1.1.1.1")], "1.1.1.1");
        let header = ClientAddressHeader::CfConnectingIp;
        check(header, "10.0.0.1", &[("cf-connecting-ip", "2001:db8::2")], "2001:db8::2");
    }
}
