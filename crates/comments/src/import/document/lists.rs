//! Reading lists, and the objects that wrap them, element by element.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, value::RawValue};

use super::{
    super::{Reader, Skip},
    DocumentError, MAX_ITEM_BYTES, Sink, item,
};

/// The members of an object that may be an item, or a wrapping of lists.
#[derive(Default)]
pub(super) struct Found {
    /// The lists there are, by name.
    pub(super) lists: Vec<&'static str>,
    /// Members with the name of a list that are none.
    pub(super) others: Vec<&'static str>,
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
        self.members.extend([comma, &Value::from(name).to_string(), ":", value]);
    }

    /// Reads what was kept as an item.
    pub(super) fn push(self, reader: &mut Reader<'_>) {
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
pub(super) struct Object<'s, 'a> {
    pub(super) sink: &'s mut Sink<'a>,
    pub(super) found: &'s mut Found,
    pub(super) within: bool,
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
    fn scalar(self, value: &Value) {
        self.found.keep(self.member.name(), &value.to_string());
        self.found.others.extend((!value.is_null()).then_some(self.member.name()));
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
        self.scalar(&value.into());
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.scalar(&value.into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.scalar(&value.into());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.scalar(&value.into());
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.scalar(&value.into());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.scalar(&Value::Null);
        Ok(())
    }
}

/// Reads every element of an array as an item, one after the other.
pub(super) struct Items<'s, 'a>(pub(super) &'s mut Sink<'a>);

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
