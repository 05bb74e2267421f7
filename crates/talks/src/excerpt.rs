//! The beginning of a talk, for lists.

use std::cell::{Cell, RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

/// How many characters an excerpt has.
const CHARS: usize = 20;

/// How many bytes are looked at before asking whether that is enough.
const CHUNK: usize = 1024;

/// The first 20 characters of what a reader sees of `html` (contract qexo, Q-28), `...` after
/// them when there are more: tags are removed, scripts and styles with what they hold, references
/// are decoded, and white space is one space.
///
/// It is plain text; whoever puts it into HTML escapes it.
pub fn excerpt(html: &str) -> String {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && !tokenizer.sink.is_full() {
        let (chunk, behind) = rest.split_at(rest.floor_char_boundary(CHUNK));
        input.push_back(StrTendril::from(chunk));
        // It stops for nothing: the sink runs no scripts.
        let _ = tokenizer.feed(&input);
        rest = behind;
    }
    tokenizer.end();
    tokenizer.sink.into_excerpt()
}

/// Collects text outside of scripts and styles.
#[derive(Default)]
struct Reader {
    text: RefCell<String>,
    /// How many characters `text` has.
    count: Cell<usize>,
    /// Whether white space was seen since the last character.
    space: Cell<bool>,
    /// Whether what comes is no text to read.
    skipping: Cell<bool>,
}

impl Reader {
    /// Whether no more is needed: one character too many tells that some are cut off.
    fn is_full(&self) -> bool {
        self.count.get() > CHARS
    }

    fn push(&self, c: char) {
        if self.is_full() {
            return;
        }
        if c.is_whitespace() {
            self.space.set(true);
            return;
        }
        let mut text = self.text.borrow_mut();
        if self.space.take() && !text.is_empty() {
            text.push(' ');
            self.count.set(self.count.get() + 1);
        }
        text.push(c);
        self.count.set(self.count.get() + 1);
    }

    fn into_excerpt(self) -> String {
        let text = self.text.into_inner();
        match text.char_indices().nth(CHARS) {
            Some((end, _)) => format!("{}...", text[..end].trim_end()),
            None => text,
        }
    }
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if !self.skipping.get() => {
                text.chars().for_each(|c| self.push(c));
            }
            Token::TagToken(tag) => {
                let raw = match &*tag.name {
                    "script" => Some(RawKind::ScriptData),
                    "style" => Some(RawKind::Rawtext),
                    _ => None,
                };
                if let Some(raw) = raw {
                    self.skipping.set(tag.kind == TagKind::StartTag);
                    if tag.kind == TagKind::StartTag {
                        return TokenSinkResult::RawData(raw);
                    }
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn excerpts_are_what_readers_see() {
        for (html, text) in [
            ("", ""),
            ("plain text", "plain text"),
            ("<p>Hello <b>wor</b>ld</p>", "Hello world"),
            ("  a \n\t b\u{3000}c ", "a b c"),
            ("<style>p{color:red}</style>a<script>if (1<2) alert('</p>')</script>b", "ab"),
            ("a<!-- hidden -->b", "ab"),
            ("<img alt='x > y' src=z>a", "a"),
            ("a &amp; b &lt;i&gt;", "a & b <i>"),
            ("{{ kept }}", "{{ kept }}"),
            ("1 < 2", "1 < 2"),
            ("<script>never closed", ""),
            ("12345678901234567890", "12345678901234567890"),
            ("123456789012345678901", "12345678901234567890..."),
            ("1234567890123456789 1", "1234567890123456789..."),
            ("12345678901234567890 ", "12345678901234567890"),
        ] {
            assert_eq!(excerpt(html), text, "{html}");
        }
        let long = "说".repeat(21);
        assert_eq!(excerpt(&long), format!("{}...", "说".repeat(20)));
        let late = format!("{}<p>late</p>", " ".repeat(5_000));
        assert_eq!(excerpt(&late), "late");
    }

    proptest! {
        #[test]
        fn excerpts_are_short_and_never_panic(html in "[<>/!&;a-e \\-\"'=\\PC]{0,200}") {
            let excerpt = excerpt(&html);
            prop_assert!(excerpt.chars().count() <= CHARS + 3);
            prop_assert_eq!(excerpt.trim(), excerpt.as_str());
        }
    }
}
