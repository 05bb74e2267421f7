//! Values as text, and whether two are equal: in bounded space, whatever they hold.
//!
//! A small value may have a large text, as it may hold the same text many times. So the functions
//! here replace those of the engine that have no limit.

use std::io::{self, Write};

use inkstone_fields::Excess;
use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, Position};

use crate::{limits::Limits, run};

/// The deepest nesting of arrays and maps that is written, read or compared.
pub(crate) const MAX_DEPTH: usize = 64;

/// Text that grows to a limit.
#[derive(Debug)]
pub(crate) struct Writer {
    text: Vec<u8>,
    limit: usize,
}

impl Writer {
    pub(crate) fn new(limit: usize) -> Self {
        Self { text: Vec::new(), limit }
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.limit {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes `value` as `print` shows it: texts as they are, arrays and maps as JSON, others by their
/// usual text.
pub(crate) fn write_text(writer: &mut Writer, value: &Dynamic) -> io::Result<()> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return writer.write_all(text.as_bytes());
    }
    if value.is_array() || value.is_map() {
        return write_json(writer, value, MAX_DEPTH);
    }
    write!(writer, "{value}")
}

/// Writes `value` as JSON, nested `depth` times at most.
pub(crate) fn write_json(writer: &mut Writer, value: &Dynamic, depth: usize) -> io::Result<()> {
    let Some(inner) = depth.checked_sub(1) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    if let Ok(array) = value.as_array_ref() {
        return write_array(writer, &array, inner);
    }
    if let Ok(map) = value.as_map_ref() {
        return write_map(writer, &map, inner);
    }
    if value.is_unit() {
        return writer.write_all(b"null");
    }
    if let Ok(number) = value.as_int() {
        return Ok(serde_json::to_writer(writer, &number)?);
    }
    if let Ok(number) = value.as_float() {
        return Ok(serde_json::to_writer(writer, &number)?);
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(serde_json::to_writer(writer, &flag)?);
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(serde_json::to_writer(writer, text.as_str())?);
    }
    Ok(serde_json::to_writer(writer, &value.to_string())?)
}

fn write_array(writer: &mut Writer, array: &Array, depth: usize) -> io::Result<()> {
    writer.write_all(b"[")?;
    for (number, value) in array.iter().enumerate() {
        if number > 0 {
            writer.write_all(b",")?;
        }
        write_json(writer, value, depth)?;
    }
    writer.write_all(b"]")
}

fn write_map(writer: &mut Writer, map: &Map, depth: usize) -> io::Result<()> {
    writer.write_all(b"{")?;
    for (number, (key, value)) in map.iter().enumerate() {
        if number > 0 {
            writer.write_all(b",")?;
        }
        serde_json::to_writer(&mut *writer, key.as_str())?;
        writer.write_all(b":")?;
        write_json(writer, value, depth)?;
    }
    writer.write_all(b"}")
}

/// Whether two values are equal; `None` when they are nested too deep to tell.
fn equal(one: &Dynamic, other: &Dynamic, depth: usize) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    if let (Ok(one), Ok(other)) = (one.as_array_ref(), other.as_array_ref()) {
        return all(one.len() == other.len(), one.iter().zip(other.iter()), depth);
    }
    if let (Ok(one), Ok(other)) = (one.as_map_ref(), other.as_map_ref()) {
        let same_keys = one.keys().eq(other.keys());
        return all(same_keys, one.values().zip(other.values()), depth);
    }
    if let (Ok(one), Ok(other)) = (one.as_immutable_string_ref(), other.as_immutable_string_ref()) {
        return Some(*one == *other);
    }
    if let (Ok(one), Ok(other)) = (one.as_int(), other.as_int()) {
        return Some(one == other);
    }
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        #[expect(clippy::float_cmp, reason = "exactly as the language compares numbers")]
        return Some(one == other);
    }
    let flags = one.as_bool().ok().zip(other.as_bool().ok()).is_some_and(|(a, b)| a == b);
    let chars = one.as_char().ok().zip(other.as_char().ok()).is_some_and(|(a, b)| a == b);
    Some(flags || chars || (one.is_unit() && other.is_unit()))
}

