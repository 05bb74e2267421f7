//! Custom fields (contract qexo, 3.20 to 3.23 and section 7).

use std::time::Instant;

use actix_web::web::{Data, Json};
use inkstone_fields::{FieldError, Input, Origin, Rendering, Scalar};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
    parameters::Parameter,
};
use crate::{blocking::blocking, clock, services::Fields};

/// What a field holds, or its script says.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Field, examples(json!({ "data": "Hello", "status": true })))]
pub(super) struct FieldView {
    data: String,
    /// True.
    status: bool,
}

/// `/pub/get_custom`: the text of a field, or what its script says.
pub(super) async fn render(call: Call, fields: Data<Fields>) -> Answer {
    let key = call.query_first("key")?.ok_or(Error::refused(Message::CustomNotFound))?;
    let (key, input) = (nfc(&key), input(&call));
    let rendering = blocking(move || {
        let begin = Instant::now();
        let result = fields.render(&key, &input);
        log(&key, begin, &result);
        result
    })
    .await?;
    Ok(Json(json!(FieldView { data: rendering.data, status: true })))
}

/// `POST /pub/set_custom`, `/pub/new_custom` and their twins.
pub(super) async fn set(call: Call, fields: Data<Fields>) -> Answer {
    let name = call.required("name")?.into_owned();
    let content = call.required("content")?.into_owned();
    blocking(move || fields.set(&name, &content)).await?;
    Ok(call.done(&Message::SaveSuccess))
}

/// `POST /pub/del_custom` and its twin; success also when there is no such field.
pub(super) async fn remove(call: Call, fields: Data<Fields>) -> Answer {
    if let Some(name) = call.optional("name")? {
        let name = name.into_owned();
        blocking(move || fields.remove(&name)).await?;
    }
    Ok(call.done(&Message::DelSuccess))
}

/// What a script is given: every parameter, those of the query before those of the body.
fn input(call: &Call) -> Input {
    let mut input = Input::new(clock::now());
    for (name, parameter) in call.parameters().all() {
        input.add(name, scalar(parameter));
    }
    input
}

/// JSON keeps its types; lists and objects are their JSON text, which a script can load.
fn scalar(parameter: Parameter<'_>) -> Scalar {
    match parameter {
        Parameter::Text(text) => text.into(),
        Parameter::Json(Value::String(text)) => text.as_str().into(),
        Parameter::Json(Value::Bool(flag)) => Scalar::Flag(*flag),
        Parameter::Json(value) => value
            .as_i64()
            .map(Scalar::Integer)
            .or_else(|| value.as_f64().map(Scalar::Float))
            .unwrap_or_else(|| Scalar::Text(value.to_string())),
    }
}

/// Tells developers what became of an evaluation, but nothing of its input: the reason of a failed
/// one may quote it.
fn log(field: &str, begin: Instant, result: &Result<Rendering, FieldError>) {
    let outcome = match result {
        Ok(Rendering { origin: Origin::Text, .. }) => "text",
        Ok(Rendering { origin: Origin::Script, .. }) => "script",
        Ok(Rendering { origin: Origin::Failed { .. }, .. }) => "failed script",
        Err(FieldError::LimitExceeded(_)) => "script over its limit",
        Err(_) => "error",
    };
    let error = result.as_ref().err().map(tracing::field::display);
    let duration_us = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::debug!(field, outcome, duration_us, error, "custom field {field}: {outcome}");
}
