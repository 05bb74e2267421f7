//! The command that makes a site of its sources.

use std::{
    collections::VecDeque,
    env, fmt,
    io::{self, PipeReader, Read},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How long the output of a build that has ended is waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What builds a site, and within which limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildConfig {
    /// A command for the system's shell; it runs in the root of the blog.
    pub command: String,
    /// How long it may take; default 10 min. Then it is killed, with everything it started.
    pub limit: Duration,
    /// How many of the last bytes of its output are kept; default 256 KiB.
    pub log_bytes: usize,
}

impl BuildConfig {
    /// A build with the default limits.
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), limit: Duration::from_mins(10), log_bytes: 256 << 10 }
    }
}

/// A build that runs or ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// How far it got.
    pub state: BuildState,
    /// The end of what it said.
    pub output: String,
    /// How many bytes before that were dropped.
    pub dropped_bytes: u64,
}

/// How far a build got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildState {
    /// It runs.
    Running,
    /// It ended well.
    Succeeded,
    /// It ended with this code, or was ended by a signal.
    Failed(Option<i32>),
    /// It took too long and was killed.
    TimedOut,
    /// The shell could not be started.
    NotStarted,
}

/// Runs one build at a time. Requests during a build become one more build after it.
pub(super) struct Builder(Arc<Shared>);

struct Shared {
    config: BuildConfig,
    root: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: bool,
    again: bool,
    stopping: bool,
    /// The process group of the build, as long as it was not waited for.
    group: Option<Pid>,
    last: Option<BuildState>,
    /// How many builds there were.
    number: u64,
    log: Log,
}

/// The end of what a build says.
#[derive(Default)]
struct Log {
    bytes: VecDeque<u8>,
    dropped: u64,
}

impl Builder {
    pub(super) fn new(config: BuildConfig, root: PathBuf) -> Self {
        let (state, changed) = Default::default();
        Self(Arc::new(Shared { config, root, state, changed }))
    }

    /// Asks for a build that begins after this moment.
    pub(super) fn request(&self) {
        let mut state = self.0.state();
        if state.running {
            state.again = true;
            return;
        }
        state.running = true;
        state.last = Some(BuildState::Running);
        let shared = Arc::clone(&self.0);
        thread::spawn(move || shared.run_all());
    }

    pub(super) fn report(&self) -> Option<BuildReport> {
        let state = self.0.state();
        let (front, back) = state.log.bytes.as_slices();
        let output = String::from_utf8_lossy(&[front, back].concat()).into_owned();
        Some(BuildReport { state: state.last?, output, dropped_bytes: state.log.dropped })
    }

    pub(super) fn wait(&self, limit: Duration) -> bool {
        let state = self.0.state();
        let waited = self.0.changed.wait_timeout_while(state, limit, |state| state.running);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// Nobody would read its output, nor end it.
impl Drop for Builder {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.stopping = true;
        if let Some(group) = state.group {
            kill(group);
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Builder").finish_non_exhaustive()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run_all(self: &Arc<Self>) {
        loop {
            let outcome = self.run().unwrap_or(BuildState::NotStarted);
            let mut state = self.state();
            state.last = Some(outcome);
            if !std::mem::take(&mut state.again) || state.stopping {
                state.running = false;
                self.changed.notify_all();
                return;
            }
            state.last = Some(BuildState::Running);
        }
    }

    fn run(self: &Arc<Self>) -> io::Result<BuildState> {
        let (output, writer) = io::pipe()?;
        let (mut child, number) = {
            let mut state = self.state();
            state.log = Log::default();
            state.number += 1;
            if state.stopping {
                return Ok(BuildState::NotStarted);
            }
            let child = self.command(writer)?.spawn()?;
            state.group = group(&child);
            (child, state.number)
        };
        let (sender, all_read) = mpsc::channel();
        let shared = Arc::clone(self);
        thread::spawn(move || {
            shared.read(output, number);
            let _ = sender.send(());
        });
        let timed_out = self.watch(&child);
        // A daemon that the build left behind may hold the pipe for ever.
        let _ = all_read.recv_timeout(LAST_WORDS);
        let status = child.wait()?;
        Ok(if timed_out { BuildState::TimedOut } else { ended(status) })
    }

    fn command(&self, output: io::PipeWriter) -> io::Result<Command> {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(&self.config.command).current_dir(&self.root).process_group(0);
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        // Our settings may hold secrets, and are none of a build's business.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("INKSTONE") {
                command.env_remove(name);
            }
        }
        Ok(command)
    }

    /// Waits for the end of the build; whether it was killed because it took too long. Nothing of
    /// its process group is left afterwards.
    fn watch(&self, child: &Child) -> bool {
        let Some(group) = group(child) else { return false };
        let (sender, ended) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                // It stays a zombie, so that nobody else gets its number before we killed the rest.
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
                let _ = waitid(WaitId::Pid(group), options);
                let _ = sender.send(());
            });
            let timed_out = ended.recv_timeout(self.config.limit).is_err();
            kill(group);
            self.state().group = None;
            timed_out
        })
    }

    /// Keeps what the build of this number says, as long as there is no other.
    fn read(&self, mut output: PipeReader, number: u64) {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            let mut state = self.state();
            if state.number != number {
                return;
            }
            state.log.add(&buffer[..length], self.config.log_bytes);
        }
    }
}

impl Log {
    fn add(&mut self, bytes: &[u8], limit: usize) {
        self.bytes.extend(bytes);
        let excess = self.bytes.len().saturating_sub(limit);
        self.bytes.drain(..excess);
        self.dropped += excess as u64;
    }
}

fn group(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()).ok()?)
}

/// Kills all of a group; that there is nobody left is fine.
fn kill(group: Pid) {
    let _ = kill_process_group(group, Signal::KILL);
}

fn ended(status: ExitStatus) -> BuildState {
    if status.success() { BuildState::Succeeded } else { BuildState::Failed(status.code()) }
}
