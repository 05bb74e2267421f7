//! Words of libraries and of other servers, made fit to be shown.

/// The most characters of foreign words that are shown.
const MAX_CHARS: usize = 200;

/// One line without control characters, of limited length, without logins in addresses.
pub(crate) fn shown(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words = words.filter(|word| !word.is_empty()).map(without_login);
    let line = words.collect::<Vec<_>>().join(" ");
    line.chars().take(MAX_CHARS).collect()
}

fn without_login(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_one_short_line_without_logins() {
        let text = "fatal:\tcannot read\r\nhttps://me:secret@git.example/a@b \u{1b}[31mred";
        assert_eq!(shown(text), "fatal: cannot read https://git.example/a@b [31mred");
        assert_eq!(shown(&"x".repeat(999)).len(), MAX_CHARS);
        assert_eq!(shown("ssh://git@host"), "ssh://host");
    }
}
