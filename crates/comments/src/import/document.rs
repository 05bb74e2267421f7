//! The shapes of documents: an array, one item, a line for each item, or an object with arrays.
//!
//! A document is read once, from its beginning to its end, and never kept.

use std::{fmt, io, io::BufRead};

use serde::de::{
    DeserializeSeed, Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Deserializer, Value, value::RawValue};

use super::{Batch, ImportOptions, Reader, Shape, Skip, mending::mend, source};

/// The most bytes of one item: two texts of the greatest length with every character escaped.
const MAX_ITEM_BYTES: usize = 4 * 1024 * 1024;

/// The most items of one document.
pub const MAX_ITEMS: u64 = 1_000_000;

/// Why a document holds no items at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It cannot be read.
    #[error("the document cannot be read")]
    Read(#[source] io::Error),
    /// It is no JSON, or ends too early.
    #[error("the document is not valid JSON")]
    Syntax(#[source] serde_json::Error),
    /// It is JSON, but neither a list nor an object.
    #[error("the document is neither a list nor an object")]
    Shape,
    /// It has lists, but what should be another is none.
    #[error("the member {0:?} of the document is no list")]
    NoList(&'static str),
    /// Two lists have one name.
    #[error("the document has two members {0:?}")]
    Repeated(&'static str),
    /// It has more than [`MAX_ITEMS`].
    #[error("the document has more than {MAX_ITEMS} items")]
    TooMany,
}

/// Takes the rows of other lists than comments, as JSON, with the name of the list.
pub type Rows<'a> = &'a mut dyn FnMut(&'static str, &str);

/// Reads a document: an array of items, one item, the backup of a whole server, Waline's
/// `{"type":"waline","data":{"Comment":[…]}}`, `LeanCloud`'s `{"results":[…]}`, or items on lines of
/// their own, of which those beginning with `#` are left out.
///
/// A backup's `settings`, `page_stats`, `page_visit_daily` and `likes`, and Waline's `Counter`,
/// go to `rows`. When the document turns out to be none, what was handed over before is void.
pub fn read_document(
    input: impl BufRead,
    options: &ImportOptions,
    rows: Rows<'_>,
) -> Result<Batch, DocumentError> {
    let mut input = source::without_mark(input).map_err(DocumentError::Read)?;
    let mut sink = Sink { reader: Reader::new(options), rows, count: 0, problem: None };
    let result = read(&mut input, &mut sink);
    match sink.problem {
        Some(problem) => Err(problem),
        None => result.map(|shape| Batch { shape, ..sink.reader.finish() }),
    }
}

/// Where everything goes.
struct Sink<'a> {
    reader: Reader<'a>,
    rows: Rows<'a>,
    /// How many elements of lists there were.
    count: u64,
    /// What ended the reading, if it was not the JSON.
    problem: Option<DocumentError>,
}

impl Sink<'_> {
    /// Ends the reading for a reason of our own.
    fn refuse<E: serde::de::Error>(&mut self, problem: DocumentError) -> E {
        self.problem = Some(problem);
        E::custom("refused")
    }

    fn count<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.count += 1;
        if self.count > MAX_ITEMS { Err(self.refuse(DocumentError::TooMany)) } else { Ok(()) }
    }
}

fn read(input: &mut impl BufRead, sink: &mut Sink<'_>) -> Result<Shape, DocumentError> {
    let mut remarks = false;
    loop {
        match source::next_byte(input).map_err(DocumentError::Read)? {
            Some(b'#') => {
                remarks = true;
                input.skip_until(b'\n').map_err(DocumentError::Read)?;
            }
            Some(b'[') => return list(input, sink),
            Some(b'{') => return object(input, sink),
            None if remarks => return Err(DocumentError::Shape),
            _ => {
                let mut deserializer = Deserializer::from_reader(input);
                let read: Result<IgnoredAny, _> =
                    serde::Deserialize::deserialize(&mut deserializer);
                read.and_then(|_| deserializer.end()).map_err(failed)?;
                return Err(DocumentError::Shape);
            }
        }
    }
}

fn failed(error: serde_json::Error) -> DocumentError {
    if error.is_io() { DocumentError::Read(error.into()) } else { DocumentError::Syntax(error) }
}

fn list(input: &mut impl BufRead, sink: &mut Sink<'_>) -> Result<Shape, DocumentError> {
    let mut deserializer = Deserializer::from_reader(input);
    deserializer.deserialize_seq(Items(sink)).map_err(failed)?;
    deserializer.end().map_err(failed)?;
    Ok(Shape::List)
}

/// An object with lists, one item, or the first of several on lines of their own.
fn object(input: &mut impl BufRead, sink: &mut Sink<'_>) -> Result<Shape, DocumentError> {
    let mut found = Found::default();
    Deserializer::from_reader(&mut *input)
        .deserialize_map(Object { sink, found: &mut found, within: false })
        .map_err(failed)?;
    let own_line = source::ends_line(input).map_err(DocumentError::Read)?;
    let more = source::next_byte(input).map_err(DocumentError::Read)?.is_some();
    let wrapped = !found.lists.is_empty();
    if more && (wrapped || !own_line) {
        return Err(DocumentError::Syntax(serde_json::Error::custom("trailing characters")));
    }
    if wrapped {
        return match found.others.first() {
            Some(name) => Err(DocumentError::NoList(name)),
            None => Ok(Shape::Lists),
        };
    }
    found.push(&mut sink.reader);
    sink.count += 1;
    if !more {
        return Ok(Shape::Item);
    }
    lines(input, sink).map_err(DocumentError::Read)?;
    Ok(Shape::Lines)
}

fn lines(input: &mut impl BufRead, sink: &mut Sink<'_>) -> io::Result<()> {
    while let Some((line, cut)) = source::next_line(input, MAX_ITEM_BYTES)? {
        match (line.first(), std::str::from_utf8(&line)) {
            (None | Some(b'#'), _) => continue,
            (Some(_), _) if cut => sink.reader.skip(Skip::TooLarge),
            (Some(_), Ok(json)) => item(json, &mut sink.reader),
            (Some(_), Err(_)) => sink.reader.skip(Skip::Malformed),
        }
        if sink.count::<serde_json::Error>().is_err() {
            break;
        }
    }
    Ok(())
}

/// Reads one item.
fn item(json: &str, reader: &mut Reader<'_>) {
    if json.len() > MAX_ITEM_BYTES {
        return reader.skip(Skip::TooLarge);
    }
    let read = |json: &str| serde_json::from_str::<Value>(json).ok();
    match read(json).or_else(|| read(&mend(json)?)) {
        Some(item) => reader.push(&item),
        None => reader.skip(Skip::Malformed),
    }
}

/// The members of an object that may be an item, or a wrapping of lists.
#[derive(Default)]
struct Found {
    /// The lists there are, by name.
    lists: Vec<&'static str>,
    /// Members with the name of a list that are none.
    others: Vec<&'static str>,
    /// The other members, written one after the other; empty when there are too many bytes.
    members: String,
    too_large: bool,
}

impl Found {
    fn keep(&mut self, name: &str, value: &str) {
        self.too_large |= self.members.len() + name.len() + value.len() > MAX_ITEM_BYTES;
        if self.too_large {
            return self.members.clear();
        }
        let comma = if self.members.is_empty() { "" } else { "," };
        self.members.push_str(&format!("{comma}{}:{value}", Value::from(name)));
    }

    /// Reads what was kept as an item.
    fn push(self, reader: &mut Reader<'_>) {
        if self.too_large {
            return reader.skip(Skip::TooLarge);
        }
        item(&format!("{{{}}}", self.members), reader);
    }
}

/// What a member of a document may be.
#[derive(Clone, Copy)]
enum Member {
    /// Comments.
    Comments(&'static str),
    /// Rows of another kind.
    Rows(&'static str),
    /// An object with lists; or comments, as some services answer.
    Data,
}

impl Member {
    fn of(name: &str, within: bool) -> Option<Self> {
        Some(match (name, within) {
            ("comments", false) => Self::Comments("comments"),
            ("results", false) => Self::Comments("results"),
            ("data", false) => Self::Data,
            ("settings", false) => Self::Rows("settings"),
            ("page_stats", false) => Self::Rows("page_stats"),
            ("page_visit_daily", false) => Self::Rows("page_visit_daily"),
            ("likes", false) => Self::Rows("likes"),
            ("Comment", true) => Self::Comments("Comment"),
            ("Counter", true) => Self::Rows("Counter"),
            _ => return None,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Comments(name) | Self::Rows(name) => name,
            Self::Data => "data",
        }
    }
}

/// Reads the members of a document, or of its member `data`.
struct Object<'s, 'a> {
    sink: &'s mut Sink<'a>,
    found: &'s mut Found,
    within: bool,
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { sink, found, within } = self;
        while let Some(name) = map.next_key::<String>()? {
            if let Some(member) = Member::of(&name, within) {
                map.next_value_seed(Part { sink: &mut *sink, found: &mut *found, member })?;
            } else if within {
                map.next_value::<IgnoredAny>()?;
            } else {
                found.keep(&name, map.next_value::<Box<RawValue>>()?.get());
            }
        }
        Ok(())
    }
}

/// Reads a member that may be a list. A scalar belongs to the item that the object is, as the
/// `likes` of a comment.
struct Part<'s, 'a> {
    sink: &'s mut Sink<'a>,
    found: &'s mut Found,
    member: Member,
}

impl Part<'_, '_> {
    fn scalar<E>(self, value: Value) -> Result<(), E> {
        self.found.keep(self.member.name(), &value.to_string());
        self.found.others.extend((!value.is_null()).then_some(self.member.name()));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { sink, found, member } = self;
        if found.lists.contains(&member.name()) {
            return Err(sink.refuse(DocumentError::Repeated(member.name())));
        }
        found.lists.push(member.name());
        let Member::Rows(name) = member else { return Items(sink).visit_seq(list) };
        while let Some(row) = list.next_element::<Box<RawValue>>()? {
            sink.count()?;
            (sink.rows)(name, row.get());
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { sink, found, member } = self;
        if matches!(member, Member::Data) {
            return Object { sink, found, within: true }.visit_map(map);
        }
        found.others.push(member.name());
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.scalar(Value::Null)
    }
}

/// Reads every element of an array as an item, one after the other.
struct Items<'s, 'a>(&'s mut Sink<'a>);

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of comments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<Box<RawValue>>()? {
            self.0.count()?;
            item(element.get(), &mut self.0.reader);
        }
        Ok(())
    }
}
