//! Web and mail addresses in plain text, which become links by themselves.
//!
//! Like GitHub's extended autolinks, and fit for scripts that write no space before an address.

use inkstone_vocab::{EmailAddress, WebUrl};

use super::markup::{IN_TEXT, IN_VALUE, escape};

/// Appends `text` as HTML, with a link for every address that begins with `http://`, `https://`
/// or `www.` and for every mail address.
pub(super) fn link_addresses(text: &str, html: &mut String) {
    for run in text.split_inclusive(separates) {
        let word = run.trim_end_matches(separates);
        link_word(word, html);
        escape(&run[word.len()..], IN_TEXT, html);
    }
}

/// Whether an address cannot go on with `c`: `见 https://a.b，谢谢` has a comma that is not ASCII.
fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`') || !c.is_ascii() && !c.is_alphanumeric()
}

fn link_word(word: &str, html: &mut String) {
    let Some(start) = web_start(word) else { return link_mail(word, html) };
    let address = trim_end(&word[start..]);
    let scheme = if address.contains("://") { "" } else { "http://" };
    let end = start + address.len();
    if WebUrl::parse(&format!("{scheme}{address}")).is_none() {
        return escape(word, IN_TEXT, html);
    }
    link_mail(&word[..start], html);
    push_link(scheme, address, html);
    escape(&word[end..], IN_TEXT, html);
}

/// Where the first web address begins: not within a longer ASCII word.
fn web_start(word: &str) -> Option<usize> {
    let with_scheme = word.match_indices("://").filter_map(|(at, _)| {
        let scheme = word[..at].rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        web.then_some(at - scheme.len())
    });
    let without = word.match_indices("www.").map(|(at, _)| at).filter(|&at| {
        !word[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
            && word[at + "www.".len()..].starts_with(char::is_alphanumeric)
    });
    with_scheme.chain(without).min()
}

/// Without the punctuation of the sentence around the address.
fn trim_end(address: &str) -> &str {
    let count = |wanted| address.matches(wanted).count();
    let mut unopened = count(')').saturating_sub(count('('));
    address.trim_end_matches(|c| {
        let unbalanced = c == ')' && unopened > 0;
        unopened -= usize::from(unbalanced);
        unbalanced || "?!.,:;*_~'|]}".contains(c)
    })
}

fn link_mail(word: &str, html: &mut String) {
    let mut rest = word;
    while let Some(at) = rest.find('@') {
        let (local, domain) = (&rest[..at], &rest[at + 1..]);
        let start = at - local.rsplit(|c| !is_local(c)).next().unwrap_or(local).len();
        let domain = domain.split(|c| !is_domain(c)).next().unwrap_or(domain);
        let domain = domain.trim_end_matches(['.', '-']);
        let end = at + 1 + domain.len();
        escape(&rest[..start], IN_TEXT, html);
        if start < at && EmailAddress::parse(&rest[start..end]).is_some() {
            push_link("mailto:", &rest[start..end], html);
        } else {
            escape(&rest[start..end], IN_TEXT, html);
        }
        rest = &rest[end..];
    }
    escape(rest, IN_TEXT, html);
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

fn is_domain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

fn push_link(scheme: &str, address: &str, html: &mut String) {
    html.push_str("<a href=\"");
    html.push_str(scheme);
    escape(address, IN_VALUE, html);
    html.push_str("\">");
    escape(address, IN_TEXT, html);
    html.push_str("</a>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(text: &str) -> String {
        let mut html = String::new();
        link_addresses(text, &mut html);
        html
    }

    /// Puts a link where brackets are.
    fn expected(text: &str, scheme: &str) -> String {
        let (before, rest) = text.split_once('[').unwrap();
        let (address, after) = rest.split_once(']').unwrap();
        format!("{before}<a href=\"{scheme}{address}\">{address}</a>{after}")
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, scheme) in [
            ("[https://a.b]", ""),
            ("see [HTTP://a.b:8080/?x#y], please", ""),
            ("见[https://a.b/c]，谢谢", ""),
            ("见[https://a.b/维基]。", ""),
            ("([http://a.b]).", ""),
            ("([http://a.b/(c)])", ""),
            ("'[http://a.b]'", ""),
            ("**[https://a.b/x_y]**", ""),
            ("[https://user@a.b/~x]!", ""),
            ("[www.a.b/c]...", "http://"),
            ("[a@b.co]", "mailto:"),
            ("联系[a.b+c@b-d.co]谢谢", "mailto:"),
            ("mailto:[a@b.co].", "mailto:"),
        ] {
            let plain = text.replace(['[', ']'], "");
            assert_eq!(linked(&plain), expected(text, scheme));
        }
    }

    #[test]
    fn several_addresses_are_several_links() {
        assert_eq!(
            linked("a@b.co,c@d.co\nhttps://a.b https://c.d"),
            "<a href=\"mailto:a@b.co\">a@b.co</a>,<a href=\"mailto:c@d.co\">c@d.co</a>\n\
             <a href=\"https://a.b\">https://a.b</a> <a href=\"https://c.d\">https://c.d</a>"
        );
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(
            linked("https://a.b?c&d \"<"),
            "<a href=\"https://a.b?c&amp;d\">https://a.b?c&amp;d</a> \"&lt;"
        );
    }

    #[test]
    fn what_only_resembles_an_address_stays_text() {
        for text in [
            "a: b",
            "@you",
            "@you@a.b",
            "a@b",
            "C::new",
            "ftp://a.b",
            "javascript://a.b/%0aalert(1)",
            "http://",
            "https://)",
            "www.",
            "awww.a.b",
            "xhttp://a.b",
            "你@b.co",
            "12:30",
            ":smile:",
        ] {
            assert_eq!(linked(text), text);
        }
    }
}
