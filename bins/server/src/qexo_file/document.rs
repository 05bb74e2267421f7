//! The JSON of an export, read item by item.

use std::{
    fmt,
    io::{self, BufRead},
};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Value, de::IoRead, error::Category};

use super::{List, rows::Reading};

/// The most items of a file.
pub const MAX_ITEMS: u64 = 1_000_000;

/// The most bytes of a file.
const MAX_BYTES: u64 = 1 << 30;

/// Why a document is no export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Not JSON, or cut off.
    #[error("the document is not valid JSON (line {line}, column {column})")]
    Syntax {
        /// Where it stops making sense.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// JSON of another shape.
    #[error("{0}")]
    Shape(String),
    /// It is an object, but nobody's export.
    #[error("the document has none of the lists of an export of Qexo")]
    Foreign,
    /// More than an import takes.
    #[error("the document has more than {MAX_ITEMS} items")]
    TooMany,
    /// More than an import takes.
    #[error("the document has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// It cannot be read.
    #[error("the document cannot be read")]
    Read(#[source] io::Error),
}

/// Reads an export, of which any list may be missing.
pub fn read_document(input: impl BufRead, reading: &mut Reading<'_>) -> Result<(), DocumentError> {
    let found = parse(input, |json| Document { reading, items: 0 }.deserialize(json))?;
    found.then_some(()).ok_or(DocumentError::Foreign)
}

/// Reads the items of one list, a JSON array.
pub fn read_list(json: &str, list: List, reading: &mut Reading<'_>) -> Result<(), DocumentError> {
    parse(json.as_bytes(), |json| Items { list, reading, items: &mut 0 }.deserialize(json))
}

/// The parser of an input of which only so much is read.
type Parser<'a, R> = serde_json::Deserializer<IoRead<&'a mut io::Take<R>>>;

fn parse<R: BufRead, T>(
    input: R,
    document: impl FnOnce(&mut Parser<'_, R>) -> serde_json::Result<T>,
) -> Result<T, DocumentError> {
    // One more byte than it may have tells that it has too many.
    let mut input = input.take(MAX_BYTES + 1);
    skip_mark(&mut input).map_err(DocumentError::Read)?;
    let mut deserializer = serde_json::Deserializer::from_reader(&mut input);
    let parsed = document(&mut deserializer);
    let parsed = parsed.and_then(|value| deserializer.end().map(|()| value));
    drop(deserializer);
    if input.limit() == 0 {
        return Err(DocumentError::TooLarge);
    }
    parsed.map_err(|error| match error.classify() {
        Category::Io => DocumentError::Read(error.into()),
        Category::Data if error.to_string().contains(TOO_MANY) => DocumentError::TooMany,
        Category::Data => {
            let text = error.to_string();
            // Where it is says nothing to whoever exported it.
            let end = text.rfind(" at line ").unwrap_or(text.len());
            DocumentError::Shape(text[..end].to_owned())
        }
        Category::Syntax | Category::Eof => {
            DocumentError::Syntax { line: error.line(), column: error.column() }
        }
    })
}

/// Some editors put a byte order mark before everything.
fn skip_mark(input: &mut impl BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        input.consume('\u{feff}'.len_utf8());
    }
    Ok(())
}

/// What the parser's error says where there are too many items.
const TOO_MANY: &str = "too many items";

struct Document<'a, 'k> {
    reading: &'a mut Reading<'k>,
    items: u64,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with the lists of an export")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if let Some(list) = List::of(&key) {
                found = true;
                map.next_value_seed(Items {
                    list,
                    reading: &mut *self.reading,
                    items: &mut self.items,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

struct Items<'a, 'k> {
    list: List,
    reading: &'a mut Reading<'k>,
    items: &'a mut u64,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` to be an array", self.list.key())
    }

    /// As if it were missing.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        self.reading.begin(self.list);
        while let Some(item) = sequence.next_element::<Value>()? {
            *self.items += 1;
            if *self.items > MAX_ITEMS {
                return Err(A::Error::custom(TOO_MANY));
            }
            self.reading.push(self.list, &item);
        }
        Ok(())
    }
}
