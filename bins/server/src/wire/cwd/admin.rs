//! What the owner may do (contract cwd, section 3).

pub(super) mod authentication;
mod comments;
mod login;
mod mail;
mod settings;
pub(super) mod transfer;
mod view;

use actix_web::web::{self, ServiceConfig};

/// Registers the routes below `/admin`.
pub(super) fn routes(app: &mut ServiceConfig) {
    app.route("/login", web::post().to(login::login))
        .route("/comments/list", web::get().to(comments::list))
        .route("/comments/status", web::put().to(comments::set_status))
        .route("/comments/update", web::put().to(comments::update))
        .route("/comments/delete", web::delete().to(comments::delete))
        .route("/comments/block-ip", web::post().to(comments::block_ip))
        .route("/comments/block-email", web::post().to(comments::block_email))
        .route("/settings/comments", web::get().to(settings::comments))
        .route("/settings/comments", web::put().to(settings::update_comments))
        .route("/settings/admin-display", web::get().to(settings::display))
        .route("/settings/admin-display", web::put().to(settings::update_display))
        .route("/settings/email", web::get().to(mail::address))
        .route("/settings/email", web::put().to(mail::update_address))
        .route("/settings/email-notify", web::get().to(mail::notification))
        .route("/settings/email-notify", web::put().to(mail::update_notification));
    for path in ["/settings/features", "/settings/feature"] {
        app.route(path, web::get().to(settings::features))
            .route(path, web::put().to(settings::update_features));
    }
}
