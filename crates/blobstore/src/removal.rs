//! What is written down so that a file can be deleted one day.

use inkstone_media::Removal;
use serde::{Deserialize, Serialize};

/// How a file is deleted. It holds no secret: whoever deletes has the settings of the host.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub(crate) enum Recipe {
    /// From the directory.
    #[serde(rename = "本地存储")]
    Local {
        /// The name of the file.
        file: String,
    },
    /// From a bucket.
    #[serde(rename = "S3协议")]
    S3 {
        /// The address of the service.
        endpoint: String,
        /// The name of the bucket.
        bucket: String,
        /// The key of the object.
        key: String,
    },
    /// By asking the service.
    #[serde(rename = "远程API")]
    RemoteApi {
        /// The address to ask.
        url: String,
    },
}

impl Recipe {
    /// What `removal` says; `None` when somebody else wrote it.
    pub(crate) fn read(removal: &Removal) -> Option<Self> {
        serde_json::from_str(removal.as_str()).ok()
    }

    /// The recipe as it is kept; nothing when it is longer than what is kept.
    pub(crate) fn write(&self) -> Removal {
        let json = serde_json::to_string(self).unwrap_or_default();
        Removal::parse(&json).unwrap_or_default()
    }
}
