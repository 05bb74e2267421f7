//! What was answered is kept, however the program ends (design, section 3).

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::mpsc::{self, Sender},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Program, send};

const VARIABLES: [(&str, &str); 3] = [
    ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0"),
    ("INKSTONE__LIMITS__LIKES_PER_MINUTE", "1000000"),
    ("INKSTONE__LIMITS__VISITS_PER_MINUTE", "1000000"),
];
const CLIENTS: usize = 6;
/// The program ends when it has answered so many writes, in the middle of others.
const ANSWERS: usize = 60;
/// The page that everybody writes to.
const PAGE: &str = "/crash";

/// Writes of all rounds: those that were begun, and those that were answered with success.
#[derive(Default)]
struct Ledger {
    sent: Writes,
    answered: Writes,
}

#[derive(Default)]
struct Writes {
    comments: BTreeSet<String>,
    likes: BTreeSet<String>,
    visits: u64,
}

/// One write; comments and likes can be recognised.
#[derive(Clone, Debug)]
enum Write {
    Comment(String),
    Like(String),
    Visit,
}

/// What a client does next, and what came of it.
enum Event {
    Sent(Write),
    Answered(Write),
}

#[test]
fn what_was_answered_survives_a_kill() {
    let program = Program::new(&VARIABLES);
    let mut ledger = Ledger::default();
    for round in 0..10 {
        let code = serve_until_enough(&program, round, &mut ledger, "KILL");
        assert_eq!(code, None, "killed, not ended");
    }
    check_after_restart(&program, &ledger);
}

#[test]
fn what_was_answered_survives_a_polite_end() {
    let program = Program::new(&VARIABLES);
    let mut ledger = Ledger::default();
    assert_eq!(serve_until_enough(&program, 0, &mut ledger, "TERM"), Some(0));
    check_after_restart(&program, &ledger);
}

fn check_after_restart(program: &Program, ledger: &Ledger) {
    let serving = program.serve();
    ledger.check(serving.address.parse().unwrap());
    let doctor = program.run(&["doctor"]);
    assert!(doctor.stdout.contains("ok    The database is intact."), "{doctor:?}");
    assert_eq!(serving.stop("TERM").code, Some(0));
}

/// Checks what earlier rounds have left, lets clients write until enough was answered, and ends
/// the program; its exit code.
fn serve_until_enough(
    program: &Program,
    round: usize,
    ledger: &mut Ledger,
    signal: &str,
) -> Option<i32> {
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    ledger.check(address);
    let (tell, events) = mpsc::channel();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let tell = tell.clone();
            scope.spawn(move || write(address, &format!("{round}-{client}"), &tell));
        }
        drop(tell);
        let mut answers = 0;
        while answers < ANSWERS {
            answers += ledger.record(events.recv().expect("the clients go on until the end"));
        }
        let code = serving.stop(signal).code;
        for event in events {
            ledger.record(event);
        }
        code
    })
}

/// Writes one thing after the other until nobody answers any more.
fn write(address: SocketAddr, client: &str, tell: &Sender<Event>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    for number in 0.. {
        let name = format!("{client}-{number}");
        for write in [Write::Comment(name.clone()), Write::Like(name.clone()), Write::Visit] {
            tell.send(Event::Sent(write.clone())).unwrap();
            let (path, body) = write.request();
            let mut request = agent.post(format!("http://{address}{path}"));
            if let Write::Like(visitor) = &write {
                request = request.header("x-cwd-like-user", visitor);
            }
            // The head alone is no answer: the connection may break in the middle of the body.
            let answer = request
                .send(body.to_string())
                .and_then(|answer| Ok((answer.status(), answer.into_body().read_to_string()?)));
            match answer {
                Ok((status, body)) => {
                    assert_eq!(status, 200, "{body}");
                    tell.send(Event::Answered(write)).unwrap();
                }
                Err(_) => return,
            }
        }
    }
}

impl Write {
    fn request(&self) -> (&'static str, Value) {
        match self {
            Self::Comment(name) => {
                let body = json!({
                    "post_slug": PAGE,
                    "name": "Ann",
                    "email": "a@x.io",
                    "content": name,
                });
                ("/api/comments", body)
            }
            Self::Like(_) => ("/api/like", json!({ "postSlug": PAGE })),
            Self::Visit => ("/api/analytics/visit", json!({ "postSlug": PAGE })),
        }
    }
}

impl Ledger {
    /// Whether the event was an answer: 0 or 1.
    fn record(&mut self, event: Event) -> usize {
        let (writes, write, answers) = match event {
            Event::Sent(write) => (&mut self.sent, write, 0),
            Event::Answered(write) => (&mut self.answered, write, 1),
        };
        match write {
            Write::Comment(name) => drop(writes.comments.insert(name)),
            Write::Like(name) => drop(writes.likes.insert(name)),
            Write::Visit => writes.visits += 1,
        }
        answers
    }

    /// Everything that was answered is there, and nothing that was not sent.
    fn check(&self, address: SocketAddr) {
        let comments = comments(address);
        let lost: Vec<_> = self.answered.comments.difference(&comments).collect();
        assert!(lost.is_empty(), "comments are lost: {lost:?}");
        assert!(comments.is_subset(&self.sent.comments), "comments out of nowhere");

        let views = get(address, &format!("/api/analytics/pv?post_slug={PAGE}"), &[]);
        let views = views["pv"].as_u64().unwrap();
        assert!((self.answered.visits..=self.sent.visits).contains(&views), "{views} visits");

        let mut total = 0;
        for name in &self.sent.likes {
            let like =
                get(address, &format!("/api/like?post_slug={PAGE}"), &[("x-cwd-like-user", name)]);
            let liked = like["liked"].as_bool().unwrap();
            assert!(liked || !self.answered.likes.contains(name), "the like of {name} is lost");
            total += u64::from(liked);
        }
        let likes = get(address, &format!("/api/like?post_slug={PAGE}"), &[]);
        assert_eq!(likes["totalLikes"], total, "likes out of nowhere");
    }
}

/// The texts of all comments on the page; that there are as many as the list says.
fn comments(address: SocketAddr) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for page in 1.. {
        let path = format!("/api/comments?post_slug={PAGE}&nested=false&limit=50&page={page}");
        let list = get(address, &path, &[]);
        let slice = list["data"].as_array().unwrap();
        texts.extend(slice.iter().map(|comment| comment["contentText"].as_str().unwrap().into()));
        if slice.is_empty() {
            assert_eq!(list["pagination"]["totalCount"], texts.len());
            break;
        }
    }
    texts
}

fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Value {
    let answer = send(address, "GET", path, headers, None);
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.bytes).unwrap()
}
