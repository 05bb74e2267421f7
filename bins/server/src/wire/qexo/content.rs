//! Lists and files of the blog's source (contract qexo, 3.1, 3.2 and 3.4 to 3.6).

use std::borrow::Cow;

use actix_web::web::{Data, Json};
use inkstone_content::{
    Base, ContentError, ContentPath, Delivery, Document, DocumentDate, Kind, Note, Saved,
    SourceError, Version,
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::{ContentMessage, Message},
};
use crate::{
    blocking::blocking,
    clock,
    config::{PostName, Qexo},
    content::{ContentProvider, ProviderError},
    failure::Failure,
    output,
};

/// A post, page or configuration of the blog.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = qexo::File, examples(json!({
    "date": "2026-01-07 10:30:00",
    "fullname": "source/_posts/hello.md",
    "name": "hello",
    "path": "source/_posts/hello.md",
    "size": 1024,
    "status": true,
    "title": "Hello",
})))]
struct FileView {
    /// Empty when nobody knows.
    date: String,
    /// The same as `path`.
    fullname: String,
    name: String,
    /// What `file` of other calls is.
    path: String,
    /// In bytes; 0 when the host does not tell.
    size: u64,
    /// False for a draft.
    status: bool,
    title: String,
}

/// Posts and drafts.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Posts)]
pub(super) struct PostsView {
    posts: Vec<FileView>,
    /// True.
    status: bool,
}

/// Pages, twice.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Pages)]
pub(super) struct PagesView {
    pages: Vec<FileView>,
    posts: Vec<FileView>,
    /// True.
    status: bool,
}

/// Configurations, twice.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Configs)]
pub(super) struct ConfigsView {
    configs: Vec<FileView>,
    posts: Vec<FileView>,
    /// True.
    status: bool,
}

/// Where a file is, and what it has become.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::SavedFile, examples(json!({ "path": "source/_posts/hello.md", "version": "3b18e512" })))]
pub(super) struct SavedView {
    path: String,
    /// The base of the next edit; null when the file is gone.
    version: Option<String>,
}

/// `/pub/get_posts`.
pub(super) async fn posts(call: Call, provider: Data<ContentProvider>, qexo: Data<Qexo>) -> Answer {
    let posts = list(&call, provider, &[Kind::Post, Kind::Draft], qexo.post_name).await?;
    Ok(Json(json!(PostsView { posts, status: true })))
}

/// `/pub/get_pages`.
pub(super) async fn pages(call: Call, provider: Data<ContentProvider>) -> Answer {
    let pages = list(&call, provider, &[Kind::Page], PostName::Stem).await?;
    Ok(Json(json!(PagesView { posts: pages.clone(), pages, status: true })))
}

/// `/pub/get_configs`.
pub(super) async fn configs(call: Call, provider: Data<ContentProvider>) -> Answer {
    let configs = list(&call, provider, &[Kind::Config], PostName::Stem).await?;
    Ok(Json(json!(ConfigsView { posts: configs.clone(), configs, status: true })))
}

/// `POST /pub/save` and its twin.
pub(super) async fn save(call: Call, provider: Data<ContentProvider>) -> Answer {
    let path = path(&call, "file")?;
    let content = nfc(&call.required("content")?);
    let (base, message) = (base(&call)?, message(&call, "Update", &path)?);
    let saved = edit(provider, move |provider| {
        let note = Note { message: Some(&message), at: clock::now() };
        provider.edit(|source| source.save(&path, content, base, note))
    });
    let saved = saved.await?;
    // Clients that know of versions are told the new one.
    let knows = call.parameters().body("version").is_some();
    Ok(call.done_with(&Message::SaveSuccess, knows.then(|| SavedView::from(&saved))))
}

/// `POST /pub/delete` and its twin.
pub(super) async fn remove(call: Call, provider: Data<ContentProvider>) -> Answer {
    let path = path(&call, "file")?;
    let (base, message) = (base(&call)?, message(&call, "Delete", &path)?);
    let removed = edit(provider, move |provider| {
        let note = Note { message: Some(&message), at: clock::now() };
        provider.edit(|source| source.remove(&path, base, note))
    });
    Ok(call.done(match removed.await?.delivery {
        Delivery::Building => &Message::DelSuccessAndDeploy,
        Delivery::Done | Delivery::Waiting(_) => &Message::DelSuccess,
    }))
}

