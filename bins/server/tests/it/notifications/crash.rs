//! Whatever moment the program is killed in, every message arrives, and none that the outbox
//! called sent arrives again (design, section 5).

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{SocketAddr, TcpStream},
    thread,
};

use inkstone_delivery::testing::{Act, Gate, ReceivedMail, SmtpBehaviour, SmtpStub, Stage};
use serde_json::{Value, json};

use super::support::{BOSS, OUTBOX, SAVED, post_to, smtp, wait_until};
use crate::{
    cwd::support::said,
    support::{Program, send},
};

const VARIABLES: [(&str, &str); 6] = [
    ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0"),
    ("INKSTONE__NOTIFICATIONS__LEASE_MS", "1000"),
    ("INKSTONE__NOTIFICATIONS__RETRY_MS", "10"),
    ("INKSTONE__NOTIFICATIONS__RETRY_MAX_MS", "10"),
    ("INKSTONE__NOTIFICATIONS__ATTEMPTS", "1000"),
    ("INKSTONE__SERVER__PUBLIC_URL", "https://talk.example"),
];

/// The moments of a conversation in which the program dies: just before the stub answers.
const MOMENTS: [Stage; 7] = [
    Stage::Greeting,
    Stage::Hello,
    Stage::Auth,
    Stage::Mail,
    Stage::Recipient,
    Stage::Data,
    Stage::Body,
];

const READERS: [(&str, &str); 2] = [("Ann", "ann@x.io"), ("Bob", "bob@x.io")];

/// A program that mails through a stub, and what is known of its messages.
struct Trial {
    program: Program,
    token: String,
    stub: SmtpStub,
    /// Comments that were accepted, of which mails must arrive: by recipient, in their order.
    expected: BTreeMap<&'static str, Vec<String>>,
    /// What the outbox called sent, and how often it had arrived by then.
    acknowledged: BTreeMap<String, usize>,
    /// Comments to be answered, of each reader.
    questions: Vec<i64>,
    comments: usize,
}

impl Trial {
    fn new() -> Self {
        let program = Program::new(&VARIABLES);
        let token = program.run(&["token", "create", "crash"]).stdout.trim().to_owned();
        let stub = SmtpStub::start();
        let mut trial = Self {
            program,
            token,
            stub,
            expected: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            questions: Vec::new(),
            comments: 0,
        };
        let serving = trial.program.serve();
        let address = serving.address.parse().unwrap();
        trial.put(address, "comments", &json!({ "adminEmail": BOSS }));
        trial.put(address, "email-notify", &json!({ "smtp": smtp(&trial.stub) }));
        for (name, email) in READERS {
            let title = trial.expect_mail(BOSS);
            let question = json!({ "name": name, "email": email, "post_title": title });
            trial.questions.push(post_to(address, question));
        }
        trial.wait_until_all_are_sent(address);
        assert_eq!(serving.stop("TERM").code, Some(0));
        trial
    }

    fn put(&self, address: SocketAddr, settings: &str, body: &Value) {
        let path = format!("/admin/settings/{settings}");
        let owner = [("authorization", self.token.as_str())];
        send(address, "PUT", &path, &owner, Some(&body.to_string())).expect(200, &said(SAVED));
    }

    /// The title of a page on which the next comment is written.
    fn expect_mail(&mut self, recipient: &'static str) -> String {
        self.comments += 1;
        let title = format!("n{}", self.comments);
        self.expected.entry(recipient).or_default().push(title.clone());
        title
    }

    /// One comment for the owner, and one answer to each reader.
    fn comment(&mut self, address: SocketAddr) {
        let title = self.expect_mail(BOSS);
        post_to(address, json!({ "post_title": title }));
        for ((_, email), question) in READERS.into_iter().zip(self.questions.clone()) {
            let title = self.expect_mail(email);
            let answer = json!({
                "name": "Cy", "email": "cy@x.io", "parent_id": question, "post_title": title,
            });
            post_to(address, answer);
        }
    }

    /// The titles of the mails in a state.
    fn titles(&self, address: SocketAddr, state: &str) -> Vec<String> {
        let path = format!("{OUTBOX}?channel=mail&limit=200&state={state}");
        let owner = [("authorization", self.token.as_str())];
        let answer = send(address, "GET", &path, &owner, None);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let list = answer.json();
        let messages = list["messages"].as_array().unwrap();
        assert_eq!(list["total"], messages.len(), "all on one page");
        messages.iter().map(|message| title(message["title"].as_str().unwrap())).collect()
    }

