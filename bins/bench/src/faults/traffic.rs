//! Readers and writers, and what was answered to them.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use ureq::Agent;

use super::row::{Kept, Seen};

const PAGE: &str = "/faults/";

/// No answer takes longer than this, or the server has wedged.
const TIMEOUT: Duration = Duration::from_mins(1);

/// How many clients there are, and how long each waits before its next request.
#[derive(Clone, Copy)]
pub(crate) struct Clients {
    pub(crate) writers: usize,
    pub(crate) readers: usize,
    pub(crate) pause: Duration,
}

impl Default for Clients {
    fn default() -> Self {
        Self { writers: 4, readers: 4, pause: Duration::from_millis(10) }
    }
}

/// Clients at work; they stop when this is dropped.
pub(crate) struct Traffic {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    url: String,
    stopped: AtomicBool,
    answers: Mutex<Vec<Answered>>,
    acknowledged: Mutex<Acknowledged>,
}

struct Answered {
    kind: &'static str,
    /// 0 when the connection broke.
    status: u16,
    started: Instant,
    ended: Instant,
}

/// Writes whose answers said that they are kept.
#[derive(Default)]
struct Acknowledged {
    comments: BTreeSet<String>,
    likes: BTreeSet<String>,
}

impl Traffic {
    /// Sets clients to work on the server at `url`.
    pub(crate) fn start(url: &str, clients: Clients) -> Self {
        let shared = Arc::new(Shared { url: url.to_owned(), ..Shared::default() });
        let spawn = |work: fn(&Shared, usize, Duration), number| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared, number, clients.pause))
        };
        let writers = (0..clients.writers).map(|number| spawn(Shared::write, number));
        let readers = (0..clients.readers).map(|number| spawn(Shared::read, number));
        let threads = writers.chain(readers).collect();
        Self { shared, threads }
    }

    /// How many writes have been acknowledged so far.
    pub(crate) fn acknowledged(&self) -> usize {
        let acknowledged = lock(&self.shared.acknowledged);
        acknowledged.comments.len() + acknowledged.likes.len()
    }

    /// How many comments are among them.
    pub(crate) fn comments(&self) -> usize {
        lock(&self.shared.acknowledged).comments.len()
    }

    /// What was answered to requests that were under way at some time between these two.
    pub(crate) fn between(&self, from: Instant, until: Instant) -> Seen {
        let mut seen = Seen::default();
        for answer in lock(&self.shared.answers).iter() {
            if answer.ended >= from && answer.started <= until {
                seen.add(answer.kind, answer.status, answer.ended - answer.started);
            }
        }
        seen
    }

    /// Lets everybody finish.
    pub(crate) fn stop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A client that panicked has told so on the terminal.
            let _ = thread.join();
        }
    }

    /// Whether everything that was acknowledged is there.
    pub(crate) fn check(&self) -> anyhow::Result<Kept> {
        let agent = agent(TIMEOUT);
        let acknowledged = lock(&self.shared.acknowledged);
        let comments = comments(&agent, &self.shared.url)?;
        let mut lost = acknowledged.comments.difference(&comments).count();
        for user in &acknowledged.likes {
            let url = format!("{}/api/like?post_slug={PAGE}", self.shared.url);
            let mut answer = agent.get(url).header("x-cwd-like-user", user).call()?;
            let like: Value = answer.body_mut().read_json()?;
            lost += usize::from(like["liked"] != true);
        }
        Ok(Kept { acknowledged: acknowledged.comments.len() + acknowledged.likes.len(), lost })
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn write(&self, client: usize, pause: Duration) {
        let agent = agent(TIMEOUT);
        for number in 0.. {
            let name = format!("{client}-{number}");
            let status = self.measured("writes", || submit(&agent, &self.url, PAGE, &name));
            if status == 200 {
                lock(&self.acknowledged).comments.insert(name.clone());
            }
            if self.rests(pause) {
                return;
            }
            if self.measured("writes", || like(&agent, &self.url, &name)) == 200 {
                lock(&self.acknowledged).likes.insert(name);
            }
            if self.rests(pause) {
                return;
            }
        }
    }

    /// The list that everybody reads, and a number that is never cached.
    fn read(&self, _: usize, pause: Duration) {
        let agent = agent(TIMEOUT);
        let paths = ["/api/comments?nested=true&post_slug=", "/api/like?post_slug="];
        for path in paths.iter().cycle() {
            let url = format!("{}{path}{PAGE}", self.url);
            self.measured("reads", || status(agent.get(&url).call()));
            if self.rests(pause) {
                return;
            }
        }
    }

    fn measured(&self, kind: &'static str, request: impl FnOnce() -> u16) -> u16 {
        let started = Instant::now();
        let status = request();
        lock(&self.answers).push(Answered { kind, status, started, ended: Instant::now() });
        status
    }

    /// Waits before the next request; whether there is to be none.
    fn rests(&self, pause: Duration) -> bool {
        thread::sleep(pause);
        self.stopped.load(Ordering::Relaxed)
    }
}

/// An HTTP client to whom every status is an answer.
pub(crate) fn agent(timeout: Duration) -> Agent {
    let config = Agent::config_builder().http_status_as_error(false);
    config.timeout_global(Some(timeout)).build().into()
}

/// Submits a comment; the status, or 0 when the connection broke.
pub(crate) fn submit(agent: &Agent, url: &str, page: &str, content: &str) -> u16 {
    let comment = json!({
        "post_slug": page,
        "name": "Reader",
        "email": "reader@example.org",
        "content": content,
    });
    status(agent.post(format!("{url}/api/comments")).send_json(&comment))
}

fn like(agent: &Agent, url: &str, user: &str) -> u16 {
    let request = agent.post(format!("{url}/api/like")).header("x-cwd-like-user", user);
    status(request.send_json(json!({ "postSlug": PAGE })))
}

/// The head alone is no answer: the connection may break in the middle of the body.
fn status(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> u16 {
    let whole = answer.and_then(|mut answer| {
        let status = answer.status().as_u16();
        answer.body_mut().read_to_vec().map(|_| status)
    });
    whole.unwrap_or(0)
}

/// The texts of all comments on the page.
fn comments(agent: &Agent, url: &str) -> anyhow::Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for page in 1.. {
        let query = format!("post_slug={PAGE}&nested=false&limit=50&page={page}");
        let mut answer = agent.get(format!("{url}/api/comments?{query}")).call()?;
        ensure!(answer.status() == 200, "the list answers {}", answer.status());
        let list: Value = answer.body_mut().read_json()?;
        let slice = list["data"].as_array().context("a list of comments")?;
        if slice.is_empty() {
            break;
        }
        let text = |comment: &Value| comment["contentText"].as_str().map(str::to_owned);
        texts.extend(slice.iter().filter_map(text));
    }
    Ok(texts)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
