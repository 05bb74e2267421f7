//! Reading what clients send: JSON or a query, with scalars of whatever type they chose (contract
//! readmore, 1.1).

use std::collections::BTreeMap;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use inkstone_readmore::{Follower, OpenId};
use serde_json::{Map, Value};

use super::Error;
use crate::body::{BodyLimit, read_within};

/// The most bytes of a body; registered as `app_data`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit(pub(super) usize);

/// What was sent, by name. An extractor of the JSON object in a body, whatever its content type.
#[derive(Debug)]
pub(super) struct Members(Map<String, Value>);

impl FromRequest for Members {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = request.app_data::<Limit>().map_or(BodyLimit::DEFAULT.bytes, |limit| limit.0);
        let public = request.app_data::<BodyLimit>().unwrap_or(&BodyLimit::DEFAULT);
        let limit = BodyLimit { bytes, time: public.time };
        let body = read_within(limit, request, payload.take());
        Box::pin(async move { Self::parse(&body.await?) })
    }
}

impl Members {
    /// The object in `body`.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(Error::ILLEGAL),
        }
    }

    /// The parameters of a query; of several with one name the first counts.
    pub(super) fn of_query(query: &str) -> Self {
        let mut members = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            members.entry(name).or_insert_with(|| Value::String(value.into_owned()));
        }
        Self(members)
    }

    /// A text; numbers and truth values are such, too. `None` when it is absent.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(truth)) => Ok(Some(truth.to_string())),
            Some(Value::Array(_) | Value::Object(_)) => Err(Error::ILLEGAL),
        }
    }

    /// The same without what is blank.
    pub(super) fn said(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }

    /// Texts that must be there; the reasons are told for all that are not.
    pub(super) fn required<const N: usize>(
        &self,
        names: [(&'static str, &'static str); N],
    ) -> Result<[String; N], Error> {
        let mut missing = BTreeMap::new();
        let mut texts = Vec::with_capacity(N);
        for (name, reason) in names {
            match self.said(name)? {
                Some(text) => texts.push(text),
                None => {
                    missing.insert(name, reason);
                }
            }
        }
        texts.try_into().map_err(|_| Error::Illegal(missing))
    }

    /// A number, or a text that is one.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) => number.as_f64().map(Some).ok_or(Error::ILLEGAL),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| Error::ILLEGAL),
            Some(_) => Err(Error::ILLEGAL),
        }
    }

    /// A whole number, or a text that is one.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) => number.as_i64().map(Some).ok_or(Error::ILLEGAL),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| Error::ILLEGAL),
            Some(_) => Err(Error::ILLEGAL),
        }
    }

    /// The follower, whom two openids name. `Err` for one that is none, the inner one for one alone.
    pub(super) fn follower(&self) -> Result<Result<Option<Follower>, Error>, Error> {
        let openid = |name| match self.said(name)? {
            Some(text) => OpenId::parse(&text).map(Some).ok_or(Error::ILLEGAL),
            None => Ok(None),
        };
        Ok(match (openid("fromOpenId")?, openid("toOpenId")?) {
            (Some(person), Some(account)) => Ok(Some(Follower { person, account })),
            (None, None) => Ok(None),
            _ => Err(Error::ILLEGAL),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Members {
        Members::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn scalars_are_texts() {
        for (json, text) in [
            (r#"{"a":"x"}"#, Some("x")),
            (r#"{"a":437554}"#, Some("437554")),
            (r#"{"a":1.5}"#, Some("1.5")),
            (r#"{"a":true}"#, Some("true")),
            (r#"{"a":null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(members(json).text("a").unwrap().as_deref(), text, "{json}");
        }
        for json in [r#"{"a":[]}"#, r#"{"a":{}}"#] {
            assert_eq!(members(json).text("a"), Err(Error::ILLEGAL), "{json}");
        }
        for bad in ["", "[]", "null", "1", "\"x\"", "{", "{\"a\":1e999}", "\u{feff}{}"] {
            assert_eq!(Members::parse(bad.as_bytes()).err(), Some(Error::ILLEGAL), "{bad}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(Members::parse(deep.as_bytes()).err(), Some(Error::ILLEGAL));
    }

    #[test]
    fn texts_are_numbers() {
        for (json, number) in [
            (r#"{"a":0.1}"#, Ok(Some(0.1))),
            (r#"{"a":" 3 "}"#, Ok(Some(3.0))),
            (r#"{"a":"x"}"#, Err(Error::ILLEGAL)),
            (r#"{"a":""}"#, Err(Error::ILLEGAL)),
            (r#"{"a":true}"#, Err(Error::ILLEGAL)),
            (r#"{"a":null}"#, Ok(None)),
        ] {
            assert_eq!(members(json).number("a"), number, "{json}");
        }
    }

    #[test]
    fn all_that_is_missing_is_told() {
        let names = [("a", "没有 a"), ("b", "没有 b")];
        assert_eq!(members(r#"{"a":1,"b":"x"}"#).required(names).unwrap(), ["1", "x"]);
        let both = Error::Illegal(BTreeMap::from(names));
        assert_eq!(members(r#"{"a":" "}"#).required(names).unwrap_err(), both);
        assert_eq!(members(r#"{"a":[]}"#).required(names).unwrap_err(), Error::ILLEGAL);
    }
}
