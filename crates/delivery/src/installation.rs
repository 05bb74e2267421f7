//! By which name the others know this installation.

use url::Host;

/// The name of this installation, as mail servers see it: a host name in ASCII.
///
/// It is half of every mail's identity, and receivers discard a mail whose identity they know:
/// two installations that mail the same people need different names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation(String);

impl Installation {
    /// The most bytes a name has.
    pub const MAX_BYTES: usize = 200;

    /// Parses a host name, which need not exist; a name in other scripts becomes its ASCII form.
    /// `None` for addresses and for what is no host name.
    pub fn parse(name: &str) -> Option<Self> {
        let Host::Domain(name) = Host::parse(name.trim()).ok()? else {
            return None;
        };
        let name = name.trim_end_matches('.');
        let valid = (1..=Self::MAX_BYTES).contains(&name.len())
            && name.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            });
        valid.then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_host_names() {
        for (name, expected) in [
            ("blog.example", "blog.example"),
            (" Blog.Example. ", "blog.example"),
            ("博客.example", "xn--9krq6q.example"),
            ("localhost", "localhost"),
        ] {
            let parsed = Installation::parse(name);
            assert_eq!(parsed.as_ref().map(Installation::as_str), Some(expected), "{name}");
        }
        let long = "a".repeat(201);
        for name in
            ["", ".", "127.0.0.1", "[::1]", "a b", "a\r\nb", "a_b", "-a", "a..b", "a>b", &long]
        {
            assert_eq!(Installation::parse(name), None, "{name}");
        }
    }
}
