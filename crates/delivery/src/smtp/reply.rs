//! What a server answers.

/// An answer: a code and some lines of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

/// A line of an answer, and whether it is the last.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReplyLine<'a> {
    code: u16,
    text: &'a str,
    pub(super) last: bool,
}

impl<'a> ReplyLine<'a> {
    /// Parses a line without its end; `None` when no mail server speaks like that.
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let (code, rest) = line.split_at_checked(3)?;
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let code = code.parse().ok().filter(|code| (200..600).contains(code))?;
        let (text, last) = match rest.strip_prefix('-') {
            Some(text) => (text, false),
            None if rest.is_empty() => ("", true),
            None => (rest.strip_prefix(' ')?, true),
        };
        Some(Self { code, text, last })
    }
}

impl Reply {
    /// An answer of these lines; `None` unless they agree on a code.
    pub(super) fn new(lines: &[ReplyLine<'_>]) -> Option<Self> {
        let code = lines.first()?.code;
        let agreed = lines.iter().all(|line| line.code == code);
        agreed
            .then(|| Self { code, lines: lines.iter().map(|line| line.text.to_owned()).collect() })
    }

    /// The code at the beginning of an answer that was put into one line.
    pub(super) fn code_of(line: &str) -> u16 {
        line.get(..3).and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    /// The answer in one line.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" "))
    }

    /// What follows a keyword in the list of what the server can do; `None` when it is not there.
    pub(super) fn offer(&self, keyword: &str) -> Option<Vec<String>> {
        // The first line is the server's name.
        self.lines.iter().skip(1).find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
                .then(|| words.map(str::to_owned).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(lines: &[&str]) -> Option<Reply> {
        let lines: Option<Vec<_>> = lines.iter().map(|line| ReplyLine::parse(line)).collect();
        Reply::new(&lines?)
    }

    #[test]
    fn replies_have_a_code_and_lines() {
        assert_eq!(reply(&["250"]).unwrap().line(), "250 ");
        let hello = reply(&["250-mx.example", "250-auth PLAIN login", "250 8BITMIME"]).unwrap();
        assert_eq!(hello.offer("AUTH"), Some(vec!["PLAIN".to_owned(), "login".to_owned()]));
        assert_eq!(hello.offer("8bitmime"), Some(vec![]));
        assert_eq!(hello.offer("mx.example"), None);
        assert_eq!(hello.offer("STARTTLS"), None);
        let refusal = reply(&["550-no such", "550 user"]).unwrap().line();
        assert_eq!(refusal, "550 no such user");
        assert_eq!(Reply::code_of(&refusal), 550);
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for line in ["", "2", "25", "* OK IMAP", "HTTP/1.1 400", "999 x", "150 x", "2500", "２50 x"]
        {
            assert_eq!(ReplyLine::parse(line), None, "{line}");
        }
        assert_eq!(reply(&["250-a", "550 b"]), None);
        assert_eq!(reply(&[]), None);
    }
}
