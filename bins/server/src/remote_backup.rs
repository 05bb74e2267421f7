//! Backups in the owner's S3 bucket.

use inkstone_blobstore::{BlobError, Limits, S3Bucket, S3Config};
use inkstone_settings::S3Settings;
use inkstone_vocab::{Day, Fault, FaultKind, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{config, failure::Failure};

/// What all keys begin with.
pub const PREFIX: &str = "cwd-backup-";

/// What the operator decided about them.
#[derive(Debug)]
pub struct RemoteBackups {
    /// How long the service may take.
    pub limits: Limits,
    /// Whether what is uploaded holds secrets.
    pub with_secrets: bool,
    uploads: Semaphore,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteBackupError {
    /// The owner has not said where.
    #[error("the S3 settings are incomplete")]
    Unconfigured,
    /// The service, or the way there. Whatever it is, those who asked cannot mend it.
    #[error("S3 request failed")]
    Failed(#[from] BlobError),
}

impl Fault for RemoteBackupError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Unconfigured => FaultKind::Invalid,
            Self::Failed(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unconfigured => "s3_unconfigured",
            Self::Failed(error) => error.code(),
        }
    }
}

impl RemoteBackups {
    /// As configured.
    pub fn new(config: &config::Backup) -> Self {
        Self {
            limits: Limits::default(),
            with_secrets: config.upload_secrets,
            uploads: Semaphore::new(1),
        }
    }

    /// Waits until nobody else uploads: a backup takes as much memory as it is large.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Failure> {
        // It is never closed.
        self.uploads.acquire().await.map_err(|_| Failure::panicked())
    }

    /// The bucket that the owner has configured.
    pub fn bucket(&self, settings: &S3Settings) -> Result<S3Bucket, RemoteBackupError> {
        let S3Settings { endpoint, access_key_id, secret_access_key, bucket, region } = settings;
        let secret_access_key = secret_access_key.clone().ok_or(RemoteBackupError::Unconfigured)?;
        if [endpoint, access_key_id, bucket].iter().any(|text| text.is_empty()) {
            return Err(RemoteBackupError::Unconfigured);
        }
        let config = S3Config {
            endpoint: endpoint.parse().map_err(|_| BlobError::Endpoint)?,
            bucket: bucket.clone(),
            region: region.clone(),
            access_key_id: access_key_id.clone(),
            secret_access_key,
        };
        Ok(S3Bucket::new(&config, &self.limits)?)
    }
}

/// The key of a backup made at this instant (contract cwd, 13).
pub fn key(at: Timestamp) -> String {
    let day: Day = at.day();
    format!("{PREFIX}{day}-{}.json", at.millis())
}

/// Whether a key is one that a backup may have: no other object of the bucket is touched.
pub fn is_key(key: &str) -> bool {
    let inner = key.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(".json"));
    inner.is_some_and(|inner| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !inner.is_empty() && inner.bytes().all(is_plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_backups() {
        let made = key(Timestamp::from_millis(1_795_248_000_123));
        assert_eq!(made, "cwd-backup-2026-11-21-1795248000123.json");
        for good in [made.as_str(), "cwd-backup-a.json", "cwd-backup-..json", "cwd-backup-A_1.json"]
        {
            assert!(is_key(good), "{good}");
        }
        for bad in [
            "",
            "cwd-backup-.json",
            "cwd-backup-a.json ",
            "cwd-backup-a.json\n",
            "cwd-backup-a/b.json",
            "cwd-backup-a\"b.json",
            "cwd-backup-ü.json",
            "cwd-backup-a.JSON",
            "x/cwd-backup-a.json",
            "secrets.json",
        ] {
            assert!(!is_key(bad), "{bad:?}");
        }
    }
}
