//! Tags and values that something else has written and nobody can read.

use diesel::{prelude::*, update};
use inkstone_talks::{Tags, Values};

use crate::{connection::AnyConnection, schema::talks};

/// How many talks are looked at at once: values may have 64 KiB.
const MANY: i64 = 100;

/// The number of a talk, its tags and its values, as they are stored.
type Stored = (i64, String, String);

/// Every talk of which tags or values cannot be read.
pub(super) fn broken(connection: &mut AnyConnection) -> QueryResult<Vec<Stored>> {
    let mut broken = Vec::new();
    let mut last = i64::MIN;
    loop {
        let chunk: Vec<Stored> = talks::table
            .filter(talks::number.gt(last))
            .order(talks::number)
            .limit(MANY)
            .select((talks::number, talks::tags, talks::extra))
            .load(connection)?;
        let Some(&(number, ..)) = chunk.last() else { return Ok(broken) };
        last = number;
        broken.extend(chunk.into_iter().filter(|(_, tags, values)| {
            Tags::read(tags).is_none() || Values::parse(values).is_none()
        }));
    }
}

/// Empties what cannot be read, unless it has been changed since; how many talks that were.
pub(super) fn mend(connection: &mut AnyConnection, broken: &[Stored]) -> QueryResult<u64> {
    let mut mended = 0;
    for (number, tags, values) in broken {
        let as_read =
            talks::table.find(number).filter(talks::tags.eq(tags)).filter(talks::extra.eq(values));
        let readable = Values::parse(values).unwrap_or_default();
        mended += update(as_read)
            .set((talks::tags.eq(Tags::stored(tags).json()), talks::extra.eq(readable.json())))
            .execute(connection)? as u64;
    }
    Ok(mended)
}
