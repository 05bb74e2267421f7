//! Any address, called as the owner says; and requests as all services get them.

use inkstone_notifications::DeliveryError;
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::{Push, answer, params};
use crate::http::{HttpAnswer, HttpError};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// `data` is sent as it is given, but that `{title}` and `{content}` stand for the message: in the
/// query of a `GET`, else as a form or, with the `datatype` `json`, as JSON.
pub(super) fn custom(push: &Push<'_>) -> Result<(), DeliveryError> {
    let url = params::address(&push.params.required("url")?)?;
    let method = push.params.text("method").map_or("POST".to_owned(), |it| it.to_uppercase());
    let json = push.params.text("datatype").is_some_and(|it| it.eq_ignore_ascii_case("json"));
    let data = filled(push, &data(push)?);
    let answer = match (method.as_str(), json) {
        ("GET", _) => push.get(url, &fields(&data))?,
        ("POST" | "PUT", true) => push.json(&method, &url, &data)?,
        ("POST" | "PUT", false) => push.form(&method, &url, &fields(&data))?,
        _ => return Err(DeliveryError::temporary("the notifier's method is not known")),
    };
    answer::by_status(&answer, &push.params.secrets())
}

/// Panels send it as an object or as the text of one.
fn data(push: &Push<'_>) -> Result<Value, DeliveryError> {
    let wrong = || DeliveryError::temporary("the notifier's parameter data is not an object");
    let data = match push.params.value("data") {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(Value::String(text)) if text.trim().is_empty() => Value::Object(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| wrong())?,
        Some(data) => data.clone(),
    };
    if data.is_object() { Ok(data) } else { Err(wrong()) }
}

fn filled(push: &Push<'_>, data: &Value) -> Value {
    match data {
        Value::String(text) => fill(text, &push.title, &push.content).into(),
        Value::Array(values) => values.iter().map(|value| filled(push, value)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            members.map(|(name, value)| (name.clone(), filled(push, value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => data.clone(),
    }
}

/// What is filled in is not looked at again.
fn fill(template: &str, title: &str, content: &str) -> String {
    let parts = template.split("{title}").map(|part| part.replace("{content}", content));
    parts.collect::<Vec<_>>().join(title)
}

fn fields(data: &Value) -> Vec<(&str, String)> {
    let members = data.as_object().into_iter().flatten();
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    };
    members.filter_map(|(name, value)| Some((name.as_str(), text(value)?))).collect()
}

impl Push<'_> {
    pub(super) fn post_json(&self, url: &Url, json: &Value) -> Result<HttpAnswer, DeliveryError> {
        self.json("POST", url, json)
    }

    pub(super) fn post_form(
        &self,
        url: &Url,
        fields: &[(&str, String)],
    ) -> Result<HttpAnswer, DeliveryError> {
        self.form("POST", url, fields)
    }

    pub(super) fn get(
        &self,
        mut url: Url,
        query: &[(&str, String)],
    ) -> Result<HttpAnswer, DeliveryError> {
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.send("GET", &url, &[], None)
    }

    fn json(&self, method: &str, url: &Url, json: &Value) -> Result<HttpAnswer, DeliveryError> {
        let headers = [("Content-Type", "application/json")];
        self.send(method, url, &headers, Some(json.to_string().as_bytes()))
    }

    fn form(
        &self,
        method: &str,
        url: &Url,
        fields: &[(&str, String)],
    ) -> Result<HttpAnswer, DeliveryError> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(method, url, &[FORM], Some(form.as_bytes()))
    }

    fn send(
        &self,
        method: &str,
        url: &Url,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<HttpAnswer, DeliveryError> {
        let failed = |error: HttpError| DeliveryError::temporary(error.to_string());
        self.pusher.http.send(method, url.as_str(), headers, body).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn what_is_filled_in_stays_as_it_is() {
        let filled = fill("<{title}> {content} {other}", "{content}", "{title}");
        assert_eq!(filled, "<{content}> {title} {other}");
    }
}
