//! A request that has been let in, as its handler sees it.

use std::{
    borrow::Cow,
    future::{Ready, ready},
    rc::Rc,
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::Method, web::Json,
};
use inkstone_settings::{AllSettings, QexoSettings};
use inkstone_vocab::{Day, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AllOfBuilder},
};

use super::{
    error::Error,
    message::Message,
    parameters::{Parameters, SentFile},
};
use crate::{config::TimeZone, wire::openapi::known};

/// A request that has been let in: whoever sent it may, and its method and body are right.
///
/// An extractor; cheap to clone.
#[derive(Clone, Debug)]
pub struct Call(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    method: Method,
    parameters: Parameters,
    settings: Arc<AllSettings>,
    zone: TimeZone,
}

impl Call {
    pub(super) fn new(
        method: Method,
        parameters: Parameters,
        settings: Arc<AllSettings>,
        zone: TimeZone,
    ) -> Self {
        Self(Rc::new(Inner { method, parameters, settings, zone }))
    }

    /// Whether it asks only what would be answered: nothing may change.
    pub fn is_head(&self) -> bool {
        self.0.method == Method::HEAD
    }

    /// What the owner configured.
    pub fn settings(&self) -> &QexoSettings {
        &self.0.settings.qexo
    }

    /// A file of the body, in a part of one of these names.
    pub fn file(&self, names: &[&str]) -> Option<&SentFile> {
        self.0.parameters.file(names)
    }

    /// The day in the configured time zone; that in UTC when no calendar goes as far.
    pub fn local_day(&self, at: Timestamp) -> Day {
        let local = self.local_time(at);
        let day = local.split(' ').next().unwrap_or_default();
        Day::parse(day).unwrap_or_else(|| at.day())
    }

    /// All parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.0.parameters
    }

    /// A text of the body; refused unless it is there. It may be empty.
    pub fn required(&self, name: &'static str) -> Result<Cow<'_, str>, Error> {
        self.optional(name)?.ok_or_else(|| Error::missing(name))
    }

    /// A text of the body; refused when it is a list or an object. It may be empty.
    pub fn optional(&self, name: &'static str) -> Result<Option<Cow<'_, str>>, Error> {
        match self.0.parameters.body(name) {
            None => Ok(None),
            Some(parameter) => parameter.text().map(Some).ok_or_else(|| Error::invalid(name)),
        }
    }

    /// A text of the body for which empty means absent.
    pub fn filled(&self, name: &'static str) -> Result<Option<Cow<'_, str>>, Error> {
        Ok(self.optional(name)?.filter(|text| !text.is_empty()))
    }

    /// A text of the query, else of the body, for which empty means absent: `s`, `page`, `limit`
    /// and the `key` of custom fields.
    pub fn query_first(&self, name: &'static str) -> Result<Option<Cow<'_, str>>, Error> {
        match self.0.parameters.query(name).filter(|text| !text.is_empty()) {
            Some(text) => Ok(Some(text.into())),
            None => self.filled(name),
        }
    }

    /// The instant in the configured time zone, `2026-01-07 10:30:00`; empty when no
    /// calendar goes as far.
    pub fn local_time(&self, at: Timestamp) -> String {
        self.0.zone.format(at)
    }

    /// Success, and nothing but a text about it.
    pub fn done(&self, message: &Message) -> Json<Value> {
        Json(json!(self.said(message)))
    }

    /// Success, a text about it, and further members.
    pub fn done_with(&self, message: &Message, members: impl Serialize) -> Json<Value> {
        Json(json!(Done { members, said: self.said(message) }))
    }

    fn said(&self, message: &Message) -> Said {
        Said { msg: message.text(self.settings().language), status: true }
    }
}

/// Success.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Said, examples(json!({ "msg": "保存成功!", "status": true })))]
pub(super) struct Said {
    /// For people, in the language that is set.
    msg: Cow<'static, str>,
    /// True.
    status: bool,
}

/// Success, and something more.
#[derive(Serialize)]
pub(super) struct Done<T> {
    #[serde(flatten)]
    members: T,
    #[serde(flatten)]
    said: Said,
}

// Derived, the schemas of all `T` would have one name.
impl<T: ToSchema> ToSchema for Done<T> {
    fn name() -> Cow<'static, str> {
        format!("{}.Done", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        known::<T>(schemas);
        known::<Said>(schemas);
    }
}

impl<T: ToSchema> PartialSchema for Done<T> {
    fn schema() -> RefOr<Schema> {
        let part = Ref::from_schema_name;
        AllOfBuilder::new().item(part(T::name())).item(part(Said::name())).into()
    }
}

impl FromRequest for Call {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // It is there for every route that `serve` registered.
        ready(request.extensions().get::<Self>().cloned().ok_or_else(Error::internal))
    }
}

/// `text` in the normalization form in which texts are kept.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}
