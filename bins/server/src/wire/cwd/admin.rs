//! What the owner may do (contract cwd, section 3).

mod analytics;
pub(super) mod authentication;
mod comments;
mod description;
mod likes;
mod login;
mod mail;
mod remote;
mod settings;
mod statistics;
mod storage;
mod telegram;
pub(super) mod transfer;
mod view;

use actix_web::web::{self, ServiceConfig};

pub(super) use self::{
    description::describe,
    login::{LoginRefusedView, SessionView},
};
use crate::body::BodyLimit;

/// The most bytes of settings: several full block lists, or two full templates. Strangers never
/// get as far as sending them.
const MAX_SETTINGS_BYTES: usize = 4 * 1024 * 1024;

/// Registers the routes below `/admin`.
pub(super) fn routes(app: &mut ServiceConfig) {
    app.route("/login", web::post().to(login::login))
        .route("/comments/list", web::get().to(comments::list))
        .route("/comments/status", web::put().to(comments::set_status))
        .route("/comments/update", web::put().to(comments::update))
        .route("/comments/delete", web::delete().to(comments::delete))
        .route("/comments/block-ip", web::post().to(comments::block_ip))
        .route("/comments/block-email", web::post().to(comments::block_email))
        .route("/stats/comments", web::get().to(statistics::comments))
        .route("/stats/sites", web::get().to(statistics::sites))
        .route("/analytics/overview", web::get().to(analytics::overview))
        .route("/analytics/pages", web::get().to(analytics::pages))
        .route("/likes/list", web::get().to(likes::list))
        .route("/likes/stats", web::get().to(likes::statistics))
        .route("/backup/s3", web::post().to(remote::upload))
        .route("/backup/s3", web::delete().to(remote::delete))
        .route("/backup/s3/list", web::get().to(remote::list))
        .route("/backup/s3/download", web::get().to(remote::download))
        .service(
            web::scope("/settings")
                .app_data(BodyLimit { bytes: MAX_SETTINGS_BYTES, ..BodyLimit::DEFAULT })
                .configure(setting_routes),
        );
}

fn setting_routes(app: &mut ServiceConfig) {
    app.route("/comments", web::get().to(settings::comments))
        .route("/comments", web::put().to(settings::update_comments))
        .route("/admin-display", web::get().to(settings::display))
        .route("/admin-display", web::put().to(settings::update_display))
        .route("/email", web::get().to(mail::address))
        .route("/email", web::put().to(mail::update_address))
        .route("/email-notify", web::get().to(mail::notification))
        .route("/email-notify", web::put().to(mail::update_notification))
        .route("/email-test", web::post().to(mail::test))
        .route("/telegram", web::get().to(telegram::read))
        .route("/telegram", web::put().to(telegram::update))
        .route("/telegram/setup", web::post().to(telegram::set_up))
        .route("/telegram/test", web::post().to(telegram::test))
        .route("/s3", web::get().to(storage::read))
        .route("/s3", web::put().to(storage::update));
    for path in ["/features", "/feature"] {
        app.route(path, web::get().to(settings::features))
            .route(path, web::put().to(settings::update_features));
    }
}