/// `POST /api/purge`: everything is looked up again.
pub(super) async fn purge(call: Call, provider: Data<ContentProvider>) -> Answer {
    forget(provider).await?;
    Ok(call.done(&ContentMessage::PurgeSuccess.into()))
}

/// Empties the lists.
pub(super) async fn forget(provider: Data<ContentProvider>) -> Result<(), Error> {
    let purge = move || {
        provider.purge();
        Ok::<_, Failure>(())
    };
    Ok(blocking(purge).await?)
}

/// Does something with the source on a thread that may block.
pub(super) async fn edit<T: Send + 'static>(
    provider: Data<ContentProvider>,
    work: impl FnOnce(&ContentProvider) -> Result<T, ProviderError> + Send + 'static,
) -> Result<T, Error> {
    let work = move || Ok::<_, Failure>(work(&provider).map_err(|error| refusal(&error)));
    blocking(work).await?
}

/// The path in a parameter; a file that is there may have another spelling.
pub(super) fn path(call: &Call, name: &'static str) -> Result<ContentPath, Error> {
    let text = call.required(name)?;
    if text.is_empty() {
        return Err(Error::missing(name));
    }
    ContentPath::parse(&text).map_err(|_| Error::refused(Message::PathInvalid))
}

/// The version that the client has started from; without one, whatever is there.
pub(super) fn base(call: &Call) -> Result<Base, Error> {
    let Some(text) = call.filled("version")? else { return Ok(Base::Current) };
    Version::parse(&text).map(Base::Version).ok_or(Error::invalid("version"))
}

/// The commit message, or the usual one.
fn message(call: &Call, verb: &str, path: &ContentPath) -> Result<String, Error> {
    let given = call.filled("commitchange")?;
    Ok(given.map_or_else(|| format!("{verb} {path} by Qexo"), Cow::into_owned))
}

impl From<&Saved> for SavedView {
    fn from(saved: &Saved) -> Self {
        Self {
            path: saved.path.as_str().to_owned(),
            version: saved.version.as_ref().map(|version| version.as_str().to_owned()),
        }
    }
}

/// What a client is told when there is no source, or it refuses (contract qexo, 1.6: status 200).
pub(super) fn refusal(error: &ProviderError) -> Error {
    let message = match error {
        ProviderError::NotSet => Message::ProviderNotSet,
        ProviderError::Setting(_) | ProviderError::Opening => {
            Message::ProviderFailed(error.to_string())
        }
        ProviderError::Settings(_) => {
            tracing::error!(cause = output::chain(error), "settings of the content failed");
            return Error::internal();
        }
        ProviderError::Content(content) => match &**content {
            ContentError::NotFound => Message::FileNotFound,
            ContentError::Path(_) | ContentError::Source(SourceError::NotAFile(_)) => {
                Message::PathInvalid
            }
            ContentError::Exists(_) => ContentMessage::FileExists.into(),
            ContentError::Source(SourceError::Conflict { kept, .. }) => {
                ContentMessage::FileConflict(kept.clone()).into()
            }
            ContentError::Source(_) => {
                tracing::warn!(cause = output::chain(error), "content provider failed");
                Message::ProviderFailed(error.to_string())
            }
            _ => ContentMessage::FileUnsuitable.into(),
        },
    };
    Error::refused(message)
}

async fn list(
    call: &Call,
    provider: Data<ContentProvider>,
    kinds: &'static [Kind],
    name: PostName,
) -> Result<Vec<FileView>, Error> {
    let keyword = call.query_first("s")?.as_deref().map(nfc);
    let found = edit(provider, move |provider| {
        let opened = provider.current()?;
        Ok(opened.fresh(clock::now()).list(kinds, keyword.as_deref())?)
    });
    Ok(found.await?.iter().map(|document| view(call, name, document)).collect())
}

fn view(call: &Call, name: PostName, document: &Document) -> FileView {
    let title = document.title.as_deref().unwrap_or(&document.name);
    let date = match &document.date {
        None => String::new(),
        Some(DocumentDate::Local(time)) => time.to_string(),
        Some(DocumentDate::Instant(at)) => call.local_time(*at),
    };
    let name = match name {
        PostName::Stem => &document.name,
        PostName::Title => title,
    };
    FileView {
        date,
        fullname: document.path.as_str().to_owned(),
        name: name.to_owned(),
        path: document.path.as_str().to_owned(),
        size: document.size,
        status: document.kind != Kind::Draft,
        title: title.to_owned(),
    }
}
