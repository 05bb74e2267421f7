//! Which host is meant.

use inkstone_media::{HostError, ImageHost, Removal};
use inkstone_vocab::Timestamp;
use serde_json::{Map, Value};

use crate::{
    client::Limits, directory::Directory, params::Params, remote_api::RemoteApi, removal::Recipe,
    s3_host::S3Host,
};

/// The name of no host.
const OFF: &str = "关闭";

/// The ways to hosts of images, by the names that Qexo's panel has for them (contract qexo,
/// section 10).
#[derive(Clone, Debug)]
pub struct ImageHosts {
    /// The directory of this machine.
    pub directory: Directory,
    /// How long others may take.
    pub limits: Limits,
}

impl ImageHosts {
    /// The names of all: this machine's directory (`local` will do, too), a bucket, and a service
    /// over HTTP.
    pub const SUPPORTED: [&str; 3] = ["本地存储", "S3协议", "远程API"];

    /// The host of this name, as `params` say; `None` when it is switched off (`关闭`).
    pub fn open(
        &self,
        name: &str,
        params: &Map<String, Value>,
    ) -> Result<Option<Box<dyn ImageHost>>, HostError> {
        let params = Params(params);
        Ok(Some(match name.trim() {
            "" | OFF => return Ok(None),
            "本地存储" | "local" => Box::new(self.local(params)?),
            "S3协议" => Box::new(S3Host::new(params, &self.limits)?),
            "远程API" => Box::new(RemoteApi::new(params, &self.limits)?),
            other => return Err(HostError::Unsupported(other.chars().take(50).collect())),
        }))
    }

    /// Deletes what `removal` says; that it is gone already is no failure. `false` when it does
    /// not say how. What was kept elsewhere than here must be with the host that is set: it alone
    /// knows the keys.
    pub fn delete(
        &self,
        removal: &Removal,
        set: Option<&dyn ImageHost>,
        now: Timestamp,
    ) -> Result<bool, HostError> {
        match (Recipe::read(removal), set) {
            (None, _) => Ok(false),
            (Some(Recipe::Local { .. }), _) => self.directory.delete(removal, now),
            (Some(_), None) => Err(HostError::Elsewhere),
            // A host reads recipes of its own kind only.
            (Some(_), Some(host)) => {
                host.delete(removal, now)?.then_some(true).ok_or(HostError::Elsewhere)
            }
        }
    }

    /// The directory, shown below the owner's `custom_url` if there is one.
    fn local(&self, params: Params<'_>) -> Result<Directory, HostError> {
        if params.text("custom_url")?.is_empty() {
            return Ok(self.directory.clone());
        }
        let base = params.web_address("custom_url")?;
        Ok(self.directory.below(format!("{}/", base.as_str().trim_end_matches('/'))))
    }
}
