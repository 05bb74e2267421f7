//! What an endpoint accepts, said where it is registered.

use actix_web::{
    FromRequest, Handler, Responder,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::{admission::admit, error::Error};
use crate::budget::{Budget, Budgets};

/// An endpoint of the API: its name, and what is asked of a request before its handler runs.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    pub(super) name: &'static str,
    /// Which methods it has (contract qexo, 1.2).
    pub(super) methods: &'static [Method],
    /// Whether only the owner may call it.
    pub(super) guarded: bool,
    /// What a body may hold at most.
    pub(super) body: BodySize,
    /// Whether failures are told under `error`, too.
    pub(super) both_keys: bool,
    /// How often one client may call it.
    pub(super) budget: Option<fn(&Budgets) -> &Budget>,
    places: Places,
}

/// What a body may hold at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodySize {
    /// No parameters: its handler reads it.
    Foreign,
    /// A form.
    Form,
    /// A whole article.
    Article,
    /// A whole installation.
    Import,
    /// A form with an image.
    Image,
}

/// Below which paths an endpoint is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Places {
    /// `/pub/` alone.
    Public,
    /// `/pub/`, and `/api/` for the owner's panel.
    Both,
    /// `/api/` alone.
    Admin,
    /// `/` alone.
    Root,
}

impl Endpoint {
    /// It reads: GET, HEAD and POST. Only the owner may, unless it is [`open`](Self::open).
    pub const fn read(name: &'static str) -> Self {
        Self::new(name, &[Method::GET, Method::HEAD, Method::POST])
    }

    /// It mends, and is opened in browsers, too: GET and POST.
    pub const fn repair(name: &'static str) -> Self {
        Self::new(name, &[Method::GET, Method::POST])
    }

    /// It changes something: POST.
    pub const fn write(name: &'static str) -> Self {
        Self::new(name, &[Method::POST])
    }

    const fn new(name: &'static str, methods: &'static [Method]) -> Self {
        Self {
            name,
            methods,
            guarded: true,
            body: BodySize::Form,
            both_keys: false,
            budget: None,
            places: Places::Public,
        }
    }

    /// Everybody may call it.
    #[must_use]
    pub const fn open(self) -> Self {
        Self { guarded: false, ..self }
    }

    /// The owner's panel finds it below `/api/`, too (contract qexo, section 10).
    #[must_use]
    pub const fn with_twin(self) -> Self {
        Self { places: Places::Both, ..self }
    }

    /// Only the owner's panel finds it, below `/api/`.
    #[must_use]
    pub const fn admin(self) -> Self {
        Self { places: Places::Admin, ..self }
    }

    /// Only the owner's panel finds it, below no other path.
    #[must_use]
    pub const fn at_root(self) -> Self {
        Self { places: Places::Root, ..self }
    }

    /// A body may hold a whole installation.
    #[must_use]
    pub const fn with_import(self) -> Self {
        Self { body: BodySize::Import, ..self }
    }

    /// A body may hold an image, in a form.
    #[must_use]
    pub const fn with_image(self) -> Self {
        Self { body: BodySize::Image, ..self }
    }

    /// A body may hold a whole article.
    #[must_use]
    pub const fn with_article(self) -> Self {
        Self { body: BodySize::Article, ..self }
    }

    /// Its body has no parameters, whatever its type; the handler reads it (`Gate::drain`).
    #[must_use]
    pub const fn with_foreign_body(self) -> Self {
        Self { body: BodySize::Foreign, ..self }
    }

    /// Failures are told under `error`, too.
    #[must_use]
    pub const fn with_both_keys(self) -> Self {
        Self { both_keys: true, ..self }
    }

    /// Each client has only so many calls.
    #[must_use]
    pub const fn within(self, budget: fn(&Budgets) -> &Budget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// Whether it changes nothing.
    pub(super) fn reads(&self) -> bool {
        self.methods.contains(&Method::HEAD)
    }

    /// Every path.
    pub(super) fn paths(&self) -> Vec<String> {
        let scopes: &[&str] = match self.places {
            Places::Public => &["/pub"],
            Places::Both => &["/pub", "/api"],
            Places::Admin => &["/api"],
            Places::Root => &[""],
        };
        scopes.iter().map(|scope| format!("{scope}/{}", self.name)).collect()
    }
}

/// Where endpoints are registered: to be served, or to be described.
pub trait Register {
    /// Registers `endpoint`, answered by `handler`.
    fn register<F, Arguments, Success>(&mut self, endpoint: Endpoint, handler: F)
    where
        F: Handler<Arguments, Output = Result<Success, Error>>,
        Arguments: FromRequest + 'static,
        Success: Responder + 'static;
}

impl Register for ServiceConfig {
    fn register<F, Arguments, Success>(&mut self, endpoint: Endpoint, handler: F)
    where
        F: Handler<Arguments, Output = Result<Success, Error>>,
        Arguments: FromRequest + 'static,
        Success: Responder + 'static,
    {
        // With and without a slash at its end: no client follows a redirect. One resource for
        // each, because paths are compared, while two in one would be a regular expression that
        // every request to a later endpoint has to try.
        for path in endpoint.paths().into_iter().flat_map(|path| [format!("{path}/"), path]) {
            let admit = from_fn(move |request, next| admit(endpoint, request, next));
            self.service(web::resource(path).wrap(admit).to(handler.clone()));
        }
    }
}

/// Registers `endpoint`, answered by `handler`: with an [`Answer`](super::Answer), or with whatever
/// else is an answer when all goes well.
pub fn serve<F, Arguments, Success>(app: &mut impl Register, endpoint: Endpoint, handler: F)
where
    F: Handler<Arguments, Output = Result<Success, Error>>,
    Arguments: FromRequest + 'static,
    Success: Responder + 'static,
{
    app.register(endpoint, handler);
}
