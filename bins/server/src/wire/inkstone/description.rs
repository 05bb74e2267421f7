//! What the API is, for `/openapi.json`.

use super::{
    Refused,
    content::{ConflictView, DocumentsView, Edit, FileView, HistoryView, SavedView, StateView},
    outbox::{MessagePath, OutboxView, RetriedView},
    requests::{DocumentsQuery, FileQuery, HistoryQuery, OutboxQuery, Subscription},
    unsubscribe::TokenPath,
};
use crate::wire::openapi::{Call, Catalogue, FORM, HTML, JSON};

const PAGE: &str = "<!doctype html>…";

/// Describes the API.
pub(in crate::wire) fn describe(to: &mut Catalogue) {
    to.group((
        "Inkstone",
        "Our own API: the blog's source without losing anything, messages and what became of them.",
    ));
    content_calls(to);
    let path = "/api/inkstone/outbox";
    to.get(
        path,
        owners("List messages").query::<OutboxQuery>().answers::<OutboxView>(200, "Messages."),
    );
    let retry = |summary| owners(summary).answers::<RetriedView>(200, "How many.");
    to.post("/api/inkstone/outbox/retry", retry("Try again whatever was given up"));
    to.post(
        "/api/inkstone/outbox/{id}/retry",
        retry("Try a message again").path::<MessagePath>().answers::<Refused<'_>>(
            409,
            "There is no such message, or it was sent, or is being sent.",
        ),
    );
    let path = "/api/inkstone/unsubscribe/{token}";
    let page = |summary| {
        call(summary).path::<TokenPath>().answers_text(200, "A page.", HTML, PAGE).answers_text(
            404,
            "The link does not work.",
            HTML,
            PAGE,
        )
    };
    to.get(path, page("Ask whether to unsubscribe"));
    to.post(path, sent(page("Unsubscribe, or subscribe again")).body::<Subscription>(&[FORM]));
}

fn content_calls(to: &mut Catalogue) {
    to.get(
        "/api/inkstone/content",
        of_source("Tell how it is with the source").answers::<StateView>(200, "How it is."),
    );
    to.get(
        "/api/inkstone/content/list",
        of_source("List files")
            .query::<DocumentsQuery>()
            .answers::<DocumentsView>(200, "The files."),
    );
    let path = "/api/inkstone/content/file";
    to.get(
        path,
        of_source("Read a file").query::<FileQuery>().answers::<FileView>(200, "The file."),
    );
    to.put(path, edits("Create or replace a file"));
    to.delete(path, edits("Remove a file"));
    to.get(
        "/api/inkstone/content/history",
        of_source("List the commits that changed a file")
            .query::<HistoryQuery>()
            .answers::<HistoryView>(200, "The newest first."),
    );
    to.post("/api/inkstone/content/rename", edits("Move a file"));
    to.post(
        "/api/inkstone/content/refresh",
        of_source("Look at the remote, and deliver what waits")
            .answers::<StateView>(200, "How it is."),
    );
}

fn call(summary: &'static str) -> Call {
    Call::new(summary)
        .answers::<Refused<'_>>(500, "The server failed.")
        .answers::<Refused<'_>>(503, "The server, or somebody else's, is busy.")
}

/// The same with a body.
fn sent(call: Call) -> Call {
    call.answers::<Refused<'_>>(400, "The request makes no sense.")
        .answers::<Refused<'_>>(408, "The body takes too long.")
        .answers::<Refused<'_>>(413, "The body is too large.")
}

fn owners(summary: &'static str) -> Call {
    call(summary)
        .for_owner()
        .answers::<Refused<'_>>(400, "The request makes no sense.")
        .answers::<Refused<'_>>(401, "There is no token, or a wrong one.")
}

fn of_source(summary: &'static str) -> Call {
    owners(summary).answers::<Refused<'_>>(404, "There is no such file, or no source.")
}

fn edits(summary: &'static str) -> Call {
    sent(of_source(summary))
        .note("An edit names the version that it started from, so that nothing is overwritten.")
        .body::<Edit>(&[JSON])
        .answers::<SavedView>(200, "What has become of it.")
        .answers::<ConflictView>(409, "Somebody else has changed the file.")
        .answers::<Refused<'_>>(409, "There is such a file.")
}
