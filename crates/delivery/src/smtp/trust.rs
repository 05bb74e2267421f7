//! Whose certificates are believed.

use std::{fmt, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// Whose certificates are believed: those of the authorities that browsers know, and of any
/// further ones.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

/// Why certificates of further authorities cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no certificate in PEM form.
    #[error("no certificate in PEM form")]
    NoCertificate,
    /// There is something that only looks like a certificate.
    #[error("malformed certificate: {0}")]
    Malformed(String),
    /// The library that encrypts does not work.
    #[error("TLS is not available: {0}")]
    Unavailable(String),
}

impl Trust {
    /// Trust in the authorities that browsers know.
    pub fn public() -> Result<Self, TrustError> {
        Self::new(&public_roots())
    }

    /// The same, and trust in the authorities whose certificates `pem` holds.
    pub fn also(pem: &[u8]) -> Result<Self, TrustError> {
        let mut roots = public_roots();
        let known = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate =
                certificate.map_err(|error| TrustError::Malformed(error.to_string()))?;
            roots.add(certificate).map_err(|error| TrustError::Malformed(error.to_string()))?;
        }
        if roots.len() == known {
            return Err(TrustError::NoCertificate);
        }
        Self::new(&roots)
    }

    fn new(roots: &RootCertStore) -> Result<Self, TrustError> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError::Unavailable(error.to_string()))?
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Trust").finish_non_exhaustive()
    }
}

fn public_roots() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}
