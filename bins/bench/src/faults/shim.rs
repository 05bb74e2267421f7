//! Libraries that are loaded before all others, and change what the system does for a server.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Context as _;

use super::{
    cluster::{is_root, run},
    server::Variables,
};
use crate::process::Workplace;

/// A disk whose flushes take as long as it is told.
pub(crate) struct SlowDisk {
    shim: PathBuf,
    delay: PathBuf,
}

impl SlowDisk {
    /// Compiles the library.
    pub(crate) fn new(place: &Workplace) -> anyhow::Result<Self> {
        let (source, shim) = (place.path("slow_fsync.c"), place.path("slow_fsync.so"));
        fs::write(&source, include_str!("../../shim/slow_fsync.c"))?;
        let mut compiler = Command::new("cc");
        run(compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&shim).arg(&source))
            .context("install a C compiler (cc)")?;
        let disk = Self { shim, delay: place.path("fsync_delay") };
        disk.set(Duration::ZERO)?;
        Ok(disk)
    }

    /// How long every flush takes from now on.
    pub(crate) fn set(&self, delay: Duration) -> anyhow::Result<()> {
        replace(&self.delay, &delay.as_micros().to_string())
    }

    /// The variables of a server on this disk.
    pub(crate) fn variables(&self) -> Variables {
        vec![("LD_PRELOAD", text(&self.shim)), ("FSYNC_DELAY_FILE", text(&self.delay))]
    }
}

/// A clock that can jump, by libfaketime.
pub(crate) struct Clock {
    shim: PathBuf,
    offset: PathBuf,
}

impl Clock {
    /// Finds the library; as root on Debian it is installed.
    pub(crate) fn new(place: &Workplace) -> anyhow::Result<Self> {
        if libfaketime().is_none() && is_root() {
            let install = ["install", "-qq", "--no-install-recommends", "libfaketime"];
            run(Command::new("apt-get").args(install))?;
        }
        let shim = libfaketime().context("install libfaketime")?;
        let clock = Self { shim, offset: place.path("clock_offset") };
        clock.set(0)?;
        Ok(clock)
    }

    /// From now on it is `seconds` later than it really is.
    pub(crate) fn set(&self, seconds: i64) -> anyhow::Result<()> {
        replace(&self.offset, &format!("{seconds:+}"))
    }

    /// The variables of a server that looks at this clock.
    pub(crate) fn variables(&self) -> Variables {
        vec![
            ("LD_PRELOAD", text(&self.shim)),
            ("FAKETIME_TIMESTAMP_FILE", text(&self.offset)),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            // A clock that is set does not change how time passes.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ]
    }
}

fn libfaketime() -> Option<PathBuf> {
    let architectures = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut libraries = architectures.map(|found| found.path().join("faketime/libfaketimeMT.so.1"));
    libraries.find(|library| library.exists())
}

/// Nobody reads half a file.
fn replace(file: &Path, content: &str) -> anyhow::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, content)?;
    Ok(fs::rename(new, file)?)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
