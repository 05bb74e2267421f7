//! The name under which one request appears in the log and in its answer.

use std::{fmt, future::Future};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, in requests and answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The name of one request: 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The name that the client or a proxy gave, if it is a sane one; otherwise a random one.
    pub fn of(headers: &HeaderMap) -> Self {
        match headers.get(HEADER) {
            Some(value) if is_sane(value.as_bytes()) => Self(value.clone()),
            _ => Self::random(),
        }
    }

    /// The name of the request that this task, or this blocking thread, is working on.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `task` as work on this request.
    pub fn scope<T>(&self, task: impl Future<Output = T>) -> impl Future<Output = T> {
        CURRENT.scope(self.clone(), task)
    }

    /// Runs `work`, which may block, as work on this request.
    pub fn scope_blocking<T>(&self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), work)
    }

    /// The name as a header's value.
    pub const fn as_header(&self) -> &HeaderValue {
        &self.0
    }

    fn random() -> Self {
        let name = format!("{:016x}", rand::random::<u64>());
        Self(HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("unknown")))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.to_str().unwrap_or_default())
    }
}

fn is_sane(name: &[u8]) -> bool {
    (1..=64).contains(&name.len())
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sane_names_are_taken_over() {
        for (name, taken) in [
            ("abc-123_x.y", true),
            (&"a".repeat(64), true),
            (&"a".repeat(65), false),
            ("", false),
            ("a b", false),
            ("a\"b", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::try_from(name).unwrap());
            assert_eq!(RequestId::of(&headers).to_string() == name, taken, "{name}");
        }
        let random = RequestId::of(&HeaderMap::new()).to_string();
        assert!(is_sane(random.as_bytes()) && random.len() == 16, "{random}");
    }
}
