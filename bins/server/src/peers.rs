//! What several servers on one database tell each other: what their caches have to forget.
//!
//! Changes are sent a moment after they were committed, many in one message. While the line to the
//! others is down, nobody can be sure to hear of changes: kept things then live a short time only,
//! and when it is back, everything is forgotten, here and elsewhere.

use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use inkstone_storage::{Backend, MAX_PEER_MESSAGE, PeerLink, Store};
use inkstone_vocab::RepositoryError;
use metrics::{Gauge, gauge};

/// How long changes are collected before they are sent, and how often it is looked for those of
/// others.
const ROUND: Duration = Duration::from_millis(20);

/// How long to wait before the line is tried again.
const REDIAL: Duration = Duration::from_secs(1);

/// How long anything is kept without hearing of it, though the line seems to be up.
const TRUST: Duration = Duration::from_mins(1);

/// A change that others have to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// What is known under this topic.
    Topic(String),
    /// The settings, and with them everything.
    Everything,
}

/// Tells the other servers what has changed, and whether they are heard.
#[derive(Clone, Debug)]
pub struct Peers(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    outgoing: Sender<Change>,
    linked: AtomicBool,
    /// Raised whenever the line comes or goes.
    links: AtomicU64,
    time_to_live: Duration,
    start: Instant,
}

/// The line to the other servers, not yet in use.
pub struct Line {
    store: Store,
    outgoing: Receiver<Change>,
    // It must not keep alive whose end it waits for.
    shared: Weak<Shared>,
}

impl Peers {
    /// Nobody else uses the database.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Whoever else uses `store`, and the line to them. Without the line, what they may have changed
    /// is kept for `time_to_live`.
    pub fn of(store: &Store, time_to_live: Duration) -> (Self, Option<Line>) {
        if store.backend() == Backend::Sqlite {
            return (Self::none(), None);
        }
        let (outgoing, changes) = mpsc::channel();
        let shared = Arc::new(Shared {
            outgoing,
            linked: AtomicBool::new(false),
            links: AtomicU64::new(0),
            time_to_live,
            start: Instant::now(),
        });
        let shared_with = Arc::downgrade(&shared);
        let line = Line { store: store.clone(), outgoing: changes, shared: shared_with };
        (Self(Some(shared)), Some(line))
    }

    /// Tells the others. Never blocks.
    pub fn tell(&self, change: Change) {
        if let Some(shared) = &self.0 {
            // Nobody takes it when the server is stopping.
            let _ = shared.outgoing.send(change);
        }
    }

    /// How long what was read may be kept without being told of changes; `None` for as long as
    /// one likes.
    pub fn time_to_live(&self) -> Option<Duration> {
        let shared = self.0.as_ref()?;
        Some(if shared.linked.load(Ordering::Acquire) { TRUST } else { shared.time_to_live })
    }

    /// The longest that [`time_to_live`](Self::time_to_live) ever says.
    pub fn longest_time_to_live(&self) -> Option<Duration> {
        self.0.as_ref().map(|shared| TRUST.max(shared.time_to_live))
    }

    /// A number that is another one when what was kept under the former may no longer be served.
    pub fn period(&self) -> u64 {
        let Some(shared) = &self.0 else { return 0 };
        let links = shared.links.load(Ordering::Acquire);
        if shared.linked.load(Ordering::Acquire) {
            return links;
        }
        let rounds = shared.start.elapsed().as_millis() / shared.time_to_live.as_millis().max(1);
        // Periods of different outages lie far apart.
        (links << 40).wrapping_add(u64::try_from(rounds).unwrap_or(u64::MAX))
    }
}

impl Line {
    /// Listens and speaks on a thread of its own for as long as the [`Peers`] live; `forget` is
    /// what others have changed.
    pub fn start(self, forget: impl Fn(&Change) + Send + 'static) -> io::Result<()> {
        let linked = gauge!("inkstone_peers_linked");
        let spawned = thread::Builder::new()
            .name("peers".to_owned())
            .spawn(move || self.run(&forget, &linked));
        spawned.map(drop)
    }

