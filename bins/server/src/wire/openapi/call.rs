//! One call of an API: what it takes and what it answers.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        Content, ContentBuilder, Ref, RefOr, Required, Response, Schema, Type,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::{RequestBody, RequestBodyBuilder},
        response::ResponseBuilder,
        schema::{AnyOfBuilder, Object},
        security::SecurityRequirement,
    },
};

/// JSON.
pub(in crate::wire) const JSON: &str = "application/json";
/// A form as browsers send it.
pub(in crate::wire) const FORM: &str = "application/x-www-form-urlencoded";
/// A form in parts.
pub(in crate::wire) const MULTIPART: &str = "multipart/form-data";
/// A page.
pub(in crate::wire) const HTML: &str = "text/html";
/// A text.
pub(in crate::wire) const TEXT: &str = "text/plain";
/// XML, as `WeChat` speaks it.
pub(in crate::wire) const XML: &str = "text/xml";

/// The name of the scheme that puts the token behind `Bearer`.
pub(super) const BEARER: &str = "bearer";
/// The name of the scheme that puts the token alone into the header.
pub(super) const BARE: &str = "bare";
/// The name of the scheme that puts the token into the address.
pub(super) const IN_QUERY: &str = "query";

/// The schemas of a document by name.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

/// What a call takes and answers; a builder.
#[derive(Clone, Default)]
pub(in crate::wire) struct Call {
    summary: &'static str,
    note: String,
    schemes: &'static [&'static str],
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    responses: BTreeMap<u16, Response>,
    schemas: Schemas,
}

impl Call {
    /// A call that does what `summary` says.
    pub(in crate::wire) fn new(summary: &'static str) -> Self {
        Self { summary, ..Self::default() }
    }

    /// With something more to say about it.
    pub(in crate::wire) fn note(mut self, text: &str) -> Self {
        if !self.note.is_empty() {
            self.note.push_str("\n\n");
        }
        self.note.push_str(text);
        self
    }

    /// Only the owner may, with a token in the header.
    pub(in crate::wire) fn for_owner(self) -> Self {
        Self { schemes: &[BEARER, BARE], ..self }
    }

    /// Only the owner may, with a token in the header or in the address.
    pub(in crate::wire) fn for_owner_of_address(self) -> Self {
        Self { schemes: &[BEARER, IN_QUERY], ..self }
    }

    /// Takes the members of `T` as parameters of the query.
    pub(in crate::wire) fn query<T: ToSchema>(self) -> Self {
        self.parameters::<T>(&ParameterIn::Query)
    }

    /// Takes the members of `T` from the path.
    pub(in crate::wire) fn path<T: ToSchema>(self) -> Self {
        self.parameters::<T>(&ParameterIn::Path)
    }

    /// Takes the members of `T` from headers.
    pub(in crate::wire) fn headers<T: ToSchema>(self) -> Self {
        self.parameters::<T>(&ParameterIn::Header)
    }

    fn parameters<T: ToSchema>(mut self, place: &ParameterIn) -> Self {
        let RefOr::T(Schema::Object(members)) = T::schema() else { return self };
        let Object { properties, required, .. } = members;
        for (name, schema) in properties {
            let is_required = required.contains(&name);
            let description = match &schema {
                RefOr::T(Schema::Object(of)) => of.description.clone(),
                _ => None,
            };
            self.parameters.push(
                ParameterBuilder::new()
                    .required(if is_required { Required::True } else { Required::False })
                    .parameter_in(place.clone())
                    .description(description)
                    .schema(Some(schema))
                    .name(name)
                    .build(),
            );
        }
        T::schemas(&mut self.schemas);
        self
    }

