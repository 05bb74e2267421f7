//! The texts of a record.

/// What an image is called: the name its file had with its owner. Without control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Title(String);

impl Title {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 500;

    /// The name of a file that somebody sends: what follows its last slash or backslash, without
    /// control characters and those that turn the direction of writing, cut when it is too long.
    pub fn of_file(name: &str) -> Self {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        Self(last.chars().filter(|c| is_plain(*c)).take(Self::MAX_CHARS).collect())
    }

    /// Removes control characters; `None` when what remains is too long.
    pub fn parse(text: &str) -> Option<Self> {
        bounded(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without what follows its last dot; the whole name when it begins there.
    pub fn stem(&self) -> &str {
        match self.0.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => &self.0,
        }
    }
}

/// Where an image is: a web address, or one relative to wherever it is shown. Never one that runs
/// code when it is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ImageUrl(String);

impl ImageUrl {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 4_096;

    /// Trims and removes control characters; `None` for other schemes than http and https, and
    /// for what is too long.
    pub fn parse(text: &str) -> Option<Self> {
        let text = bounded(text.trim(), Self::MAX_CHARS)?;
        let is_web = match scheme(&text) {
            Some(scheme) => ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)),
            None => true,
        };
        is_web.then_some(Self(text))
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the host of an image needs to know to delete the file; JSON, or whatever another program
/// has written. May hold a secret, so its `Debug` form does not show it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Removal(String);

impl Removal {
    /// The most characters of one.
    pub const MAX_CHARS: usize = 16_384;

    /// Removes control characters, which JSON does without; `None` when what remains is too long.
    pub fn parse(text: &str) -> Option<Self> {
        bounded(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Removal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Removal(…)")
    }
}

/// What stands before the colon, if that is how addresses with a scheme begin.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let is_path = scheme.contains(['/', '?', '#']);
    (!is_path).then_some(scheme)
}

fn bounded(text: &str, max: usize) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    (text.chars().count() <= max).then_some(text)
}

fn is_plain(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_files() {
        for (name, title, stem) in [
            ("a.png", "a.png", "a"),
            ("../../etc/passwd", "passwd", "passwd"),
            (r"C:\fakepath\猫 1.tar.gz", "猫 1.tar.gz", "猫 1.tar"),
            ("a\r\nSet-Cookie: x\0.png", "aSet-Cookie: x.png", "aSet-Cookie: x"),
            ("gnp.\u{202e}exe", "gnp.exe", "gnp"),
            (".png", ".png", ".png"),
            ("..", "..", "."),
            ("a/", "", ""),
            ("", "", ""),
        ] {
            let found = Title::of_file(name);
            assert_eq!((found.as_str(), found.stem()), (title, stem), "{name:?}");
        }
        let long = "猫".repeat(Title::MAX_CHARS + 1);
        assert_eq!(Title::of_file(&long).as_str().chars().count(), Title::MAX_CHARS);
        assert_eq!(Title::parse(&long), None);
    }

    #[test]
    fn addresses_run_no_code() {
        for good in [
            "https://a.b/c.png?x=1&y=2",
            " HTTP://a.b ",
            "/media/a.png",
            "//a.b/c",
            "a.png",
            "",
            "a/b:c",
        ] {
            assert_eq!(ImageUrl::parse(good).unwrap().as_str(), good.trim());
        }
        let long = format!("https://{}", "a".repeat(ImageUrl::MAX_CHARS));
        for bad in ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", &long] {
            assert_eq!(ImageUrl::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn removals_do_not_print() {
        let removal = Removal::parse("{\"key\":\"hunter2\"}\0").unwrap();
        assert_eq!(removal.as_str(), "{\"key\":\"hunter2\"}");
        assert_eq!(format!("{removal:?}"), "Removal(…)");
        assert_eq!(Removal::parse(&"x".repeat(Removal::MAX_CHARS + 1)), None);
    }
}
