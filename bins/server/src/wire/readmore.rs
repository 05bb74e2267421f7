//! The `TechGrow` readmore API (contract readmore): routes, and the shapes of its answers.

mod access;
mod article;
mod browse;
mod captcha;
mod description;
mod error;
mod members;
mod owner;
mod page;
mod requests;
mod robots;
mod sharing;
mod token;
mod wechat;

use std::borrow::Cow;

use actix_web::{
    HttpResponse, Resource,
    http::Method,
    web::{self, Data, ServiceConfig},
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Ref, RefOr, Schema, Type},
};

pub(super) use self::description::describe;
use self::members::Limit;
pub use self::{
    error::Error,
    robots::robots,
    sharing::{Policy, Sharing},
};
use crate::{readmore::ReadmoreModule, wire::openapi::known};

/// What a handler returns.
type Answer = Result<HttpResponse, Error>;

/// The most bytes of a body of JSON.
const BODY: Limit = Limit(16 * 1024);

/// The most bytes of an article, with room for how JSON writes it.
const ARTICLE_BODY: Limit = Limit(2 * inkstone_readmore::ArticleContent::MAX_BYTES);

const GET: &[Method] = &[Method::GET];
const GET_AND_HEAD: &[Method] = &[Method::GET, Method::HEAD];
const POST: &[Method] = &[Method::POST];
const GET_AND_POST: &[Method] = &[Method::GET, Method::POST];
const ALL_OF_PAGE: &[Method] = &[Method::GET, Method::HEAD, Method::POST];

/// Registers the routes of the API.
pub(crate) fn routes(app: &mut ServiceConfig, module: &Data<ReadmoreModule>) {
    app.app_data(module.clone());
    for path in ["/index", "/index.htm", "/index.html"] {
        let welcome = page::reads().to(page::welcome);
        app.service(resource(path, GET_AND_HEAD).route(welcome));
    }
    app.service(web::scope("/api/readmore").configure(|app| calls(app, module)));
    if module.settings.app_alias {
        app.service(web::scope("/app/api/readmore").configure(|app| calls(app, module)));
    }
}

fn calls(app: &mut ServiceConfig, module: &ReadmoreModule) {
    // A resource for each spelling: two in one would be compared by regular expressions.
    let mut at = |name: &str, methods, routes: fn(Resource) -> Resource| {
        for end in ["", "/"] {
            app.service(routes(resource(&format!("{name}{end}"), methods)));
        }
    };
    at("", GET_AND_HEAD, |at| at.route(page::reads().to(page::welcome)));
    at("/captcha/generate", ALL_OF_PAGE, |at| {
        at.route(web::get().to(page::generate))
            .route(web::head().to(page::head))
            .route(web::post().to(captcha::generate))
    });
    at("/captcha/validate", POST, |at| at.route(web::post().to(captcha::validate)));
    at("/token/validate", POST, |at| at.route(web::post().to(token::validate)));
    at("/token/revoke", POST, |at| at.route(web::post().to(token::revoke)));
    at("/browse/add", POST, |at| at.route(web::post().to(browse::add)));
    at("/browse/list", GET, |at| at.route(web::get().to(browse::list)));
    at("/browse/statistics", GET, |at| at.route(web::get().to(owner::statistics)));
    at("/subscriber/list", GET, |at| at.route(web::get().to(owner::subscribers)));
    if module.wechat.is_some() {
        at("/wechat/receive", GET_AND_POST, |at| {
            at.route(web::get().to(wechat::verify)).route(web::post().to(wechat::receive))
        });
    }
    if module.settings.gate {
        at("/article/read", POST, |at| at.route(web::post().to(article::read)));
        at("/article/save", POST, |at| {
            at.app_data(ARTICLE_BODY).route(web::post().to(article::save))
        });
        at("/article/delete", POST, |at| at.route(web::post().to(article::delete)));
        at("/article/list", GET, |at| at.route(web::get().to(article::list)));
    }
}

/// A resource that says which methods it has to whoever uses another one.
fn resource(path: &str, methods: &'static [Method]) -> Resource {
    web::resource(path).app_data(BODY).default_service(web::to(move || async move {
        Err::<HttpResponse, _>(Error::WrongMethod(methods))
    }))
}

/// The answer to what no endpoint has asked for.
pub(crate) fn unknown() -> Error {
    Error::NotFound
}

/// The members of every answer.
#[derive(Serialize)]
struct Envelope<T> {
    code: u16,
    msg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<T>,
}

// Derived, the schemas of all `T` would have one name.
impl<T: ToSchema> ToSchema for Envelope<T> {
    fn name() -> Cow<'static, str> {
        format!("{}.Answer", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        known::<T>(schemas);
    }
}

impl<T: ToSchema> PartialSchema for Envelope<T> {
    fn schema() -> RefOr<Schema> {
        let code = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .description(Some("0, or what went wrong."))
            .examples([0]);
        let msg = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("For people."))
            .examples(["success"]);
        ObjectBuilder::new()
            .property("code", code)
            .property("msg", msg)
            .property("data", Ref::from_schema_name(T::name()))
            .required("code")
            .required("msg")
            .build()
            .into()
    }
}

/// What an answer holds that tells nothing more.
#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Nothing, examples(json!({})))]
struct Nothing {}

/// All went well.
fn success() -> HttpResponse {
    HttpResponse::Ok().json(Envelope::<Nothing> { code: 0, msg: "success", data: None })
}

/// All went well, and there is something to tell.
fn success_with(data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(Envelope { code: 0, msg: "success", data: Some(data) })
}
