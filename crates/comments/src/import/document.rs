//! The shapes of documents: an array, one item, a line for each item, or a wrapping with arrays.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer as _, SeqAccess, Visitor};
use serde_json::{Deserializer, Value, value::RawValue};

use super::{Batch, ImportOptions, Reader, Skip};

/// The most bytes of one item: two texts of the greatest length with every character escaped.
const MAX_ITEM_BYTES: usize = 4 * 1024 * 1024;

/// Why a document holds no items at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It is no JSON, or ends too early.
    #[error("the document is not valid JSON")]
    Syntax(#[source] serde_json::Error),
    /// It is JSON, but neither a list nor an object.
    #[error("the document is neither a list nor an object")]
    Shape,
}

/// Reads a document: an array of items, one item, the backup of a whole server, Waline's
/// `{"type":"waline","data":{"Comment":[…]}}`, `LeanCloud`'s `{"results":[…]}`, or items on lines of
/// their own, of which those beginning with `#` are left out.
pub fn read_document(bytes: &[u8], options: &ImportOptions) -> Result<Batch, DocumentError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let mut reader = Reader::new(options);
    match bytes.first() {
        Some(b'[') => items(bytes, &mut reader).map_err(DocumentError::Syntax)?,
        Some(b'{') => match serde_json::from_slice::<&RawValue>(bytes) {
            Ok(_) => object(bytes, &mut reader)?,
            Err(error) => lines(bytes, &mut reader).map_err(|()| DocumentError::Syntax(error))?,
        },
        Some(b'#') => lines(bytes, &mut reader).map_err(|()| DocumentError::Shape)?,
        _ => match serde_json::from_slice::<&RawValue>(bytes) {
            Ok(_) => return Err(DocumentError::Shape),
            Err(error) => return Err(DocumentError::Syntax(error)),
        },
    }
    Ok(reader.finish())
}

/// Where lists are wrapped.
#[derive(serde::Deserialize)]
struct Wrapping<'a> {
    #[serde(borrow, default)]
    comments: Option<&'a RawValue>,
    #[serde(borrow, default)]
    results: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
struct Data<'a> {
    #[serde(borrow, default, rename = "Comment")]
    comments: Option<&'a RawValue>,
}

fn object(bytes: &[u8], reader: &mut Reader<'_>) -> Result<(), DocumentError> {
    // A member given twice fails here, and the object is an item like any other.
    let wrapping: Option<Wrapping<'_>> = serde_json::from_slice(bytes).ok();
    let list = wrapping.and_then(|Wrapping { comments, results, data }| {
        let inner = || serde_json::from_str::<Data<'_>>(data?.get()).ok()?.comments;
        comments.or(results).or_else(inner).filter(|list| list.get().starts_with('['))
    });
    if let Some(list) = list {
        return items(list.get().as_bytes(), reader).map_err(DocumentError::Syntax);
    }
    item(bytes, reader);
    Ok(())
}

/// An item on each line. Fails when no line is an object: then these are no items.
fn lines(bytes: &[u8], reader: &mut Reader<'_>) -> Result<(), ()> {
    let mut objects = 0;
    for line in bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        objects += usize::from(item(line, reader));
    }
    if objects > 0 { Ok(()) } else { Err(()) }
}

/// Reads one item, never more of it at once than an item may be; whether it is an object.
fn item(bytes: &[u8], reader: &mut Reader<'_>) -> bool {
    if bytes.len() > MAX_ITEM_BYTES {
        reader.skip(Skip::TooLarge);
        return false;
    }
    let Ok(item) = serde_json::from_slice::<Value>(bytes) else {
        reader.skip(Skip::Malformed);
        return false;
    };
    reader.push(&item);
    item.is_object()
}

/// Every element of an array, one after the other.
fn items(bytes: &[u8], reader: &mut Reader<'_>) -> Result<(), serde_json::Error> {
    let mut deserializer = Deserializer::from_slice(bytes);
    deserializer.deserialize_seq(Items(reader))?;
    deserializer.end()
}

struct Items<'r, 'a>(&'r mut Reader<'a>);

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of comments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Element(self.0))?.is_some() {}
        Ok(())
    }
}

struct Element<'r, 'a>(&'r mut Reader<'a>);

impl<'de> DeserializeSeed<'de> for Element<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
        item(raw.get().as_bytes(), self.0);
        Ok(())
    }
}
