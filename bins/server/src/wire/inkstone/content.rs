//! The source of the blog, for editors that care what became of an edit (design, section 6): every
//! file has a version, an edit names the one it started from, and a conflict shows both sides.

mod failure;
mod view;

use actix_web::{
    HttpRequest,
    web::{Data, Json, Payload},
};
use inkstone_content::{Base, ContentPath, Kind, Note, Saved, Version};
use serde::Deserialize;
use utoipa::ToSchema;

use self::failure::{Error, RequestInvalid};
pub(super) use self::{
    failure::ConflictView,
    view::{DocumentsView, FileView, HistoryView, SavedView, StateView},
};
use crate::{
    blocking::blocking,
    body::{BodyLimit, read_within},
    clock,
    content::{ContentProvider, Opened, ProviderError},
    failure::Failure,
    owner,
};

/// How many commits of a file are told unless more are asked for.
const HISTORY: usize = 50;

/// What an edit says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = inkstone::Edit, examples(json!({
    "path": "source/_posts/hello.md",
    "content": "# Hello",
    "base": "3b18e512",
    "message": "Say hello",
})))]
pub(super) struct Edit {
    path: String,
    /// The whole new text.
    content: Option<String>,
    /// Where a file is moved.
    to: Option<String>,
    /// The version it started from; empty when there was no file. Absent: whatever is there.
    base: Option<String>,
    /// The commit message.
    message: Option<String>,
}

/// `GET /api/inkstone/content`: which source it is, and how it is with it.
pub(super) async fn state(
    request: HttpRequest,
    provider: Data<ContentProvider>,
) -> Result<Json<StateView>, Error> {
    owner::authenticate(&request).await?;
    let state = at(provider, StateView::of).await?;
    Ok(Json(state))
}

/// `GET /api/inkstone/content/list`: files of a `kind` (`post`, `draft`, `page`, `config`; all
/// without one) that mention `s`.
pub(super) async fn list(
    request: HttpRequest,
    provider: Data<ContentProvider>,
) -> Result<Json<DocumentsView>, Error> {
    owner::authenticate(&request).await?;
    let query = Query::of(&request);
    let kinds = match query.get("kind") {
        None => Kind::ALL.to_vec(),
        Some(name) => vec![view::kind(name).ok_or(RequestInvalid::Kind)?],
    };
    let keyword = query.get("s").map(str::to_owned);
    let found = at(provider, move |opened| {
        Ok(opened.fresh(clock::now()).list(&kinds, keyword.as_deref())?)
    });
    let documents = found.await?.iter().map(Into::into).collect();
    Ok(Json(DocumentsView { documents }))
}

/// `GET /api/inkstone/content/file`: the text of the file at `path`, now or in a `version` of it.
pub(super) async fn read(
    request: HttpRequest,
    provider: Data<ContentProvider>,
) -> Result<Json<FileView>, Error> {
    owner::authenticate(&request).await?;
    let query = Query::of(&request);
    let path = query.path()?;
    let version =
        query.get("version").map(|text| Version::parse(text).ok_or(RequestInvalid::Version));
    let version = version.transpose()?;
    let found = at(provider, move |opened| match version {
        None => Ok(opened.content.read_text(&path)?),
        Some(version) => {
            let text = opened.content.read_version(&path, &version)?;
            Ok((path, text, version))
        }
    });
    let (path, content, version) = found.await?;
    let (path, version) = (path.as_str().to_owned(), version.as_str().to_owned());
    Ok(Json(FileView { content, path, version }))
}

/// `GET /api/inkstone/content/history`: commits that changed `path`, newest first, at most `limit`.
pub(super) async fn history(
    request: HttpRequest,
    provider: Data<ContentProvider>,
) -> Result<Json<HistoryView>, Error> {
    owner::authenticate(&request).await?;
    let query = Query::of(&request);
    let path = query.path()?;
    let limit = query.get("limit").and_then(|text| text.parse().ok()).unwrap_or(HISTORY);
    let commits = at(provider, move |opened| Ok(opened.content.history(&path, limit)?)).await?;
    Ok(Json(HistoryView { commits: commits.iter().map(Into::into).collect() }))
}

/// `PUT /api/inkstone/content/file`: creates or replaces a file.
pub(super) async fn save(
    request: HttpRequest,
    provider: Data<ContentProvider>,
    payload: Payload,
) -> Result<Json<SavedView>, Error> {
    owner::authenticate(&request).await?;
    let edit = Edit::read(&request, payload).await?;
    let (path, base) = (edit.path()?, edit.base()?);
    let content = edit.content.ok_or(RequestInvalid::Body)?;
    let mine = (path.clone(), base.clone());
    let saved = edited(provider, mine, move |provider| {
        let note = Note { message: edit.message.as_deref(), at: clock::now() };
        provider.edit(|source| source.save(&path, content, base, note))
    });
    Ok(Json(saved.await?.into()))
}

