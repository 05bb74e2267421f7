//! Uploaded images (contract qexo, 3.7 and section 10).

use std::borrow::Cow;

use actix_web::web::{Data, Json};
use inkstone_blobstore::ImageHosts;
use inkstone_media::{
    HostError, Image, ImageFile, ImageHost, ImageId, ImageKind, Moment, NewImage, Size, Title,
};
use inkstone_settings::OutsideService;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
    parameters::SentFile,
    settings::{change, save},
};
use crate::{
    blocking::blocking, clock, config::Media, failure::Failure, owner_settings::OwnerSettings,
    services::Images,
};

/// The setting that names the host.
const HOST: &str = "IMG_HOST";
const PARAMETER: &str = "image_host";

/// The parts in which a file may come.
const FILE_PARTS: [&str; 2] = ["file[]", "file"];

/// Images.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Images)]
pub(super) struct ImagesView {
    images: Vec<ImageView>,
    /// True.
    status: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Image, examples(json!({
    "date": "2026-01-07 10:30:00",
    "name": "cat.png",
    "size": "125.6 KB",
    "time": "1767753000",
    "url": "https://api.example/media/0123456789abcdef0123456789abcdef.png",
})))]
struct ImageView {
    date: String,
    name: String,
    /// For people.
    size: String,
    /// The name of the image in other calls.
    time: String,
    url: String,
}

/// An image that was uploaded.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Uploaded)]
pub(super) struct UploadedView {
    data: ImageView,
    #[schema(examples("https://api.example/media/0123456789abcdef0123456789abcdef.png"))]
    url: String,
}

/// That no host is set.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::NotUploaded, examples(json!({ "msg": "上传失败！", "url": false })))]
pub(super) struct NotUploadedView {
    /// For people, in the language that is set.
    msg: Cow<'static, str>,
    /// False.
    url: bool,
}

/// `/pub/get_images`.
pub(super) async fn list(call: Call, images: Data<Images>) -> Answer {
    let keyword = call.query_first("s")?.map(|keyword| nfc(&keyword)).unwrap_or_default();
    let found = blocking(move || images.search(&keyword)).await?;
    let images = found.iter().map(|image| view(&call, image)).collect();
    Ok(Json(json!(ImagesView { images, status: true })))
}

/// `POST /api/upload`: to the host that is set, and into the list. When none is set the answer has
/// no `status`.
pub(super) async fn upload(
    call: Call,
    images: Data<Images>,
    hosts: Data<ImageHosts>,
    media: Data<Media>,
) -> Answer {
    let Some(host) = host(&call, &hosts)? else {
        let msg = Message::UploadFailed.text(call.settings().language);
        return Ok(Json(json!(NotUploadedView { msg, url: false })));
    };
    let file = call.file(&FILE_PARTS).filter(|file| !file.content.is_empty());
    let file = file.cloned().ok_or(Error::missing("file"))?;
    if file.content.len() > media.max_bytes.get() as usize {
        return Err(Error::too_large());
    }
    let kind = ImageKind::of(&file.content).ok_or(Error::refused(Message::NoImage))?;
    let at = clock::now();
    let moment = Moment { at, day: call.local_day(at), random: rand::random() };
    let keep = move || keep(&images, host.as_ref(), &file, kind, &moment);
    let image = blocking(keep).await?.map_err(refusal)?;
    let uploaded = UploadedView { data: view(&call, &image), url: image.url.as_str().to_owned() };
    Ok(call.done_with(&Message::UploadSuccess, uploaded))
}

/// `POST /api/delete_img`: the record, and with `sync` the file before it. Where nobody knows how
/// to delete the file, it stays.
pub(super) async fn remove(call: Call, images: Data<Images>, hosts: Data<ImageHosts>) -> Answer {
    let id = call.required("image")?;
    let id = ImageId::parse(&id).ok_or(Error::refused(Message::ImageNotFound))?;
    let sync = call.optional("sync")?.is_some_and(|sync| is_yes(&sync));
    let host = if sync { host(&call, &hosts) } else { Ok(None) };
    let remove = move || {
        let image = images.find(&id)?;
        if sync {
            // A host that cannot be used any more is as good as none.
            let host = host.unwrap_or_default();
            match hosts.delete(&image.removal, host.as_deref(), clock::now()) {
                Ok(true) => {}
                Ok(false) => tracing::info!(image = %id, "nobody knows how to delete the file"),
                Err(error) => return expected(error),
            }
        }
        images.remove(&id)?;
        Ok(Ok(()))
    };
    blocking(remove).await?.map_err(refusal)?;
    Ok(call.done(&Message::RecordDeleted))
}

/// `POST /api/set_image_host`. A host that could not be used is refused.
pub(super) async fn set_host(
    call: Call,
    settings: Data<OwnerSettings>,
    hosts: Data<ImageHosts>,
) -> Answer {
    let content = nfc(&call.required(PARAMETER)?);
    let service = OutsideService::read("type", &content).ok_or(Error::invalid(PARAMETER))?;
    hosts.open(&service.name, &service.params).map_err(refusal)?;
    let change = change(PARAMETER, HOST, content.trim())?;
    save(&call, settings, vec![change]).await
}

/// The host that is set, if there is one.
fn host(call: &Call, hosts: &ImageHosts) -> Result<Option<Box<dyn ImageHost>>, Error> {
    let Some(service) = &call.settings().image_host else { return Ok(None) };
    hosts.open(&service.name, &service.params).map_err(refusal)
}

/// Keeps a file and its record; without the record the file would be lost.
fn keep(
    images: &Images,
    host: &dyn ImageHost,
    file: &SentFile,
    kind: ImageKind,
    moment: &Moment,
) -> Result<Result<Image, HostError>, Failure> {
    let name = Title::of_file(&nfc(&file.name));
    let stored = host.store(&ImageFile { name: &name, kind, content: &file.content }, moment);
    let stored = match stored {
        Ok(stored) => stored,
        Err(error) => return expected(error),
    };
    let new = NewImage {
        name,
        url: stored.url,
        size: Size::of_bytes(file.content.len() as u64),
        media_type: kind.media_type().to_owned(),
        removal: stored.removal,
    };
    let recorded = images.add(&new, moment.at);
    if recorded.is_err() && host.delete(&new.removal, moment.at).is_err() {
        tracing::warn!(url = new.url.as_str(), "an image without a record stays with its host");
    }
    Ok(Ok(recorded?))
}

/// What the owner is told; what only the operator may know becomes a failure.
fn expected<T>(error: HostError) -> Result<Result<T, HostError>, Failure> {
    match error {
        HostError::Files(_) => Err(error.into()),
        error => {
            tracing::warn!(reason = %error, "the image host did not do it");
            Ok(Err(error))
        }
    }
}

fn refusal(error: HostError) -> Error {
    Error::refused(match error {
        HostError::Unsupported(name) => Message::HostUnsupported(name),
        HostError::Parameter(name) => Message::ParamInvalid(format!("{PARAMETER}.{name}").into()),
        HostError::Refused(said) => Message::HostFailed(said),
        HostError::Elsewhere => Message::HostElsewhere,
        _ => return Error::internal(),
    })
}

fn is_yes(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    ["true", "1", "yes", "on"].contains(&text.as_str())
}

fn view(call: &Call, image: &Image) -> ImageView {
    let date = image.id.second().map(|second| call.local_time(second));
    ImageView {
        date: date.unwrap_or_default(),
        name: image.name.as_str().to_owned(),
        size: image.size.to_string(),
        time: image.id.as_str().to_owned(),
        url: image.url.as_str().to_owned(),
    }
}
