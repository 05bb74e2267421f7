//! What scripts find beside the language: `json`, and functions that they know from elsewhere.

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map};
use serde_json::Value;

use crate::{
    limits::Limits,
    run,
    value::{MAX_DEPTH, Writer, number, too_large, write_json},
};

type Outcome<T> = Result<T, Box<EvalAltResult>>;

/// The object `json` of scripts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json;

/// What scripts call.
pub(crate) fn register(engine: &mut Engine, limits: &Limits) {
    let limit = limits.string_bytes;
    engine.register_type_with_name::<Json>("json");
    engine.register_fn("dumps", move |_: &mut Json, value: Dynamic| dumps(&value, limit));
    engine.register_fn("loads", |_: &mut Json, text: &str| loads(text));
    engine.register_fn("timestamp", run::now);
    register_numbers(engine);
    register_lists(engine);
    // What the engine offers here blocks, or nests without limit.
    engine.register_fn("sleep", |_: i64| -> Outcome<()> { unavailable("sleep") });
    engine.register_fn("sleep", |_: f64| -> Outcome<()> { unavailable("sleep") });
    engine.register_fn("parse_json", |_: &str| -> Outcome<Dynamic> { unavailable("parse_json") });
}

fn unavailable<T>(name: &str) -> Outcome<T> {
    Err(format!("{name} is not available").into())
}

fn register_numbers(engine: &mut Engine) {
    engine.register_fn("int", |number: i64| number);
    engine.register_fn("int", whole);
    engine.register_fn("int", |flag: bool| i64::from(flag));
    engine.register_fn("int", |text: &str| {
        let number = text.trim().parse::<i64>();
        number.map_err(|_| mistake(format!("{text:?} is not a whole number")))
    });
    engine.register_fn("float", |number: f64| number);
    #[expect(clippy::cast_precision_loss, reason = "as the language does")]
    engine.register_fn("float", |number: i64| number as f64);
    engine.register_fn("float", |text: &str| {
        let number = text.trim().parse::<f64>();
        number.map_err(|_| mistake(format!("{text:?} is not a number")))
    });
    engine.register_fn("round", |number: i64| number);
    engine.register_fn("round", |number: f64| whole(number.round_ties_even()));
    engine.register_fn("round", |number: f64, digits: i64| {
        let factor = 10_f64.powi(i32::try_from(digits.clamp(0, 15)).unwrap_or_default());
        let rounded = (number * factor).round_ties_even() / factor;
        if rounded.is_finite() { rounded } else { number }
    });
}

/// A number without what follows the point.
fn whole(number: f64) -> Outcome<i64> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    if (-END..END).contains(&number) {
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        return Ok(number as i64);
    }
    Err(mistake(format!("{number} is not in the range of whole numbers")))
}

fn register_lists(engine: &mut Engine) {
    engine.register_fn("sum", |list: Array| sum(&list));
    engine.register_fn("sorted", sorted);
    engine.register_fn("min", |list: Array| {
        sorted(list)?.into_iter().next().ok_or_else(|| mistake("min of nothing"))
    });
    engine.register_fn("max", |list: Array| {
        sorted(list)?.pop().ok_or_else(|| mistake("max of nothing"))
    });
}

fn sum(list: &Array) -> Outcome<Dynamic> {
    let whole: Option<Vec<i64>> = list.iter().map(|value| value.as_int().ok()).collect();
    if let Some(whole) = whole {
        let sum = whole.into_iter().try_fold(0_i64, i64::checked_add);
        return sum.map(Dynamic::from).ok_or_else(|| mistake("sum is too large"));
    }
    let numbers: Option<Vec<f64>> = list.iter().map(number).collect();
    let numbers = numbers.ok_or_else(|| mistake("sum of what is not a number"))?;
    Ok(numbers.into_iter().sum::<f64>().into())
}

/// Numbers or texts in ascending order.
fn sorted(mut list: Array) -> Outcome<Array> {
    if list.iter().all(|value| number(value).is_some()) {
        list.sort_by(|one, other| match (one.as_int(), other.as_int()) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            _ => number(one).unwrap_or_default().total_cmp(&number(other).unwrap_or_default()),
        });
    } else if list.iter().all(Dynamic::is_string) {
        list.sort_by_cached_key(|value| value.clone().into_immutable_string().unwrap_or_default());
    } else {
        return Err(mistake("only numbers or only texts have an order"));
    }
    Ok(list)
}

fn dumps(value: &Dynamic, limit: usize) -> Outcome<ImmutableString> {
    let mut writer = Writer::new(limit);
    write_json(&mut writer, value, MAX_DEPTH).map_err(|_| too_large("Length of string"))?;
    Ok(writer.into_text().into())
}

fn loads(text: &str) -> Outcome<Dynamic> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| mistake(format!("no JSON: {error}")))?;
    loaded(value, MAX_DEPTH)
}

fn loaded(value: Value, depth: usize) -> Outcome<Dynamic> {
    let inner = depth.checked_sub(1).ok_or_else(|| too_large("Depth of value"))?;
    Ok(match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(flag) => flag.into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        Value::String(text) => text.into(),
        Value::Array(list) => {
            list.into_iter().map(|value| loaded(value, inner)).collect::<Outcome<Array>>()?.into()
        }
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| Ok((key.into(), loaded(value, inner)?)))
            .collect::<Outcome<Map>>()?
            .into(),
    })
}

#[expect(clippy::unnecessary_box_returns, reason = "the engine has its errors in boxes")]
fn mistake(reason: impl Into<String>) -> Box<EvalAltResult> {
    reason.into().into()
}
