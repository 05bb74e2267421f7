//! Images in a bucket.

use inkstone_media::{HostError, ImageFile, ImageHost, ImageUrl, Moment, Removal, Stored};
use inkstone_vocab::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    bucket::{S3Bucket, S3Config},
    client::Limits,
    error::BlobError,
    key_pattern,
    params::Params,
    removal::Recipe,
};

/// What stands for itself in an address of an object.
const IN_ADDRESS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A bucket of any S3-compatible service.
pub(crate) struct S3Host {
    bucket: S3Bucket,
    endpoint: String,
    name: String,
    pattern: String,
    /// What stands before the key in the address of an image.
    base: String,
}

impl S3Host {
    /// `key_id`, `access_key`, `endpoint_url`, `bucket`, and where wanted `region`, `path` (a
    /// pattern) and `prev_url` (what stands before the key in addresses; the bucket's own address
    /// when it is empty).
    pub(crate) fn new(params: Params<'_>, limits: &Limits) -> Result<Self, HostError> {
        let endpoint = params.web_address("endpoint_url")?;
        let name = params.required("bucket")?.into_owned();
        let region = params.text("region")?;
        let config = S3Config {
            endpoint: endpoint.clone(),
            bucket: name.clone(),
            region: if region.is_empty() { "auto".to_owned() } else { region.into_owned() },
            access_key_id: params.required("key_id")?.into_owned(),
            secret_access_key: params.required("access_key")?.into_owned().into(),
        };
        let bucket =
            S3Bucket::new(&config, limits).map_err(|_| HostError::Parameter("endpoint_url"))?;
        let endpoint = endpoint.as_str().trim_end_matches('/').to_owned();
        let base = match params.text("prev_url")?.as_ref() {
            "" => format!("{endpoint}/{}", encoded(&name)),
            _ => params.web_address("prev_url")?.to_string(),
        };
        Ok(Self {
            bucket,
            endpoint,
            name,
            pattern: params.text("path")?.into_owned(),
            base: base.trim_end_matches('/').to_owned(),
        })
    }
}

impl ImageHost for S3Host {
    fn store(&self, file: &ImageFile<'_>, moment: &Moment) -> Result<Stored, HostError> {
        let key = key_pattern::key(&self.pattern, file, moment);
        let media_type = file.kind.media_type();
        self.bucket.put(&key, media_type, file.content, moment.at).map_err(refused)?;
        let url = ImageUrl::parse(&format!("{}/{}", self.base, encoded(&key)));
        Ok(Stored {
            url: url.ok_or(HostError::Parameter("prev_url"))?,
            removal: Recipe::S3 { endpoint: self.endpoint.clone(), bucket: self.name.clone(), key }
                .write(),
        })
    }

    fn delete(&self, removal: &Removal, now: Timestamp) -> Result<bool, HostError> {
        let Some(Recipe::S3 { endpoint, bucket, key }) = Recipe::read(removal) else {
            return Ok(false);
        };
        if (endpoint, bucket) != (self.endpoint.clone(), self.name.clone()) {
            return Err(HostError::Elsewhere);
        }
        self.bucket.delete(&key, now).map_err(refused)?;
        Ok(true)
    }
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, IN_ADDRESS).to_string()
}

fn refused(error: BlobError) -> HostError {
    match error {
        BlobError::Key => HostError::Parameter("path"),
        error => HostError::Refused(error.to_string()),
    }
}