    /// Takes a `T` in its body, in any of these encodings.
    pub(in crate::wire) fn body<T: ToSchema>(mut self, kinds: &[&'static str]) -> Self {
        let schema = self.known::<T>();
        let is_required = match T::schema() {
            RefOr::T(Schema::Object(members)) => !members.required.is_empty(),
            _ => true,
        };
        let required = if is_required { Required::True } else { Required::False };
        let mut body = RequestBodyBuilder::new().required(Some(required));
        for kind in kinds {
            body = body.content(*kind, Content::new(Some(schema.clone())));
        }
        self.body = Some(body.build());
        self
    }

    /// Takes a text of this kind in its body.
    pub(in crate::wire) fn takes_text(mut self, kind: &'static str, example: &str) -> Self {
        let body = RequestBodyBuilder::new().required(Some(Required::True));
        self.body = Some(body.content(kind, text_like(example)).build());
        self
    }

    /// Answers a `T` in JSON with this status, when what `text` says has happened. Several answers
    /// with one status are alternatives.
    pub(in crate::wire) fn answers<T: ToSchema>(mut self, status: u16, text: &str) -> Self {
        let schema = self.known::<T>();
        self.respond(status, text, JSON, Content::new(Some(schema)))
    }

    /// Answers a `T` like this one.
    pub(in crate::wire) fn answers_like<T: ToSchema>(
        mut self,
        status: u16,
        text: &str,
        example: Value,
    ) -> Self {
        let content = ContentBuilder::new().schema(Some(self.known::<T>())).example(Some(example));
        self.respond(status, text, JSON, content.build())
    }

    /// Answers a text of this kind.
    pub(in crate::wire) fn answers_text(
        self,
        status: u16,
        text: &str,
        kind: &'static str,
        example: &str,
    ) -> Self {
        self.respond(status, text, kind, text_like(example))
    }

    /// Answers bytes of this kind.
    pub(in crate::wire) fn answers_bytes(
        self,
        status: u16,
        text: &str,
        kind: &'static str,
    ) -> Self {
        self.respond(status, text, kind, Content::default())
    }

    /// Answers a status and nothing else.
    pub(in crate::wire) fn answers_nothing(mut self, status: u16, text: &str) -> Self {
        self.responses.insert(status, ResponseBuilder::new().description(text).build());
        self
    }

    fn respond(mut self, status: u16, text: &str, kind: &'static str, content: Content) -> Self {
        let response = self.responses.entry(status).or_insert_with(|| Response::new(String::new()));
        if !response.description.is_empty() {
            response.description.push(' ');
        }
        response.description.push_str(text);
        let content = match response.content.get(kind) {
            Some(RefOr::T(known)) => alternatives(known.clone(), &content),
            _ => content,
        };
        response.content.insert(kind.to_owned(), RefOr::T(content));
        self
    }

    /// A reference to the schema of `T`, which is kept with all that it mentions.
    fn known<T: ToSchema>(&mut self) -> RefOr<Schema> {
        known::<T>(&mut self.schemas);
        Ref::from_schema_name(T::name()).into()
    }

    /// The operation named `id` among those tagged `tag`, and the schemas it mentions.
    pub(super) fn finish(self, id: String, tag: &str) -> (Operation, Schemas) {
        let mut operation = OperationBuilder::new()
            .operation_id(Some(id))
            .tag(tag)
            .summary(Some(self.summary))
            .description(Some(self.note).filter(|note| !note.is_empty()))
            .parameters(Some(self.parameters).filter(|parameters| !parameters.is_empty()))
            .request_body(self.body);
        for (status, response) in self.responses {
            operation = operation.response(status.to_string(), response);
        }
        for scheme in self.schemes {
            operation =
                operation.security(SecurityRequirement::new::<_, [&str; 0], &str>(*scheme, []));
        }
        (operation.build(), self.schemas)
    }
}

/// Adds the schema of `T`, and all that it mentions.
pub(in crate::wire) fn known<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

fn text_like(example: &str) -> Content {
    let schema = Schema::Object(Object::with_type(Type::String));
    ContentBuilder::new().schema(Some(schema)).example(Some(Value::from(example))).build()
}

/// Either of two contents.
fn alternatives(first: Content, second: &Content) -> Content {
    let (Some(a), Some(b)) = (&first.schema, &second.schema) else { return first };
    if a == b {
        return first;
    }
    let choices = match a {
        RefOr::T(Schema::AnyOf(choices)) => choices.items.clone(),
        one => vec![one.clone()],
    };
    let mut either = AnyOfBuilder::new();
    for choice in choices.into_iter().chain([b.clone()]) {
        either = either.item(choice);
    }
    ContentBuilder::from(first).schema(Some(RefOr::T(Schema::AnyOf(either.build())))).build()
}
