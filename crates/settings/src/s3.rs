//! Where backups are uploaded to (contract cwd, 3.5 and 13).

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::{
    change::{limited, single_line},
    error::SettingError,
    key::{self, SECRET_MASK},
    stored::Stored,
};

const DEFAULT_REGION: &str = "auto";

/// Where backups are uploaded to; texts are empty when not set.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The address of the service.
    pub endpoint: String,
    /// Whom to sign as.
    pub access_key_id: String,
    /// What to sign with.
    pub secret_access_key: Option<SecretString>,
    /// Where objects go.
    pub bucket: String,
    /// The region; `auto` unless another is set.
    pub region: String,
}

impl Default for S3Settings {
    fn default() -> Self {
        Self::read(&BTreeMap::new())
    }
}

impl S3Settings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        Self::parse(Stored(stored).raw(key::S3))
    }

    fn parse(json: Option<&str>) -> Self {
        let config: Value =
            json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let text = |name| config.get(name).and_then(Value::as_str).map(single_line);
        let filled = |name| text(name).filter(|text| !text.is_empty());
        Self {
            endpoint: text("endpoint").unwrap_or_default(),
            access_key_id: text("accessKeyId").unwrap_or_default(),
            secret_access_key: filled("secretAccessKey").map(Into::into),
            bucket: text("bucket").unwrap_or_default(),
            region: filled("region").unwrap_or_else(|| DEFAULT_REGION.to_owned()),
        }
    }
}

/// What takes the place of [`S3Settings`]; nothing of them stays unless it is said again.
#[derive(Clone, Debug, Default)]
pub struct S3Patch {
    /// An address; blank for none.
    pub endpoint: String,
    /// A key id; blank for none.
    pub access_key_id: String,
    /// A key; `None` or blank for none, [`SECRET_MASK`](crate::SECRET_MASK) to leave it as it is.
    pub secret_access_key: Option<SecretString>,
    /// A bucket; blank for none.
    pub bucket: String,
    /// A region; blank for `auto`.
    pub region: String,
}

impl S3Patch {
    /// The value that takes the place of `before`.
    pub(crate) fn value(&self, before: Option<&str>) -> Result<String, SettingError> {
        let text = |text: &str| limited(key::S3, text).map(single_line);
        let given = self.secret_access_key.as_ref().map(ExposeSecret::expose_secret);
        let secret = match given {
            Some(SECRET_MASK) => S3Settings::parse(before)
                .secret_access_key
                .map_or_else(String::new, |kept| kept.expose_secret().to_owned()),
            given => text(given.unwrap_or_default())?,
        };
        let region = Some(text(&self.region)?).filter(|region| !region.is_empty());
        Ok(json!({
            "endpoint": text(&self.endpoint)?,
            "accessKeyId": text(&self.access_key_id)?,
            "secretAccessKey": secret,
            "bucket": text(&self.bucket)?,
            "region": region.as_deref().unwrap_or(DEFAULT_REGION),
        })
        .to_string())
    }
}
