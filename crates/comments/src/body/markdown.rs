//! Rendering Markdown: GitHub's flavour, with every line break kept (contract cwd, D-33).

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeStream,
};

use super::addresses::link_addresses;
use super::allowed::{Element, names_a_language};
use super::markup::{IN_TEXT, IN_VALUE, Kind, Token, Tokens, escape};

/// Renders `text`; `None` when that takes more than `limit` bytes.
///
/// Tags of allowed elements are copied, other tags become text. The result is not yet safe.
pub(super) fn to_html(text: &str, limit: usize) -> Option<String> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::default();
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        writer.event(event);
        if writer.html.len() > limit {
            return None;
        }
    }
    Some(writer.html)
}

#[derive(Default)]
struct Writer {
    html: String,
    /// A block of the author's HTML, as far as it is known.
    raw: String,
    /// How many links and code blocks are around the text: no links in there.
    literals: usize,
    /// The same for links and code of the author's HTML.
    raw_literals: usize,
    /// How many images are around the text, which then describes the outermost.
    images: usize,
    alignments: Vec<Alignment>,
    column: usize,
    cell: &'static str,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Image { dest_url, title, .. }) => self.start_image(&dest_url, &title),
            Event::End(TagEnd::Image) => self.end_image(),
            _ if self.images > 0 => self.describe(&event),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.literals + self.raw_literals > 0 => self.text(&text),
            Event::Text(text) => link_addresses(&text, &mut self.html),
            Event::Code(code) => {
                self.html.push_str("<code>");
                self.text(&code);
                self.html.push_str("</code>");
            }
            Event::Html(html) => self.raw.push_str(&html),
            Event::InlineHtml(html) => self.show(&html),
            Event::SoftBreak | Event::HardBreak => self.html.push_str("<br>"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.html.push_str(if done { "☑ " } else { "☐ " }),
            // These belong to extensions that are off.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let end = tag.to_end();
        match tag {
            Tag::Link { link_type, dest_url, title, .. } => {
                self.literals += 1;
                self.start_link(link_type, &dest_url, &title);
                return;
            }
            Tag::CodeBlock(kind) => {
                self.literals += 1;
                self.start_code(&kind);
                return;
            }
            Tag::List(Some(start)) if start != 1 => {
                self.html.push_str("<ol");
                self.attribute("start", &start.to_string());
                self.html.push_str(">\n");
                return;
            }
            Tag::Table(alignments) => self.alignments = alignments,
            Tag::TableHead => (self.cell, self.column) = ("th", 0),
            Tag::TableRow => (self.cell, self.column) = ("td", 0),
            Tag::TableCell => self.start_cell(),
            _ => {}
        }
        if matches!(end, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell)
        {
            self.raw_literals = 0;
        }
        self.html.push_str(tags(end).0);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link | TagEnd::CodeBlock => self.literals -= 1,
            TagEnd::TableCell => {
                self.html.push_str("</");
                self.html.push_str(self.cell);
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.raw);
                self.show(&html);
            }
            _ => {}
        }
        self.html.push_str(tags(tag).1);
    }

    fn start_link(&mut self, link_type: LinkType, address: &str, title: &str) {
        let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
        self.html.push_str("<a");
        self.attribute("href", &format!("{scheme}{address}"));
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.html.push('>');
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let class = format!("language-{info}");
        self.html.push_str("<pre><code");
        if names_a_language(&class) {
            self.attribute("class", &class);
        }
        self.html.push('>');
    }

    fn start_cell(&mut self) {
        self.html.push('<');
        self.html.push_str(self.cell);
        match self.alignments.get(self.column) {
            Some(Alignment::Left) => self.attribute("align", "left"),
            Some(Alignment::Center) => self.attribute("align", "center"),
            Some(Alignment::Right) => self.attribute("align", "right"),
            Some(Alignment::None) | None => {}
        }
        self.column += 1;
    }

    fn start_image(&mut self, address: &str, title: &str) {
        self.images += 1;
        if self.images > 1 {
            return;
        }
        self.html.push_str("<img");
        self.attribute("src", address);
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.html.push_str(" alt=\"");
    }

    fn end_image(&mut self) {
        self.images -= 1;
        if self.images == 0 {
            self.html.push_str("\">");
        }
    }

    /// Adds what a reader would see of `event` to the description of an image.
    fn describe(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) => escape(text, IN_VALUE, &mut self.html),
            Event::SoftBreak | Event::HardBreak => self.html.push(' '),
            _ => {}
        }
    }

    /// Writes the author's HTML: allowed tags as they are, others as text.
    fn show(&mut self, html: &str) {
        for Token { raw, kind } in Tokens::new(html) {
            match kind {
                Kind::Start { name, .. } if Element::find(name).is_some() => {
                    self.raw_literals += usize::from(is_literal(name));
                    self.html.push_str(raw);
                }
                Kind::End { name } if Element::find(name).is_some() => {
                    let ended = usize::from(is_literal(name));
                    self.raw_literals = self.raw_literals.saturating_sub(ended);
                    self.html.push_str(raw);
                }
                Kind::Text => escape(raw, &['<'], &mut self.html),
                Kind::Comment => {}
                Kind::Start { .. } | Kind::End { .. } | Kind::Declaration => self.text(raw),
            }
        }
    }

    fn text(&mut self, text: &str) {
        escape(text, IN_TEXT, &mut self.html);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        escape(value, IN_VALUE, &mut self.html);
        self.html.push('"');
    }
}

/// Whether the text in an element of the author's is not searched for addresses.
fn is_literal(name: &str) -> bool {
    ["a", "code", "pre"].iter().any(|literal| literal.eq_ignore_ascii_case(name))
}

/// What is written where an element of Markdown begins and where it ends, its attributes aside.
fn tags(element: TagEnd) -> (&'static str, &'static str) {
    match element {
        TagEnd::Paragraph => ("<p>", "</p>\n"),
        TagEnd::Heading(HeadingLevel::H1) => ("<h1>", "</h1>\n"),
        TagEnd::Heading(HeadingLevel::H2) => ("<h2>", "</h2>\n"),
        TagEnd::Heading(HeadingLevel::H3) => ("<h3>", "</h3>\n"),
        TagEnd::Heading(HeadingLevel::H4) => ("<h4>", "</h4>\n"),
        TagEnd::Heading(HeadingLevel::H5) => ("<h5>", "</h5>\n"),
        TagEnd::Heading(HeadingLevel::H6) => ("<h6>", "</h6>\n"),
        TagEnd::BlockQuote(_) => ("<blockquote>\n", "</blockquote>\n"),
        TagEnd::CodeBlock => ("", "</code></pre>\n"),
        TagEnd::List(true) => ("<ol>\n", "</ol>\n"),
        TagEnd::List(false) => ("<ul>\n", "</ul>\n"),
        TagEnd::Item => ("<li>", "</li>\n"),
        TagEnd::Table => ("<table>\n", "</tbody>\n</table>\n"),
        TagEnd::TableHead => ("<thead>\n<tr>\n", "</tr>\n</thead>\n<tbody>\n"),
        TagEnd::TableRow => ("<tr>\n", "</tr>\n"),
        TagEnd::TableCell => (">", ">\n"),
        TagEnd::Emphasis => ("<em>", "</em>"),
        TagEnd::Strong => ("<strong>", "</strong>"),
        TagEnd::Strikethrough => ("<del>", "</del>"),
        TagEnd::Link => ("", "</a>"),
        _ => ("", ""),
    }
}
