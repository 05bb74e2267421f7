//! The Qexo public API (contract qexo): routes, and what happens to every request before its
//! handler.
//!
//! # Adding an endpoint
//!
//! Write a handler and name it in `endpoints`; everything else is done for it: both slash forms,
//! methods, bodies of every encoding, the token, budgets, the language, the shape of failures.
//!
//! ```text
//! // wire/qexo/friends.rs
//! /// `POST /pub/del_friend`.
//! pub(super) async fn remove(call: Call, friends: Data<Friends>) -> Answer {
//!     let time = call.required("time")?.into_owned();
//!     blocking(move || friends.remove(&time)).await?;
//!     Ok(call.done(&Message::DelSuccess))
//! }
//!
//! // wire/qexo.rs, in `endpoints`
//! serve(app, Endpoint::write("del_friend").with_twin(), friends::remove);
//! ```
//!
//! | Part | What to do |
//! |---|---|
//! | [`Endpoint`] | picks the methods (`read`, `repair`, `write`), then who may call (`open`), the twin below `/api` (`with_twin`, `admin`), the budget (`within`), the larger body (`with_article`, `with_image`), the key `error` beside `msg` (`with_both_keys`) |
//! | [`Call`] | the parameters in their places (contract qexo, 1.3), settings, times, and the two shapes of success: [`Call::done`] and [`Call::done_with`] |
//! | [`Error`] | any domain's error by `?`; texts by code in `error.rs`, others from [`Message`] |
//! | `description.rs` | what the endpoint takes and answers, for `/openapi.json` |
//! | `tests/it/coverage/qexo.rs` | the endpoint's line in the list of all |

mod access;
mod admission;
mod applications;
mod call;
mod content;
mod custom;
mod description;
mod editor;
mod endpoint;
mod error;
mod friends;
mod images;
mod login;
mod maintenance;
mod message;
mod notifications;
mod notifier;
mod parameters;
mod provider;
mod requests;
mod settings;
mod statistic;
mod talks;
mod transfer;

use actix_web::web::{Data, Json, ServiceConfig};
use serde_json::Value;

use self::admission::Gate;
pub(super) use self::description::describe;
pub use self::{
    call::{Call, nfc},
    endpoint::{Endpoint, Register, serve},
    error::Error,
    message::{ContentMessage, Message},
    parameters::{Parameter, Parameters, SentFile},
};
use crate::{budget::Budgets, services::Services};

/// What a handler returns.
pub type Answer = Result<Json<Value>, Error>;

/// Registers the routes of the API.
pub(crate) fn routes(app: &mut ServiceConfig, services: &Services) {
    app.app_data(Data::new(Gate::new(services)));
    endpoints(app);
}

