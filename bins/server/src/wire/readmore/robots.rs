//! What search engines are told: there is nothing to find in an API, and opening a page with a code
//! makes one.

use actix_web::HttpResponse;

/// `GET /robots.txt`.
pub async fn robots() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(
        "User-agent: *\nDisallow: /admin/\nDisallow: /api/\nDisallow: /app/\nDisallow: /pub/\n",
    )
}
