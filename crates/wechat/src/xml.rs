//! Reads the flat XML of messages: no DTD, no entities of its own, bounded depth.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use crate::refusal::Refusal;

/// Elements inside elements; the deepest message of WeChat has five.
const MAX_DEPTH: usize = 16;

/// The elements of a message that count. A missing one is `None`, an empty one an empty text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) to_user_name: Option<String>,
    pub(crate) from_user_name: Option<String>,
    pub(crate) create_time: Option<String>,
    pub(crate) msg_type: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) event_key: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) msg_id: Option<String>,
    pub(crate) encrypt: Option<String>,
}

impl Fields {
    fn field(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "ToUserName" => &mut self.to_user_name,
            "FromUserName" => &mut self.from_user_name,
            "CreateTime" => &mut self.create_time,
            "MsgType" => &mut self.msg_type,
            "Event" => &mut self.event,
            "EventKey" => &mut self.event_key,
            "Content" => &mut self.content,
            "MsgId" | "MsgID" => &mut self.msg_id,
            "Encrypt" => &mut self.encrypt,
            _ => return None,
        })
    }
}

/// Reads the children of the one root, `<xml>`. What they contain besides text is skipped.
pub(crate) fn read(text: &str) -> Result<Fields, Refusal> {
    let mut parser = Parser::default();
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|_| Refusal::Malformed("no XML"))? {
            Event::Start(start) => parser.open(start.name().as_ref())?,
            Event::Empty(start) => {
                parser.open(start.name().as_ref())?;
                parser.close();
            }
            Event::End(_) => parser.close(),
            Event::Text(text) => parser.text(&text.xml10_content())?,
            Event::CData(text) => parser.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => parser.reference(&reference)?,
            Event::Comment(_) | Event::Decl(_) => {}
            Event::DocType(_) => return Err(Refusal::Malformed("it has a document type")),
            Event::PI(_) => return Err(Refusal::Malformed("it has a processing instruction")),
            Event::Eof => return parser.finish(),
        }
    }
}

#[derive(Default)]
struct Parser {
    fields: Fields,
    depth: usize,
    root_seen: bool,
    /// The name of the open child of the root.
    child: String,
}

impl Parser {
    fn open(&mut self, name: &str) -> Result<(), Refusal> {
        match self.depth {
            0 if self.root_seen => return Err(Refusal::Malformed("it has two roots")),
            0 if name != "xml" => return Err(Refusal::Malformed("its root is not xml")),
            0 => self.root_seen = true,
            1 => self.open_child(name)?,
            MAX_DEPTH => return Err(Refusal::Malformed("it is too deep")),
            _ => {}
        }
        self.depth += 1;
        Ok(())
    }

    /// A second value of the same name would be read differently by different readers.
    fn open_child(&mut self, name: &str) -> Result<(), Refusal> {
        name.clone_into(&mut self.child);
        match self.fields.field(name) {
            Some(Some(_)) => Err(Refusal::Malformed("it has an element twice")),
            Some(field) => {
                *field = Some(String::new());
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn close(&mut self) {
        self.depth -= 1;
    }

    fn text(&mut self, text: &str) -> Result<(), Refusal> {
        match self.depth {
            0 | 1 if !text.trim().is_empty() => Err(Refusal::Malformed("it has stray text")),
            2 => {
                if let Some(Some(field)) = self.fields.field(&self.child) {
                    field.push_str(text);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Refusal> {
        let unknown = Refusal::Malformed("it has an unknown entity");
        if let Some(character) = reference.resolve_char_ref().map_err(|_| unknown)? {
            return self.text(character.encode_utf8(&mut [0; 4]));
        }
        self.text(resolve_xml_entity(reference).ok_or(unknown)?)
    }

    fn finish(self) -> Result<Fields, Refusal> {
        if self.root_seen && self.depth == 0 {
            Ok(self.fields)
        } else {
            Err(Refusal::Malformed("it ends early"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_cdata_or_text() {
        let fields = read(
            "\u{feff}<?xml version=\"1.0\"?>\r\n<xml>\n <!-- a comment -->\n\
             <ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName>o1</FromUserName>\n\
             <Content>a &lt;b&gt; &amp;&#x4e2d;&#25991;<![CDATA[ & ]]>]]<![CDATA[>]]></Content>\
             <EventKey/><MsgID>7</MsgID><Unknown>x</Unknown></xml>\n",
        );
        let expected = Fields {
            to_user_name: Some("gh_1".to_owned()),
            from_user_name: Some("o1".to_owned()),
            content: Some("a <b> &中文 & ]]>".to_owned()),
            event_key: Some(String::new()),
            msg_id: Some("7".to_owned()),
            ..Fields::default()
        };
        assert_eq!(fields, Ok(expected));
    }

    #[test]
    fn only_children_of_the_root_count() {
        let nested = "<xml><A><Content>no</Content></A><Content>y<B>no</B>es</Content></xml>";
        assert_eq!(read(nested).unwrap().content.as_deref(), Some("yes"));
        assert_eq!(read("<xml><content>no</content></xml>").unwrap(), Fields::default());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let bomb = "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>";
        let external = "<!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml/>";
        for bad in [
            "",
            " ",
            "text",
            "<",
            "<xml>",
            "</xml>",
            "<xml></XML>",
            "<xml></xml><xml></xml>",
            "<html></html>",
            "<xml>text</xml>",
            "<xml></xml>text",
            "text<xml></xml>",
            "<xml><Content>&nbsp;</Content></xml>",
            "<xml><Content>&#0;</Content></xml>",
            "<xml><Content>&#xd800;</Content></xml>",
            "<xml><Content>&amp</Content></xml>",
            "<xml><Content><![CDATA[</Content></xml>",
            "<xml><A></B></xml>",
            "<xml><Content>1</Content><Content>2</Content></xml>",
            "<xml><MsgId>1</MsgId><MsgID>2</MsgID></xml>",
            "<xml><?php echo 1 ?></xml>",
            bomb,
            external,
        ] {
            assert!(matches!(read(bad), Err(Refusal::Malformed(_))), "{bad}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("<xml>{}{}</xml>", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(read(&nested(MAX_DEPTH - 1)).is_ok());
        for depth in [MAX_DEPTH, 20_000] {
            assert_eq!(read(&nested(depth)), Err(Refusal::Malformed("it is too deep")));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = read(&text);
        }

        #[test]
        fn no_markup_panics(parts in prop::collection::vec(prop::sample::select(PARTS), 0..24)) {
            let _ = read(&parts.concat());
        }
    }

    const PARTS: &[&str] = &[
        "<xml>",
        "</xml>",
        "<Content>",
        "</Content>",
        "<a",
        "/>",
        ">",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&#",
        ";",
        "<!--",
        "-->",
        "<?",
        "?>",
        "<!DOCTYPE",
        "x",
        "\u{0}",
        "\u{feff}",
        "中",
        "\"",
    ];
}
