//! SHA-256, as text.

use sha2::{Digest as _, Sha256};

/// The digest of all `parts` together, in hexadecimal.
pub(crate) fn sha256<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    base16ct::lower::encode_string(&digest.finalize())
}
