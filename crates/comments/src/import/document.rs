//! The shapes of documents: an array, one item, a line for each item, or an object with arrays.
//!
//! A document is read once, from its beginning to its end, and never kept.

mod lists;

use std::{io, io::BufRead};

use serde::de::{Deserializer as _, Error as _, IgnoredAny};
use serde_json::{Deserializer, Value};

use self::lists::{Found, Items, Object};
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