/// Every endpoint there is.
fn endpoints(app: &mut impl Register) {
    // What readers of a blog ask for comes first: paths are compared one by one.
    serve(app, Endpoint::read("friends").open(), friends::shown);
    serve(app, Endpoint::read("talks").open(), talks::page);
    serve(
        app,
        Endpoint::write("like_talk").open().within(|budgets: &Budgets| &budgets.talk_likes),
        talks::like,
    );
    serve(
        app,
        Endpoint::read("statistic")
            .open()
            .within(|budgets: &Budgets| &budgets.statistic)
            .with_both_keys(),
        statistic::statistic,
    );
    serve(app, Endpoint::read("status").open(), maintenance::status);
    serve(app, Endpoint::repair("fix").with_twin(), maintenance::fix);
    content_routes(app);
    serve(app, Endpoint::read("get_notifications").with_twin(), notifications::list);
    serve(app, Endpoint::write("notifications"), notifications::add);
    serve(app, Endpoint::write("del_notifications").admin(), notifications::remove);
    serve(app, Endpoint::write("clear_notifications").admin(), notifications::clear);
    serve(app, Endpoint::read("get_friends"), friends::all);
    serve(app, Endpoint::write("add_friend").with_twin(), friends::add);
    serve(app, Endpoint::write("edit_friend").with_twin(), friends::edit);
    serve(app, Endpoint::write("del_friend").with_twin(), friends::remove);
    serve(app, Endpoint::write("clean_friend").admin(), friends::clean);
    serve(
        app,
        Endpoint::write("ask_friend").open().within(|budgets: &Budgets| &budgets.ask_friend),
        applications::ask,
    );
    serve(app, Endpoint::read("ask_friend_challenge").open(), applications::challenge);
    serve(app, Endpoint::write("save_talk").with_twin().with_article(), talks::save);
    serve(app, Endpoint::write("del_talk").with_twin(), talks::remove);
    serve(app, Endpoint::read("get_all_talks"), talks::all);
    serve(
        app,
        Endpoint::read("get_custom").within(|budgets: &Budgets| &budgets.fields),
        custom::render,
    );
    serve(app, Endpoint::write("set_custom").with_twin(), custom::set);
    serve(app, Endpoint::write("new_custom").with_twin(), custom::set);
    serve(app, Endpoint::write("del_custom").with_twin(), custom::remove);
    serve(app, Endpoint::read("get_images").with_both_keys(), images::list);
    serve(app, Endpoint::write("upload").admin().with_image(), images::upload);
    serve(app, Endpoint::write("delete_img").admin(), images::remove);
    serve(app, Endpoint::write("set_image_host").admin(), images::set_host);
    panel_routes(app);
}

/// Login and settings of the panel.
fn panel_routes(app: &mut impl Register) {
    serve(
        app,
        Endpoint::write("auth").admin().open().within(|budgets: &Budgets| &budgets.logins),
        login::login,
    );
    serve(app, Endpoint::write("set_api").admin(), settings::set_api);
    serve(app, Endpoint::write("set_statistic").admin(), settings::set_statistic);
    serve(app, Endpoint::write("set_onepush").admin(), notifier::set);
    serve(app, Endpoint::write("test_onepush").admin(), notifier::test);
    serve(app, Endpoint::write("change_lang").admin(), settings::change_language);
    serve(app, Endpoint::write("set_value").admin(), settings::set_value);
    serve(app, Endpoint::write("new_value").admin(), settings::set_value);
    serve(app, Endpoint::write("del_value").admin(), settings::remove_value);
    serve(app, Endpoint::write("migrate").at_root().with_import(), transfer::migrate);
}

/// The source of the blog.
fn content_routes(app: &mut impl Register) {
    serve(app, Endpoint::read("get_posts").with_both_keys(), content::posts);
    serve(app, Endpoint::read("get_pages").with_both_keys(), content::pages);
    serve(app, Endpoint::read("get_configs").with_both_keys(), content::configs);
    serve(app, Endpoint::write("save").with_twin().with_article(), content::save);
    serve(app, Endpoint::write("delete").with_twin(), content::remove);
    serve(app, Endpoint::write("create_webhook").with_twin(), provider::create_webhook);
    serve(app, Endpoint::repair("webhook").admin().open().with_foreign_body(), provider::webhook);
    serve(app, Endpoint::write("set_hexo").admin(), provider::set);
    serve(app, Endpoint::write("purge").admin(), content::purge);
    serve(app, Endpoint::write("save_post").admin().with_article(), editor::save);
    serve(app, Endpoint::write("save_page").admin().with_article(), editor::save);
    serve(app, Endpoint::write("save_draft").admin().with_article(), editor::save_draft);
    serve(app, Endpoint::write("publish").admin().with_article(), editor::publish);
    serve(app, Endpoint::write("unpublish").admin().with_article(), editor::unpublish);
    serve(app, Endpoint::write("new_post").admin().with_article(), editor::new_post);
    serve(app, Endpoint::write("new_page").admin().with_article(), editor::new_page);
    serve(app, Endpoint::write("rename").admin(), editor::rename);
}

/// The answer to what no endpoint has asked for, those of older versions among it.
pub(crate) fn unknown() -> Error {
    Error::unknown_path()
}
