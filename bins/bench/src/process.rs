//! Programs that run beside the benchmark, and the directory they work in.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A directory that is empty at first and removed at the end. It lies below `target`, because
/// `/tmp` may be memory, where an fsync costs nothing.
pub(crate) struct Workplace {
    directory: PathBuf,
}

impl Workplace {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let directory = target().join(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&directory)?;
        Ok(Self { directory })
    }

    /// A path below this directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What is left lies in the build directory and harms nobody.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Cargo's build directory: this program lies one level below it.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.ancestors().nth(2).unwrap_or(Path::new("target")).to_owned()
}

/// A running program that listens on an address; it ends when this value does.
pub(crate) struct Process {
    child: Child,
    url: String,
    readiness: Duration,
}

impl Process {
    /// Starts `command` and waits until a GET of `path` on `address` succeeds.
    pub(crate) fn start(command: &mut Command, address: &str, path: &str) -> anyhow::Result<Self> {
        let started = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        let mut process =
            Self { child, url: format!("http://{address}"), readiness: Duration::ZERO };
        while ureq::get(process.url.clone() + path).call().is_err() {
            if let Some(status) = process.child.try_wait()? {
                bail!("{} ended early: {status}", command.get_program().display());
            }
            if started.elapsed() > PATIENCE {
                bail!("{} does not answer", command.get_program().display());
            }
            thread::sleep(Duration::from_millis(1));
        }
        process.readiness = started.elapsed();
        Ok(process)
    }

    /// The base address, without a trailing slash.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The time from the start to the first answer.
    pub(crate) fn readiness(&self) -> Duration {
        self.readiness
    }

    /// Resident memory in MB.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        resident(self.child.id(), "VmRSS:")
    }

    /// The seconds that processors have worked for it.
    pub(crate) fn busy(&self) -> f64 {
        busy(self.child.id()).unwrap_or_default()
    }

    /// Ends it at once (SIGKILL), whatever it is doing.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    pub(crate) fn stop(mut self) -> anyhow::Result<ExitStatus> {
        self.ask_to_stop()?;
        Ok(self.child.wait()?)
    }

    fn ask_to_stop(&self) -> anyhow::Result<()> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(asked.success(), "the process {} cannot be asked to stop", self.child.id());
        Ok(())
    }

    /// The most resident memory so far, in MB.
    pub(crate) fn peak(&self) -> anyhow::Result<f64> {
        resident(self.child.id(), "VmHWM:")
    }

    /// How many files it has open, connections among them.
    pub(crate) fn open_files(&self) -> anyhow::Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count())
    }
}

/// What a program took from its start to its end.
#[derive(Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Seconds by the clock.
    pub(crate) seconds: f64,
    /// Seconds of the processors.
    pub(crate) busy: f64,
    /// The most resident memory, in MB.
    pub(crate) memory: f64,
}

/// Runs `command` to its end.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<Usage> {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut usage = Usage::default();
    loop {
        // The kernel keeps the sums and the peak; what is added in the last milliseconds is missed.
        usage.memory = resident(child.id(), "VmHWM:").unwrap_or(usage.memory);
        usage.busy = busy(child.id()).unwrap_or(usage.busy);
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "{} failed: {status}", command.get_program().display());
            usage.seconds = started.elapsed().as_secs_f64();
            return Ok(usage);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The seconds that processors have worked for all processes of this name that run.
pub(crate) fn busy_by_name(name: &str) -> anyhow::Result<f64> {
    let mut seconds = 0.0;
    for entry in fs::read_dir("/proc")? {
        let Ok(process) = entry?.file_name().to_string_lossy().parse() else { continue };
        let found = fs::read_to_string(format!("/proc/{process}/comm"));
        if found.is_ok_and(|found| found.trim_end() == name) {
            seconds += busy(process).unwrap_or_default();
        }
    }
    Ok(seconds)
}

/// Makes sure that a program is there; as root it is installed from the distribution's package of
/// the same name.
pub(crate) fn ensure_installed(program: &str) -> anyhow::Result<()> {
    let installed = || Command::new(program).arg("-v").stdout(Stdio::null()).status().is_ok();
    if !installed() {
        let install = ["install", "-qy", "--no-install-recommends", program];
        Command::new("apt-get").args(install).stdout(Stdio::null()).status()?;
    }
    ensure!(installed(), "install {program}");
    Ok(())
}

/// The seconds that processors have worked for a process.
fn busy(process: u32) -> Option<f64> {
    // What USER_HZ is on Linux, everywhere.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks = |field: usize| rest.split_whitespace().nth(field)?.parse::<f64>().ok();
    let total = ticks(11)? + ticks(12)?;
    (total > 0.0).then_some(total / TICKS)
}

/// A size that the kernel knows of a process, in MB.
fn resident(process: u32, name: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let kilobytes: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next())
        .context("the process has no resident memory")?
        .parse()?;
    Ok(kilobytes / 1024.0)
}

impl Drop for Process {
    /// Asks politely, so that the next start finds a closed database.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        if self.ask_to_stop().is_err() {
            // It cannot be reached: nothing more to do than to wait.
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A loopback address that nobody listens on.
pub(crate) fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