    /// Remembers what is sent by the word of the outbox. Mails that arrive from now on were not.
    fn note_what_is_sent(&mut self, address: SocketAddr) {
        for title in self.titles(address, "sent") {
            let arrived = self.arrivals(&title);
            assert!(arrived > 0, "{title} is called sent and did not arrive");
            let known = *self.acknowledged.entry(title.clone()).or_insert(arrived);
            assert_eq!(arrived, known, "{title} was sent again");
        }
    }

    fn arrivals(&self, wanted: &str) -> usize {
        self.stub.mails().iter().filter(|mail| title(&mail.subject()) == wanted).count()
    }

    fn wait_until_all_are_sent(&mut self, address: SocketAddr) {
        let all = self.comments;
        wait_until(|| (self.titles(address, "sent").len() == all).then_some(()));
        self.note_what_is_sent(address);
    }

    /// Starts the program on what earlier rounds have left, has it mail, and kills it when
    /// `moment` has come.
    fn round(&mut self, moment: impl FnOnce(&SmtpStub)) {
        let serving = self.program.serve();
        let address = serving.address.parse().unwrap();
        self.note_what_is_sent(address);
        self.comment(address);
        moment(&self.stub);
        self.note_what_is_sent(address);
        assert_eq!(serving.stop("KILL").code, None, "killed, not ended");
    }

    /// How often mails arrived, when everything has arrived.
    fn finish(mut self) -> usize {
        let serving = self.program.serve();
        let address = serving.address.parse().unwrap();
        self.note_what_is_sent(address);
        self.wait_until_all_are_sent(address);
        assert_eq!(serving.stop("TERM").code, Some(0));
        let mails = self.stub.mails();
        for (title, &arrived) in &self.acknowledged {
            assert_eq!(self.arrivals(title), arrived, "{title} was sent again");
        }
        for (recipient, titles) in &self.expected {
            assert_eq!(&first_arrivals(&mails, recipient), titles, "the order of {recipient}");
        }
        for copies in by_title(&mails).values() {
            let identities: BTreeSet<_> =
                copies.iter().map(|mail| mail.header("Message-ID")).collect();
            assert_eq!(identities.len(), 1, "copies are recognised: {copies:?}");
        }
        mails.len()
    }
}

fn title(subject: &str) -> String {
    subject.rsplit_once(" - ").map_or(subject, |(_, title)| title).to_owned()
}

/// What arrived at somebody, in the order of its first copies.
fn first_arrivals(mails: &[ReceivedMail], recipient: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let theirs = mails.iter().filter(|mail| mail.recipients == [recipient]);
    theirs.map(|mail| title(&mail.subject())).filter(|title| seen.insert(title.clone())).collect()
}

fn by_title(mails: &[ReceivedMail]) -> BTreeMap<String, Vec<&ReceivedMail>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for mail in mails {
        found.entry(title(&mail.subject())).or_default().push(mail);
    }
    found
}

#[test]
fn every_message_survives_twenty_kills() {
    let mut trial = Trial::new();
    let mut rounds = 0;
    for _ in 0..2 {
        // Between commit and the first word of a conversation, as likely as not.
        trial.round(|_| ());
        for moment in MOMENTS {
            let (reached, gate) = (trial.stub.reached(moment), Gate::new());
            trial.stub.then(SmtpBehaviour::At(moment, Act::Wait(gate.clone())));
            trial.round(|stub| stub.wait_for(moment, reached + 1));
            gate.open();
        }
        // A mail was accepted, and perhaps that is written down already.
        for further in 1..=2 {
            let arrived = trial.stub.mails().len();
            trial.round(|stub| drop(stub.wait_for_mails(arrived + further)));
        }
        rounds += 1 + MOMENTS.len() + 2;
    }
    assert_eq!(rounds, 20);
    let all = trial.comments;
    let arrived = trial.finish();
    assert!(arrived >= all, "{arrived} of {all}");
}

#[test]
fn a_polite_end_writes_down_what_was_on_its_way() {
    let mut trial = Trial::new();
    let serving = trial.program.serve();
    let address: SocketAddr = serving.address.parse().unwrap();
    let (reached, gate) = (trial.stub.reached(Stage::Body), Gate::new());
    trial.stub.always(SmtpBehaviour::At(Stage::Body, Act::Wait(gate.clone())));
    trial.comment(address);
    trial.stub.wait_for(Stage::Body, reached + READERS.len() + 1);
    let run = thread::scope(|scope| {
        let stopping = scope.spawn(|| serving.stop("TERM"));
        // It listens to nobody any more, and still waits for the mail server.
        wait_until(|| TcpStream::connect(address).is_err().then_some(()));
        gate.open();
        stopping.join().unwrap()
    });
    assert_eq!(run.code, Some(0));
    let all = trial.comments;
    assert_eq!(trial.stub.mails().len(), all);
    assert_eq!(trial.finish(), all, "none twice");
}