    fn run(self, forget: &dyn Fn(&Change), gauge: &Gauge) {
        let Self { store, outgoing, shared } = self;
        let set = |linked: bool| {
            if let Some(shared) = shared.upgrade() {
                shared.linked.store(linked, Ordering::Release);
                shared.links.fetch_add(1, Ordering::AcqRel);
                gauge.set(if linked { 1.0 } else { 0.0 });
            }
        };
        loop {
            match store.link_peers() {
                Ok(Some(mut link)) => {
                    // Both sides may have missed something.
                    forget(&Change::Everything);
                    set(true);
                    let ended = converse(&mut link, &outgoing, forget);
                    set(false);
                    let Err(error) = ended else { return };
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "line to the other servers lost"
                    );
                }
                Ok(None) => return,
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "no line to the other servers"
                ),
            }
            if !wait(&outgoing) {
                return;
            }
        }
    }
}

/// Sends and receives until the line is dead, or nobody is left to speak for.
fn converse(
    link: &mut PeerLink,
    outgoing: &Receiver<Change>,
    forget: &dyn Fn(&Change),
) -> Result<(), RepositoryError> {
    link.send(&encode(&Change::Everything))?;
    loop {
        let first = match outgoing.recv_timeout(ROUND) {
            Ok(change) => Some(change),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        for message in messages(first.into_iter().chain(outgoing.try_iter())) {
            link.send(&message)?;
        }
        for message in link.receive()? {
            message.lines().map(decode).for_each(|change| forget(&change));
        }
    }
}

/// Lets time pass before the line is tried again; whether there is still anybody to speak for.
/// What they say meanwhile is covered by what is sent first on the new line.
fn wait(outgoing: &Receiver<Change>) -> bool {
    let end = Instant::now() + REDIAL;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        if outgoing.recv_timeout(left) == Err(RecvTimeoutError::Disconnected) {
            return false;
        }
    }
    true
}

/// The changes as few messages, each within the limit, a line for every change.
fn messages(changes: impl Iterator<Item = Change>) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for line in changes.map(|change| encode(&change)) {
        match messages.last_mut() {
            Some(last) if last.lines().any(|known| known == line) => {}
            Some(last) if last.len() + 1 + line.len() <= MAX_PEER_MESSAGE => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => messages.push(line),
        }
    }
    messages
}

/// A topic as a line of its own; one that is too long, or is no line, stands for everything.
fn encode(change: &Change) -> String {
    match change {
        Change::Topic(topic) if topic.len() < MAX_PEER_MESSAGE && !topic.contains(['\n', '\r']) => {
            format!("={topic}")
        }
        Change::Topic(_) | Change::Everything => "*".to_owned(),
    }
}

fn decode(line: &str) -> Change {
    match line.strip_prefix('=') {
        Some(topic) => Change::Topic(topic.to_owned()),
        // What a newer version may say is safest taken for everything.
        None => Change::Everything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(text: &str) -> Change {
        Change::Topic(text.to_owned())
    }

    #[test]
    fn changes_travel_together_and_arrive_as_they_were() {
        let changes = [topic("/a"), topic(""), topic("/文 b"), topic("/a"), Change::Everything];
        let messages = messages(changes.into_iter());
        let [message] = &*messages else { panic!("{messages:?}") };
        let arrived: Vec<_> = message.lines().map(decode).collect();
        assert_eq!(arrived, [topic("/a"), topic(""), topic("/文 b"), Change::Everything]);
    }

    #[test]
    fn messages_are_bounded() {
        let long = "x".repeat(MAX_PEER_MESSAGE / 2);
        let changes = ["a", "b", "c"].map(|end| topic(&format!("{long}{end}")));
        let messages = messages(changes.into_iter());
        assert_eq!(messages.len(), 3);
        assert!(messages.iter().all(|message| message.len() <= MAX_PEER_MESSAGE));
    }

    #[test]
    fn what_cannot_be_said_is_everything() {
        for odd in ["x".repeat(MAX_PEER_MESSAGE), "a\nb".to_owned(), "a\rb".to_owned()] {
            assert_eq!(decode(&encode(&topic(&odd))), Change::Everything);
        }
        assert_eq!(decode("?new"), Change::Everything);
    }

    #[test]
    fn without_peers_nothing_ages() {
        let peers = Peers::none();
        peers.tell(Change::Everything);
        assert_eq!((peers.period(), peers.time_to_live()), (0, None));
    }
}
