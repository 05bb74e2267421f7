//! Functions of texts whose results may be far larger than what they are given, with limits.

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString};

use crate::{limits::Limits, value::too_large};

type Outcome<T> = Result<T, Box<EvalAltResult>>;

type S<'a> = &'a mut ImmutableString;

/// What scripts call.
pub(crate) fn register(engine: &mut Engine, limits: &Limits) {
    let limit = limits.string_bytes;
    engine.register_fn("replace", move |text: S, find: &str, put: &str| {
        replace(text, find, put, limit)
    });
    engine.register_fn("replace", move |text: S, find: char, put: &str| {
        replace(text, find.encode_utf8(&mut [0; 4]), put, limit)
    });
    engine.register_fn("replace", move |text: S, find: &str, put: char| {
        replace(text, find, put.encode_utf8(&mut [0; 4]), limit)
    });
    register_split(engine, limits.elements);
}

fn replace(text: &mut ImmutableString, find: &str, put: &str, limit: usize) -> Outcome<()> {
    let count = text.matches(find).count();
    let kept = text.len() - count * find.len();
    if count.saturating_mul(put.len()).saturating_add(kept) > limit {
        return Err(too_large("Length of string"));
    }
    *text = text.replace(find, put).into();
    Ok(())
}

fn register_split(engine: &mut Engine, limit: usize) {
    engine.register_fn("split", move |text: &str| parts(text.split_whitespace(), limit));
    engine.register_fn("to_chars", move |text: &str| {
        let chars: Array = text.chars().take(limit + 1).map(Dynamic::from).collect();
        within(chars, limit)
    });
    engine.register_fn("split", move |text: &str, by: &str| parts(text.split(by), limit));
    engine.register_fn("split", move |text: &str, by: char| parts(text.split(by), limit));
    engine.register_fn("split", move |text: &str, by: &str, most: i64| {
        parts(text.splitn(segments(most), by), limit)
    });
    engine.register_fn("split", move |text: &str, by: char, most: i64| {
        parts(text.splitn(segments(most), by), limit)
    });
    engine.register_fn("split_rev", move |text: &str, by: &str| parts(text.rsplit(by), limit));
    engine.register_fn("split_rev", move |text: &str, by: char| parts(text.rsplit(by), limit));
    engine.register_fn("split_rev", move |text: &str, by: &str, most: i64| {
        parts(text.rsplitn(segments(most), by), limit)
    });
    engine.register_fn("split_rev", move |text: &str, by: char, most: i64| {
        parts(text.rsplitn(segments(most), by), limit)
    });
}

/// At least one part, as the engine has it.
fn segments(most: i64) -> usize {
    usize::try_from(most).unwrap_or_default().max(1)
}

fn parts<'a>(parts: impl Iterator<Item = &'a str>, limit: usize) -> Outcome<Array> {
    within(parts.take(limit + 1).map(Into::into).collect(), limit)
}

fn within(array: Array, limit: usize) -> Outcome<Array> {
    if array.len() > limit { Err(too_large("Size of array/BLOB")) } else { Ok(array) }
}