fn all<'a>(
    alike: bool,
    mut pairs: impl Iterator<Item = (&'a Dynamic, &'a Dynamic)>,
    depth: usize,
) -> Option<bool> {
    if !alike {
        return Some(false);
    }
    pairs.try_fold(true, |so_far, (one, other)| Some(so_far && equal(one, other, depth)?))
}

/// A number as a float.
pub(crate) fn number(value: &Dynamic) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "as the language does")]
    value.as_float().ok().or_else(|| value.as_int().ok().map(|number| number as f64))
}

/// The error of a value that is too large.
#[expect(clippy::unnecessary_box_returns, reason = "the engine has its errors in boxes")]
pub(crate) fn too_large(what: &str) -> Box<EvalAltResult> {
    EvalAltResult::ErrorDataTooLarge(what.to_owned(), Position::NONE).into()
}

/// The text of a value in a script. What is too long is cut, and the script stopped: these
/// functions are called where the engine takes no error for an answer.
fn text(value: &Dynamic, limit: usize) -> ImmutableString {
    let mut writer = Writer::new(limit);
    if write_text(&mut writer, value).is_err() {
        run::exceed(Excess::Memory);
    }
    writer.into_text().into()
}

/// What scripts call.
pub(crate) fn register(engine: &mut Engine, limits: &Limits) {
    let limit = limits.string_bytes;
    for name in ["print", "debug", "to_string", "to_debug"] {
        engine.register_fn(name, move |array: Array| text(&array.into(), limit));
        engine.register_fn(name, move |map: Map| text(&map.into(), limit));
    }
    engine.register_fn("to_json", move |map: Map| text(&map.into(), limit));
    engine.register_fn("str", move |value: Dynamic| text(&value, limit));
    register_print(engine, limit);
    let same = |one: Dynamic, other: Dynamic| {
        equal(&one, &other, MAX_DEPTH).ok_or_else(|| too_large("Depth of value"))
    };
    engine.register_fn("==", move |one: Array, other: Array| same(one.into(), other.into()));
    engine.register_fn("==", move |one: Map, other: Map| same(one.into(), other.into()));
    let differ = move |one, other| same(one, other).map(|same| !same);
    engine.register_fn("!=", move |one: Array, other: Array| differ(one.into(), other.into()));
    engine.register_fn("!=", move |one: Map, other: Map| differ(one.into(), other.into()));
}

type D = Dynamic;

/// `print` with no value, and with two to eight that are joined by spaces.
fn register_print(engine: &mut Engine, limit: usize) {
    let joined = move |values: &[Dynamic]| {
        let mut writer = Writer::new(limit);
        let written = values.iter().enumerate().try_for_each(|(number, value)| {
            if number > 0 {
                writer.write_all(b" ")?;
            }
            write_text(&mut writer, value)
        });
        if written.is_err() {
            run::exceed(Excess::Output);
        }
        ImmutableString::from(writer.into_text())
    };
    engine.register_fn("print", move || joined(&[]));
    engine.register_fn("print", move |a: D, b: D| joined(&[a, b]));
    engine.register_fn("print", move |a: D, b: D, c: D| joined(&[a, b, c]));
    engine.register_fn("print", move |a: D, b: D, c: D, d: D| joined(&[a, b, c, d]));
    engine.register_fn("print", move |a: D, b: D, c: D, d: D, e: D| joined(&[a, b, c, d, e]));
    engine.register_fn("print", move |a: D, b: D, c: D, d: D, e: D, f: D| {
        joined(&[a, b, c, d, e, f])
    });
    engine.register_fn("print", move |a: D, b: D, c: D, d: D, e: D, f: D, g: D| {
        joined(&[a, b, c, d, e, f, g])
    });
    engine.register_fn("print", move |a: D, b: D, c: D, d: D, e: D, f: D, g: D, h: D| {
        joined(&[a, b, c, d, e, f, g, h])
    });
}
