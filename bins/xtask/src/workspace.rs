//! What the rules look at: the packages of one `cargo metadata` call, and where the files are.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The checkout, as cargo understands it.
pub(crate) struct Workspace {
    /// The directory of the workspace manifest.
    pub(crate) root: PathBuf,
    /// Members and all their dependencies, every feature on, every platform.
    pub(crate) metadata: Metadata,
}

impl Workspace {
    /// Asks cargo about the workspace this program was built in. Needs no network: the lock file
    /// must be complete.
    pub(crate) fn load() -> anyhow::Result<Self> {
        let root = root()?;
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .features(cargo_metadata::CargoOpt::AllFeatures)
            .other_options(["--locked".to_owned()])
            .exec()
            .context("failed to run cargo metadata")?;
        Ok(Self { root, metadata })
    }

    /// The packages of this repository.
    pub(crate) fn members(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }
}

/// The directory of the workspace that this program was built in.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    Ok(root.context("this package lies two levels below the workspace")?.to_owned())
}