/// `DELETE /api/inkstone/content/file`: removes a file.
pub(super) async fn remove(
    request: HttpRequest,
    provider: Data<ContentProvider>,
    payload: Payload,
) -> Result<Json<SavedView>, Error> {
    owner::authenticate(&request).await?;
    let edit = Edit::read(&request, payload).await?;
    let (path, base) = (edit.path()?, edit.base()?);
    let mine = (path.clone(), base.clone());
    let removed = edited(provider, mine, move |provider| {
        let note = Note { message: edit.message.as_deref(), at: clock::now() };
        provider.edit(|source| source.remove(&path, base, note))
    });
    Ok(Json(removed.await?.into()))
}

/// `POST /api/inkstone/content/rename`: moves a file to where there is none.
pub(super) async fn rename(
    request: HttpRequest,
    provider: Data<ContentProvider>,
    payload: Payload,
) -> Result<Json<SavedView>, Error> {
    owner::authenticate(&request).await?;
    let edit = Edit::read(&request, payload).await?;
    let (path, base) = (edit.path()?, edit.base()?);
    let to = ContentPath::parse(edit.to.as_deref().ok_or(RequestInvalid::Body)?)?;
    let mine = (path.clone(), base.clone());
    let renamed = edited(provider, mine, move |provider| {
        let note = Note { message: edit.message.as_deref(), at: clock::now() };
        provider.edit(|source| source.rename(&path, &to, base, note))
    });
    Ok(Json(renamed.await?.into()))
}

/// `POST /api/inkstone/content/refresh`: asks the remote for news, and delivers what waits.
pub(super) async fn refresh(
    request: HttpRequest,
    provider: Data<ContentProvider>,
) -> Result<Json<StateView>, Error> {
    owner::authenticate(&request).await?;
    let work = move |opened: &Opened| {
        opened.refresh(clock::now())?;
        opened.deliver_soon();
        StateView::of(opened)
    };
    let state = at(provider.clone(), work).await?;
    provider.call_job();
    Ok(Json(state))
}

/// Asks the source that is set, on a thread that may block.
async fn at<T: Send + 'static>(
    provider: Data<ContentProvider>,
    work: impl FnOnce(&Opened) -> Result<T, ProviderError> + Send + 'static,
) -> Result<T, Error> {
    let work = move || {
        let done = provider.current().and_then(|opened| work(&opened));
        Ok::<_, Failure>(done.map_err(|error| Error::of(&error)))
    };
    blocking(work).await?
}

/// Edits, and looks up both sides of a conflict.
async fn edited(
    provider: Data<ContentProvider>,
    (path, base): (ContentPath, Base),
    work: impl FnOnce(&ContentProvider) -> Result<Saved, ProviderError> + Send + 'static,
) -> Result<Saved, Error> {
    let work = move || {
        let done =
            work(&provider).map_err(|error| Error::with_sides(&error, &provider, &path, &base));
        Ok::<_, Failure>(done)
    };
    blocking(work).await?
}

impl Edit {
    /// Not before it is clear who sends it: it may be large.
    async fn read(request: &HttpRequest, payload: Payload) -> Result<Self, Error> {
        let limit = request.app_data::<BodyLimit>().copied().unwrap_or(BodyLimit::DEFAULT);
        let body = read_within(limit, request, payload.into_inner()).await;
        let body = body.map_err(Failure::from)?;
        Ok(serde_json::from_slice(&body).map_err(|_| RequestInvalid::Body)?)
    }

    fn path(&self) -> Result<ContentPath, Error> {
        Ok(ContentPath::parse(&self.path)?)
    }

    fn base(&self) -> Result<Base, RequestInvalid> {
        match self.base.as_deref() {
            None => Ok(Base::Current),
            Some("") => Ok(Base::Absent),
            Some(text) => Version::parse(text).map(Base::Version).ok_or(RequestInvalid::Version),
        }
    }
}

/// The parameters of a query; empty ones count as absent, of several the first counts.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(request: &HttpRequest) -> Self {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        Self(pairs.into_owned().filter(|(_, value)| !value.is_empty()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn path(&self) -> Result<ContentPath, Error> {
        Ok(ContentPath::parse(self.get("path").unwrap_or_default())?)
    }
}
