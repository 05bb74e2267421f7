//! One answer in all its encodings.

use std::io::Write as _;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    web::Bytes,
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::negotiation::{accepts_gzip, matches_any};

/// Below this many bytes compression saves nothing worth its head.
const GZIP_FROM: usize = 256;
/// Twice as fast as the usual 6, and 5 % larger: whoever finds no answer waits for this.
const LEVEL: Compression = Compression::new(3);
/// What an entry weighs besides its bytes: its tags, its key, its place in the cache.
const OVERHEAD: usize = 320;

/// A JSON answer with status 200, ready to be sent in the encoding that a client prefers.
#[derive(Clone, Debug)]
pub struct Ready {
    identity: Encoded,
    gzip: Option<Encoded>,
}

#[derive(Clone, Debug)]
struct Encoded {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Ready {
    /// The answer with this body.
    pub fn json(body: Vec<u8>) -> Self {
        // By content: equal in every process that serves the same data.
        let tag = base16ct::lower::encode_string(&Sha256::digest(&body)[..16]);
        let gzip = compress(&body).map(|bytes| Encoded::new(bytes, &format!("\"{tag}-gzip\"")));
        Self { identity: Encoded::new(body, &format!("\"{tag}\"")), gzip }
    }

    /// The body as it was made.
    pub const fn identity(&self) -> &Bytes {
        &self.identity.bytes
    }

    /// Answers `request`: with 304 when the client has this answer already, else with the body,
    /// compressed when the client prefers that.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let headers = request.headers();
        let gzip =
            self.gzip.as_ref().filter(|_| joined(headers, &header::ACCEPT_ENCODING, accepts_gzip));
        let chosen = gzip.unwrap_or(&self.identity);
        let tag = chosen.etag.as_bytes();
        if joined(headers, &header::IF_NONE_MATCH, |known| matches_any(known, tag)) {
            return HttpResponse::NotModified()
                .insert_header((header::ETAG, chosen.etag.clone()))
                .insert_header((header::VARY, ACCEPT_ENCODING))
                .finish();
        }
        let mut response = HttpResponse::Ok();
        response
            .insert_header((header::CONTENT_TYPE, JSON))
            .insert_header((header::ETAG, chosen.etag.clone()))
            .insert_header((header::VARY, ACCEPT_ENCODING));
        if gzip.is_some() {
            response.insert_header((header::CONTENT_ENCODING, GZIP));
        }
        response.body(chosen.bytes.clone())
    }

    pub(super) fn weight(&self) -> u32 {
        let gzip = self.gzip.as_ref().map_or(0, |encoded| encoded.bytes.len());
        u32::try_from(self.identity.bytes.len() + gzip + OVERHEAD).unwrap_or(u32::MAX)
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("Accept-Encoding");

impl Encoded {
    fn new(bytes: Vec<u8>, etag: &str) -> Self {
        // Hexadecimal digits in quotes are a valid value.
        let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""));
        Self { bytes: bytes.into(), etag }
    }
}

/// The compressed form, when it is smaller.
fn compress(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < GZIP_FROM {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), LEVEL);
    encoder.write_all(body).ok()?;
    encoder.finish().ok().filter(|compressed| compressed.len() < body.len())
}

/// Asks `question` about a header's value, its lines joined; no to a missing or unreadable one.
fn joined(headers: &HeaderMap, name: &HeaderName, question: impl Fn(&str) -> bool) -> bool {
    let mut lines = headers.get_all(name).filter_map(|line| line.to_str().ok());
    let Some(first) = lines.next() else { return false };
    let rest: Vec<&str> = lines.collect();
    if rest.is_empty() {
        return question(first);
    }
    question(&[&[first], rest.as_slice()].concat().join(","))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use actix_web::{body::MessageBody as _, test::TestRequest};

    use super::*;

    fn ask(ready: &Ready, headers: &[(&str, &str)]) -> (u16, HeaderMap, Bytes) {
        let mut request = TestRequest::get();
        for header in headers {
            request = request.append_header(*header);
        }
        let (head, body) = ready.answer(&request.to_http_request()).into_parts();
        (head.status().as_u16(), head.headers().clone(), body.try_into_bytes().unwrap())
    }

    #[test]
    fn sends_the_encoding_that_the_client_prefers() {
        let body = "{\"a\":1}".repeat(100);
        let ready = Ready::json(body.clone().into());
        let (status, headers, plain) = ask(&ready, &[]);
        assert_eq!((status, &plain[..]), (200, body.as_bytes()));
        assert!(headers.get("content-encoding").is_none());
        assert_eq!(headers.get("content-type").unwrap(), "application/json");
        assert_eq!(headers.get("vary").unwrap(), "Accept-Encoding");

        let (_, zipped, bytes) = ask(&ready, &[("accept-encoding", "br, gzip")]);
        assert_eq!(zipped.get("content-encoding").unwrap(), "gzip");
        assert_ne!(zipped.get("etag"), headers.get("etag"));
        let mut unzipped = String::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut unzipped).unwrap();
        assert_eq!(unzipped, body);
    }

    #[test]
    fn sends_nothing_to_who_has_it() {
        let ready = Ready::json("x".repeat(1000).into());
        let (_, headers, _) = ask(&ready, &[]);
        let tag = headers.get("etag").unwrap().to_str().unwrap();
        for (known, status) in [
            (tag, 304),
            (&*format!("\"other\", W/{tag}"), 304),
            ("*", 304),
            ("\"other\"", 200),
            ("", 200),
        ] {
            let (found, headers, body) = ask(&ready, &[("if-none-match", known)]);
            assert_eq!(found, status, "{known}");
            assert_eq!(headers.get("etag").unwrap(), tag);
            assert_eq!(body.is_empty(), status == 304);
        }
        let zipped = [("if-none-match", tag), ("accept-encoding", "gzip")];
        assert_eq!(ask(&ready, &zipped).0, 200, "the tag of another encoding");
        let lines = [("if-none-match", "\"other\""), ("if-none-match", tag)];
        assert_eq!(ask(&ready, &lines).0, 304, "several lines are one list");
    }

    #[test]
    fn small_and_incompressible_bodies_stay_as_they_are() {
        let accepting = [("accept-encoding", "gzip")];
        let (_, headers, _) = ask(&Ready::json("x".repeat(255).into()), &accepting);
        assert!(headers.get("content-encoding").is_none());
        let noise: Vec<u8> = (0..40).flat_map(|n: u8| Sha256::digest([n]).to_vec()).collect();
        let (_, headers, _) = ask(&Ready::json(noise), &accepting);
        assert!(headers.get("content-encoding").is_none());
    }
}
