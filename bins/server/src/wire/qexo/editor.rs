//! What an editor does beside saving and deleting (contract qexo, section 10). Every answer names
//! the path and the version of the file, the base of the next step.

use actix_web::web::Data;
use inkstone_content::{ContentError, ContentPath, Kind, NewDocument, Note};

use super::{
    Answer,
    call::{Call, nfc},
    content::{SavedView, base, edit, path},
    error::Error,
    message::Message,
};
use crate::{clock, content::ContentProvider};

/// `POST /api/save_post` and `/api/save_page`: a file by its path.
pub(super) async fn save(call: Call, provider: Data<ContentProvider>) -> Answer {
    let (path, base) = (path(&call, file_parameter(&call))?, base(&call)?);
    let (content, message) = (nfc(&call.required("content")?), message(&call)?);
    let saved = edit(provider, move |provider| {
        provider.edit(|source| source.save(&path, content, base, note(message.as_deref())))
    });
    Ok(call.done_with(&Message::SaveSuccess, SavedView::from(&saved.await?)))
}

/// `POST /api/save_draft`: a draft by its name, or any file by its path.
pub(super) async fn save_draft(call: Call, provider: Data<ContentProvider>) -> Answer {
    let named = call.filled("filename")?.map(|name| nfc(&name));
    let file = if named.is_none() { Some(path(&call, "file")?) } else { None };
    let (content, base, message) = (nfc(&call.required("content")?), base(&call)?, message(&call)?);
    let saved = edit(provider, move |provider| {
        provider.edit(|source| match (named, file) {
            (Some(name), _) => source.save_draft(&name, content, base, note(message.as_deref())),
            (None, Some(path)) => source.save(&path, content, base, note(message.as_deref())),
            (None, None) => Err(ContentError::NotFound),
        })
    });
    Ok(call.done_with(&Message::SaveSuccess, SavedView::from(&saved.await?)))
}

/// `POST /api/publish`: a draft becomes a post.
pub(super) async fn publish(call: Call, provider: Data<ContentProvider>) -> Answer {
    turn(call, provider, Kind::Post).await
}

/// `POST /api/unpublish`: a post becomes a draft.
pub(super) async fn unpublish(call: Call, provider: Data<ContentProvider>) -> Answer {
    turn(call, provider, Kind::Draft).await
}

/// `POST /api/new_post`.
pub(super) async fn new_post(call: Call, provider: Data<ContentProvider>) -> Answer {
    create(call, provider, Kind::Post).await
}

/// `POST /api/new_page`.
pub(super) async fn new_page(call: Call, provider: Data<ContentProvider>) -> Answer {
    create(call, provider, Kind::Page).await
}

/// `POST /api/rename`: `file` becomes `new`.
pub(super) async fn rename(call: Call, provider: Data<ContentProvider>) -> Answer {
    let (from, to) = (path(&call, file_parameter(&call))?, path(&call, "new")?);
    let (base, message) = (base(&call)?, message(&call)?);
    let renamed = edit(provider, move |provider| {
        provider.edit(|source| source.rename(&from, &to, base, note(message.as_deref())))
    });
    Ok(call.done_with(&Message::EditSuccess, SavedView::from(&renamed.await?)))
}

async fn turn(call: Call, provider: Data<ContentProvider>, to: Kind) -> Answer {
    let (path, base): (ContentPath, _) = (path(&call, file_parameter(&call))?, base(&call)?);
    let (content, message) = (call.optional("content")?.map(|text| nfc(&text)), message(&call)?);
    let turned = edit(provider, move |provider| {
        let note = note(message.as_deref());
        provider.edit(|source| match to {
            Kind::Draft => source.unpublish(&path, content, base, note),
            _ => source.publish(&path, content, base, note),
        })
    });
    let message = if to == Kind::Draft { Message::EditSuccess } else { Message::PublishSuccess };
    Ok(call.done_with(&message, SavedView::from(&turned.await?)))
}

async fn create(call: Call, provider: Data<ContentProvider>, kind: Kind) -> Answer {
    let name = call.filled("filename")?.or(call.filled("file")?).map(|name| nfc(&name));
    let name = name.ok_or(Error::missing("filename"))?;
    let title = call.filled("title")?.map(|title| nfc(&title));
    let text = call.optional("content")?.map(|text| nfc(&text));
    let (message, date) = (message(&call)?, call.local_time(clock::now()));
    let made = edit(provider, move |provider| {
        let new = NewDocument { kind, name: &name, title: title.as_deref(), date: &date, text };
        provider.edit(|source| source.create(new, note(message.as_deref())))
    });
    Ok(call.done_with(&Message::AddSuccess, SavedView::from(&made.await?)))
}

/// Where the path of the file is: `file`, or `filename` as some panels call it.
fn file_parameter(call: &Call) -> &'static str {
    let named = call.parameters().body("file").is_none();
    if named && call.parameters().body("filename").is_some() { "filename" } else { "file" }
}

fn message(call: &Call) -> Result<Option<String>, Error> {
    Ok(call.filled("commitchange")?.map(std::borrow::Cow::into_owned))
}

fn note(message: Option<&str>) -> Note<'_> {
    Note { message, at: clock::now() }
}
