//! Readers, commenters and the owner, who go on while servers die, and remember what they were told.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, Scope},
    time::{Duration, Instant},
};

use anyhow::bail;
use serde_json::{Value, json};

use super::client::Client;

/// The page that everybody likes and visits.
pub(crate) const BUSY_PAGE: &str = "/busy/";

/// How long clients rest between two requests: they are to be many, not to be a load.
const REST: Duration = Duration::from_millis(10);

/// How long all together may take to get on.
const PATIENCE: Duration = Duration::from_mins(1);

/// Who is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Reads a page of comments.
    Reader,
    /// Uses a session that was opened before.
    Panel,
    /// Uses an API token.
    Program,
    /// Writes a comment, and answers it as somebody else.
    Commenter,
    /// Likes a page, each time as another visitor.
    Liker,
    /// Visits a page.
    Visitor,
}

/// Everybody, some of them twice.
pub(crate) const CROWD: [Who; 8] = [
    Who::Reader,
    Who::Reader,
    Who::Panel,
    Who::Program,
    Who::Commenter,
    Who::Commenter,
    Who::Liker,
    Who::Visitor,
];

/// Tokens that work on every server.
pub(crate) struct Tokens {
    pub(crate) session: String,
    pub(crate) program: String,
}

/// What one kind of client was told.
#[derive(Default)]
pub(crate) struct Tally {
    answered: AtomicU64,
    failed: AtomicU64,
    /// Answers that say no, which is never right here.
    refused: Mutex<Vec<String>>,
}

impl Tally {
    /// Requests that were answered as they should be.
    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Requests of which nobody knows what became.
    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// What was said instead of what was expected.
    pub(crate) fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A crowd, its tallies, and what commenters know.
pub(crate) struct Traffic {
    url: String,
    tokens: Tokens,
    stopped: AtomicBool,
    tallies: [Tally; 6],
    /// Comments that were acknowledged, and the numbers that the server gave them.
    comments: Mutex<BTreeMap<String, u64>>,
    /// Comments that were sent and not acknowledged.
    doubtful: Mutex<BTreeSet<String>>,
    /// The addresses of those who were answered, as far as that was acknowledged.
    told: Mutex<BTreeSet<String>>,
}

impl Traffic {
    pub(crate) fn new(url: &str, tokens: Tokens) -> Self {
        Self {
            url: url.to_owned(),
            tokens,
            stopped: AtomicBool::new(false),
            tallies: Default::default(),
            comments: Mutex::default(),
            doubtful: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Lets the crowd go until [`stop`](Self::stop).
    pub(crate) fn start<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        for (number, who) in CROWD.into_iter().enumerate() {
            scope.spawn(move || {
                let client = Client::new(&self.url);
                for count in 0_u64.. {
                    if self.stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    self.act(who, &client, &format!("{number}-{count}"));
                    thread::sleep(REST);
                }
            });
        }
    }

    /// Tells the crowd to go home.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// What one kind of client was told.
    pub(crate) const fn tally(&self, who: Who) -> &Tally {
        &self.tallies[who as usize]
    }

    /// Waits until each kind has got `more` answers.
    pub(crate) fn wait_for(&self, more: u64) -> anyhow::Result<()> {
        let start = Instant::now();
        let goals = self.tallies.each_ref().map(|tally| tally.answered() + more);
        while self.tallies.iter().zip(goals).any(|(tally, goal)| tally.answered() < goal) {
            if start.elapsed() > PATIENCE {
                bail!("clients do not get on");
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// The acknowledged comments, and their numbers.
    pub(crate) fn comments(&self) -> BTreeMap<String, u64> {
        self.comments.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The names of comments that may be there or not.
    pub(crate) fn doubtful(&self) -> BTreeSet<String> {
        self.doubtful.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The addresses that must get a mail.
    pub(crate) fn told(&self) -> BTreeSet<String> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn act(&self, who: Who, client: &Client, name: &str) {
        let page = json!({ "postSlug": BUSY_PAGE, "postUrl": "https://blog.example/busy/" });
        let bearer = |token: &str| format!("Bearer {token}");
        match who {
            Who::Reader => {
                let path = format!("/api/comments?post_slug={BUSY_PAGE}");
                self.note(who, client.get(&path, &[]));
            }
            Who::Panel => {
                let session = bearer(&self.tokens.session);
                let headers = [("authorization", &*session)];
                self.note(who, client.get("/admin/settings/comments", &headers));
            }
            Who::Program => {
                let token = bearer(&self.tokens.program);
                let headers = [("authorization", &*token)];
                self.note(who, client.get("/api/inkstone/outbox?limit=1", &headers));
            }
            Who::Commenter => self.converse(client, name),
            Who::Liker => {
                self.note(who, client.post("/api/like", &[("x-cwd-like-user", name)], &page));
            }
            Who::Visitor => {
                self.note(who, client.post("/api/analytics/visit", &[], &page));
            }
        }
    }

    /// A question, and an answer that has to be mailed to whoever asked.
    fn converse(&self, client: &Client, name: &str) {
        let asker = address(name);
        let Some(question) = self.submit(client, &format!("q{name}"), &asker, None) else { return };
        let answered =
            self.submit(client, &format!("a{name}"), "other@mail.example", Some(question));
        if answered.is_some() {
            self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(asker);
        }
    }

    fn submit(&self, client: &Client, name: &str, email: &str, parent: Option<u64>) -> Option<u64> {
        let comment = json!({
            "post_slug": BUSY_PAGE,
            "post_url": "https://blog.example/busy/",
            "name": name,
            "email": email,
            "content": format!("What {name} has to say."),
            "parent_id": parent,
        });
        let answer = self.note(Who::Commenter, client.post("/api/comments", &[], &comment));
        let Some(answer) = answer else {
            self.doubtful.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
            return None;
        };
        let id = answer["id"].as_u64()?;
        let mut comments = self.comments.lock().unwrap_or_else(PoisonError::into_inner);
        comments.insert(name.to_owned(), id);
        Some(id)
    }

    /// Counts an answer; its body, when it says yes. What the balancer answers when a server has
    /// died under a request (5xx) leaves open whether that was carried out.
    fn note(&self, who: Who, answer: anyhow::Result<super::client::Answer>) -> Option<Value> {
        let tally = self.tally(who);
        match answer {
            Ok(answer) if answer.status == 200 => {
                tally.answered.fetch_add(1, Ordering::Relaxed);
                Some(answer.body)
            }
            Ok(answer) if answer.status < 500 => {
                let mut refused = tally.refused.lock().unwrap_or_else(PoisonError::into_inner);
                refused.push(format!("{} {}", answer.status, answer.body));
                None
            }
            Ok(_) | Err(_) => {
                tally.failed.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }
}

fn address(name: &str) -> String {
    format!("asker{name}@mail.example")
}
