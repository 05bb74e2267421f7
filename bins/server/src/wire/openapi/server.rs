//! What the server answers for no API in particular.

use super::{Call, Catalogue, HTML, JSON, TEXT};
use crate::{
    health::Health,
    wire::{inkstone, landing::VersionView, media},
};

/// Describes it.
pub(super) fn describe(to: &mut Catalogue) {
    to.group(("Server", "How the server is, and what it says of itself."));
    let page = "<!doctype html>…";
    to.get(
        "/",
        Call::new("Tell the version")
            .note("Browsers, which ask for HTML first, get a page.")
            .answers::<VersionView<'_>>(200, "The server runs.")
            .answers_text(200, "A page for people.", HTML, page),
    );
    to.get(
        "/robots.txt",
        Call::new("Tell search engines to stay away").answers_text(
            200,
            "What they may not read.",
            TEXT,
            "User-agent: *\nDisallow: /api/\n",
        ),
    );
    to.get("/healthz", Call::new("Tell that the process lives").answers::<Health>(200, "It does."));
    to.get(
        "/readyz",
        Call::new("Tell whether the server can do its work")
            .answers::<Health>(200, "The database answers.")
            .answers::<Health>(
                503,
                "The database does not answer, or the server is about to stop.",
            ),
    );
    to.get(
        "/media/{name}",
        Call::new("Get an uploaded image")
            .note("A name means one file for ever. Ranges and conditions are understood.")
            .path::<media::Name>()
            .answers_bytes(200, "The image.", "image/*")
            .answers_bytes(206, "A range of it.", "image/*")
            .answers_nothing(304, "It has not changed.")
            .answers::<inkstone::Refused<'_>>(404, "There is no such image.")
            .answers_nothing(412, "It has changed.")
            .answers_nothing(416, "It is not that long.")
            .answers::<inkstone::Refused<'_>>(500, "The image cannot be read.")
            .answers::<inkstone::Refused<'_>>(503, "The server is busy."),
    );
    to.get(
        "/openapi.json",
        Call::new("Describe everything")
            .answers_bytes(200, "This document.", JSON)
            .answers_nothing(304, "It has not changed."),
    );
    to.get("/docs", Call::new("Show the description").answers_text(200, "A page.", HTML, page));
    let style = Call::new("Get the style of that page");
    to.get("/docs.css", style.answers_text(200, "The style.", "text/css", "body { … }"));
    let script = Call::new("Get the script of that page");
    to.get("/docs.js", script.answers_text(200, "The script.", "text/javascript", "main();"));
}
