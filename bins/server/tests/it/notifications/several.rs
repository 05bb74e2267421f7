//! Several servers on one PostgreSQL share the work: nothing is sent twice, nothing is forgotten.

use std::{collections::BTreeMap, net::SocketAddr};

use inkstone_delivery::testing::{
    Act, Gate, HttpStub, ReceivedMail, ReceivedRequest, SmtpBehaviour, SmtpStub, Stage,
};
use serde_json::{Value, json};

use super::support::{BOSS, CHAT, OUTBOX, SAVED, TOKEN, post_to, smtp, wait_until};
use crate::{
    cwd::support::{at_once, said},
    support::{PostgresSchema, Program, send},
};

const VARIABLES: [(&str, &str); 4] = [
    ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0"),
    ("INKSTONE__NOTIFICATIONS__RETRY_MS", "10"),
    ("INKSTONE__NOTIFICATIONS__RETRY_MAX_MS", "10"),
    ("INKSTONE__DATABASE__READ_CONNECTIONS", "4"),
];

/// What servers on one database share, and the owner's token.
struct Cluster {
    // Dropped before the schema that it uses.
    program: Program,
    token: String,
    mail: SmtpStub,
    telegram: HttpStub,
    _schema: PostgresSchema,
}

impl Cluster {
    fn new(lease_ms: u32) -> Self {
        let schema = PostgresSchema::create();
        let (mail, telegram) = (SmtpStub::start(), HttpStub::start());
        let program = Program::new(&VARIABLES)
            .with("INKSTONE__NOTIFICATIONS__LEASE_MS", lease_ms.to_string())
            .with("INKSTONE__DATABASE__URL", schema.address())
            .with("INKSTONE__TELEGRAM__API_URL", telegram.url());
        let token = program.run(&["token", "create", "cluster"]).stdout.trim().to_owned();
        let cluster = Self { program, token, mail, telegram, _schema: schema };
        let serving = cluster.program.serve();
        let address = serving.address.parse().unwrap();
        cluster.put(address, "comments", &json!({ "adminEmail": BOSS }));
        cluster.put(address, "email-notify", &json!({ "smtp": smtp(&cluster.mail) }));
        let bot = json!({ "botToken": TOKEN, "chatId": CHAT, "notifyEnabled": true });
        cluster.put(address, "telegram", &bot);
        assert_eq!(serving.stop("TERM").code, Some(0));
        cluster
    }

    fn put(&self, address: SocketAddr, settings: &str, body: &Value) {
        let path = format!("/admin/settings/{settings}");
        let owner = [("authorization", self.token.as_str())];
        send(address, "PUT", &path, &owner, Some(&body.to_string())).expect(200, &said(SAVED));
    }

    /// The messages in a state, newest first, and how many there are.
    fn outbox(&self, address: SocketAddr, query: &str) -> (Vec<Value>, usize) {
        let path = format!("{OUTBOX}?limit=200&{query}");
        let answer = send(address, "GET", &path, &[("authorization", &self.token)], None);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let list = answer.json();
        let total = list["total"].as_u64().unwrap().try_into().unwrap();
        (list["messages"].as_array().unwrap().clone(), total)
    }
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn each_message_is_sent_once_by_whichever_server() {
    const SERVERS: usize = 3;
    const READERS: usize = 8;
    const ANSWERS: usize = 6;
    let cluster = Cluster::new(60_000);
    let servers: Vec<_> = (0..SERVERS).map(|_| cluster.program.serve()).collect();
    let addresses: Vec<SocketAddr> =
        servers.iter().map(|server| server.address.parse().unwrap()).collect();
    // Everybody asks at one server and is answered at the others, all at once.
    at_once(READERS, |reader| {
        let email = format!("reader{reader}@x.io");
        let question = json!({ "email": email, "post_title": format!("q{reader}") });
        let parent = post_to(addresses[reader % SERVERS], question);
        for number in 0..ANSWERS {
            let answer = json!({
                "email": "cy@x.io",
                "parent_id": parent,
                "post_title": format!("a{reader}-{number}"),
            });
            post_to(addresses[(reader + number) % SERVERS], answer);
        }
    });
    let comments = READERS * (1 + ANSWERS);
    let all = 2 * comments;
    wait_until(|| (cluster.outbox(addresses[0], "state=sent").1 == all).then_some(()));

    let mut arrived = BTreeMap::<String, Vec<String>>::new();
    for mail in cluster.mail.mails() {
        arrived.entry(mail.recipients.join(" ")).or_default().push(mail.subject());
    }
    assert_eq!(arrived.values().map(Vec::len).sum::<usize>(), comments, "{arrived:?}");
    let mut written = BTreeMap::<String, Vec<String>>::new();
    let (mut messages, _) = cluster.outbox(addresses[1], "channel=mail");
    messages.reverse();
    for message in messages {
        assert_eq!(message["attempts"], 1, "{message}");
        let text = |name: &str| message[name].as_str().unwrap().to_owned();
        written.entry(text("recipient")).or_default().push(text("title"));
    }
    assert_eq!(arrived, written, "each once, in the order in which they were written");

    let mut told: Vec<i64> = cluster.telegram.requests().iter().map(comment_of).collect();
    let mut known: Vec<i64> = cluster
        .outbox(addresses[2], "channel=telegram")
        .0
        .iter()
        .map(|message| message["subject"].as_i64().unwrap())
        .collect();
    known.reverse();
    assert_eq!(told, known);
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), comments);
    for server in servers {
        assert_eq!(server.stop("TERM").code, Some(0));
    }
}

/// The comment that a call of the bot tells of.
fn comment_of(request: &ReceivedRequest) -> i64 {
    let call: Value = serde_json::from_slice(&request.body).unwrap();
    let (_, id) = call["text"].as_str().unwrap().rsplit_once("#ID:").expect("a comment's number");
    id.parse().unwrap()
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn what_a_server_held_that_died_is_taken_over_by_another() {
    let cluster = Cluster::new(3_000);
    let gate = Gate::new();
    cluster.mail.then(SmtpBehaviour::At(Stage::Recipient, Act::Wait(gate.clone())));
    let first = cluster.program.serve();
    post_to(first.address.parse().unwrap(), json!({ "post_title": "one" }));
    cluster.mail.wait_for(Stage::Recipient, 1);
    let second = cluster.program.serve();
    let address = second.address.parse().unwrap();
    // While the first lives, its message is its own.
    post_to(address, json!({ "post_title": "two" }));
    wait_until(|| (cluster.outbox(address, "channel=mail").1 == 2).then_some(()));
    assert_eq!((cluster.mail.mails().len(), cluster.mail.reached(Stage::Greeting)), (0, 1));
    assert_eq!(first.stop("KILL").code, None);
    gate.open();
    let mails = cluster.mail.wait_for_mails(2);
    let subjects: Vec<String> = mails.iter().map(ReceivedMail::subject).collect();
    assert_eq!(subjects, ["新评论提醒 - one", "新评论提醒 - two"]);
    wait_until(|| (cluster.outbox(address, "channel=mail&state=sent").1 == 2).then_some(()));
    let (messages, _) = cluster.outbox(address, "channel=mail");
    let attempts: Vec<&Value> = messages.iter().map(|message| &message["attempts"]).collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(second.stop("TERM").code, Some(0));
}
