//! `GET /media/…`: the images that are kept on this machine.
//!
//! Whatever a file holds besides an image (scripts in its metadata, another document behind its
//! end), a browser takes it for nothing but the image: it is served as what its first bytes said,
//! guessing is forbidden, and a document made of it could neither run nor load anything.

use std::{fs, io, path::Path};

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Data},
};
use inkstone_blobstore::{FileName, ImageHosts};
use inkstone_vocab::{Fault, FaultKind};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{error::ApiError, inkstone::Format};
use crate::blocking::blocking;

/// What a document made of an image may do.
const POLICY: &str = "default-src 'none'; sandbox";

/// A name means one file for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What the path says.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Name {
    /// The file's name, as the list of images has it.
    #[schema(examples("0123456789abcdef0123456789abcdef.png"))]
    name: String,
}

/// `GET /media/{name}`.
pub(crate) async fn file(
    request: HttpRequest,
    name: web::Path<Name>,
    hosts: Data<ImageHosts>,
) -> Result<HttpResponse, ApiError<Format>> {
    let name = FileName::parse(&name.name).ok_or(MediaError::NotFound)?;
    let path = hosts.directory.path_of(&name);
    let file = blocking(move || open(&path)).await?;
    let kind = name.kind().media_type();
    let file = file.disable_content_disposition().prefer_utf8(false);
    let mut response = file.into_response(&request);
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, if is_there { FOR_EVER } else { "no-store" }),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Opens what we have put there: files, and no links to others.
fn open(path: &Path) -> Result<NamedFile, MediaError> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(MediaError::NotFound);
    }
    Ok(NamedFile::open(path)?)
}

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
enum MediaError {
    /// None has this name.
    #[error("there is no such image")]
    NotFound,
    /// It cannot be read.
    #[error("the image cannot be read")]
    Unreadable(#[source] io::Error),
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound,
            _ => Self::Unreadable(error),
        }
    }
}

impl Fault for MediaError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound => FaultKind::NotFound,
            Self::Unreadable(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "media_not_found",
            Self::Unreadable(_) => "media_unreadable",
        }
    }
}
