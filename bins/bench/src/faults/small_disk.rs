//! A disk that is quickly full.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::PathBuf,
    process::Command,
};

use anyhow::ensure;

use super::cluster::{is_root, run};

/// A directory of its own size, in memory; gone when dropped.
pub(crate) struct SmallDisk {
    directory: PathBuf,
}

impl SmallDisk {
    /// Mounts `megabytes` at `directory`, which must not exist.
    pub(crate) fn mount(directory: PathBuf, megabytes: u32) -> anyhow::Result<Self> {
        ensure!(is_root(), "only root can mount a small disk");
        fs::create_dir(&directory)?;
        let size = format!("size={megabytes}m,mode=700");
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&directory))?;
        Ok(Self { directory })
    }

    /// Leaves no byte free.
    pub(crate) fn fill(&self) -> anyhow::Result<()> {
        let mut file = File::create(self.filler())?;
        let mut block: &[u8] = &[7; 4096];
        while !block.is_empty() {
            match file.write_all(block) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => {
                    block = &block[..block.len() / 2];
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Gives back what [`fill`](Self::fill) took.
    pub(crate) fn free(&self) -> anyhow::Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    fn filler(&self) -> PathBuf {
        self.directory.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may not have ended yet. What stays mounted is visible in `mount`.
        let _ = run(Command::new("umount").arg("--lazy").arg(&self.directory));
    }
}
