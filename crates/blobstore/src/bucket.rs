//! A bucket, and what can be done with it.

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use inkstone_vocab::Timestamp;
use rusty_s3::actions::list_objects_v2::ListObjectsContent;
use rusty_s3::actions::{ListObjectsV2, S3Action};
use rusty_s3::{Bucket, Credentials, UrlStyle};
use secrecy::{ExposeSecret as _, SecretString};
use ureq::Agent;
use ureq::http::header;
use url::Url;

use crate::client::{Limits, agent, send, text};
use crate::error::BlobError;

/// How long a signature is good for: clocks differ, and uploads begin at once.
const SIGNED_FOR: Duration = Duration::from_mins(15);

/// The most bytes of a key (S3's own limit).
const MAX_KEY_BYTES: usize = 1024;

/// Where a bucket is, and who may use it.
#[derive(Clone, Debug)]
pub struct S3Config {
    /// The address of the service; a path in it is kept.
    pub endpoint: Url,
    /// The name of the bucket.
    pub bucket: String,
    /// The region that signatures name; `auto` where there are none.
    pub region: String,
    /// Whom to sign as.
    pub access_key_id: String,
    /// What to sign with.
    pub secret_access_key: SecretString,
}

/// A bucket. Every call is one request, or one for each thousand objects listed, and blocks.
#[derive(Clone)]
pub struct S3Bucket {
    bucket: Bucket,
    credentials: Credentials,
    agent: Agent,
    limits: Limits,
}

/// An object, as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Object {
    /// Its key.
    pub key: String,
    /// Its size.
    pub bytes: u64,
    /// When it was stored.
    pub modified: Timestamp,
}

/// An object on its way here.
pub struct Download {
    /// Its size, when the service said it.
    pub bytes: Option<u64>,
    reader: Box<dyn Read + Send>,
}

impl S3Bucket {
    /// The bucket that `config` names; nothing is sent yet.
    pub fn new(config: &S3Config, limits: &Limits) -> Result<Self, BlobError> {
        let [name, region] = [&config.bucket, &config.region].map(Clone::clone);
        let endpoint = &config.endpoint;
        // Credentials in an address would be left out, unnoticed.
        let is_plain = endpoint.username().is_empty() && endpoint.password().is_none();
        if !is_plain || name.is_empty() || is_relative(&name) {
            return Err(BlobError::Endpoint);
        }
        let bucket = Bucket::new(endpoint.clone(), UrlStyle::Path, name, region)
            .map_err(|_| BlobError::Endpoint)?;
        let secret = config.secret_access_key.expose_secret();
        let credentials = Credentials::new(config.access_key_id.clone(), secret);
        Ok(Self { bucket, credentials, agent: agent(limits), limits: limits.clone() })
    }

    /// Stores `content` under `key`, in place of what was there.
    pub fn put(
        &self,
        key: &str,
        content_type: &str,
        content: &[u8],
        now: Timestamp,
    ) -> Result<(), BlobError> {
        let mut action = self.bucket.put_object(Some(&self.credentials), checked(key)?);
        action.headers_mut().insert("content-type", content_type);
        let url = signed(&action, now);
        send(&self.agent, "PUT", &url, Some(content_type), content).map(drop)
    }

    /// Fetches what is stored under `key`.
    pub fn get(&self, key: &str, now: Timestamp) -> Result<Download, BlobError> {
        let action = self.bucket.get_object(Some(&self.credentials), checked(key)?);
        let response = send(&self.agent, "GET", &signed(&action, now), None, ())?;
        let announced = response.headers().get(header::CONTENT_LENGTH);
        let bytes = announced.and_then(|bytes| bytes.to_str().ok()?.parse::<u64>().ok());
        let limit = self.limits.object_bytes;
        if bytes.is_some_and(|bytes| bytes > limit) {
            return Err(BlobError::TooLarge);
        }
        // One byte over the limit is an error of the reader.
        let reader = Box::new(response.into_body().into_with_config().limit(limit).reader());
        Ok(Download { bytes, reader })
    }

    /// The objects whose keys begin with `prefix`, in the order of their keys.
    pub fn list(&self, prefix: &str, now: Timestamp) -> Result<Vec<S3Object>, BlobError> {
        let mut objects = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
            action.with_prefix(prefix);
            if let Some(token) = &token {
                action.with_continuation_token(token.as_str());
            }
            let response = send(&self.agent, "GET", &signed(&action, now), None, ())?;
            let xml = text(response.into_body(), self.limits.list_bytes)?;
            let page = ListObjectsV2::parse_response(&xml)
                .map_err(|_| BlobError::Malformed("it is no list of objects"))?;
            let count = objects.len();
            for content in page.contents {
                objects.push(object(content, prefix)?);
            }
            if objects.len() > self.limits.list_objects {
                return Err(BlobError::TooLarge);
            }
            match page.next_continuation_token {
                // A page without objects, or one that follows itself, would go on forever.
                Some(next) if objects.len() > count && token.as_ref() != Some(&next) => {
                    token = Some(next);
                }
                Some(_) => return Err(BlobError::Malformed("the list does not end")),
                None => return Ok(objects),
            }
        }
    }

    /// Deletes what is stored under `key`; nothing being there is no failure.
    pub fn delete(&self, key: &str, now: Timestamp) -> Result<(), BlobError> {
        let action = self.bucket.delete_object(Some(&self.credentials), checked(key)?);
        match send(&self.agent, "DELETE", &signed(&action, now), None, ()) {
            Ok(_) | Err(BlobError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Names the bucket and where it is, and no credentials.
impl fmt::Debug for S3Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.bucket.base_url().as_str();
        formatter.debug_struct("S3Bucket").field("url", &url).finish_non_exhaustive()
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Download").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Fails when the object is larger than the limit, or does not arrive in time.
impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

fn signed<'a>(action: &impl S3Action<'a>, now: Timestamp) -> Url {
    let instant = jiff::Timestamp::from_millisecond(now.millis()).unwrap_or_default();
    action.sign_with_time(SIGNED_FOR, &instant)
}

/// The key, if its address is that of an object in the bucket.
fn checked(key: &str) -> Result<&str, BlobError> {
    let fits = (1..=MAX_KEY_BYTES).contains(&key.len());
    if fits && !key.split('/').any(is_relative) { Ok(key) } else { Err(BlobError::Key) }
}

/// Whether a segment of a path means another directory, be it encoded.
fn is_relative(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

/// An object of a list; those that do not begin with the prefix were not asked for.
fn object(content: ListObjectsContent, prefix: &str) -> Result<S3Object, BlobError> {
    if !content.key.starts_with(prefix) {
        return Err(BlobError::Malformed("it lists other objects"));
    }
    let Some(bytes) = content.size else {
        return Err(BlobError::Malformed("an object has no size"));
    };
    let modified = content.last_modified.as_deref().map(str::parse::<jiff::Timestamp>);
    let Some(Ok(modified)) = modified else {
        return Err(BlobError::Malformed("an object has no date"));
    };
    let modified = Timestamp::from_millis(modified.as_millisecond());
    Ok(S3Object { key: content.key, bytes, modified })
}
