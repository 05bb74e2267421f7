//! Who may talk to whom, and what is said when it does not work.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use inkstone_content::{ContentSource, Delivery, SourceError};
use inkstone_delivery::testing::{HttpBehaviour, HttpStub};
use inkstone_gitstore::{
    Author, Credentials, GitConfig, GitError, GitLimits, GitSource, HostKeys, RemoteAddress,
    testing::{HttpRemote, SshRemote, TOKEN, TestRemote},
};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::support::{names, save};

/// Why the remote of a configuration does not work; both ways of asking agree.
#[track_caller]
fn reason(config: GitConfig) -> String {
    let source = GitSource::open(config).unwrap();
    let refreshed = source.refresh().unwrap_err();
    let diagnosed = source.diagnose().unwrap_err();
    assert_eq!(refreshed.to_string(), diagnosed.to_string());
    let SourceError::Remote { reason, .. } = &refreshed else { panic!("{refreshed:?}") };
    for text in [reason.clone(), format!("{refreshed:?} {diagnosed:?} {source:?}")] {
        assert!(!text.contains(TOKEN) && !text.contains("/tmp"), "{text}");
    }
    reason.clone()
}

/// A configuration for some address, with the token.
fn at(remote: &TestRemote, url: &str) -> GitConfig {
    let address = RemoteAddress::parse(url).unwrap();
    let limits = GitLimits {
        connect: Duration::from_secs(5),
        silence: Duration::from_secs(1),
        transfer: Duration::from_secs(1),
        ..GitLimits::default()
    };
    let credentials = Some(Credentials::Token(TOKEN.into()));
    GitConfig { credentials, limits, ..remote.config_at("clone", address) }
}

#[test]
fn http_wants_the_right_token() {
    let remote = HttpRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let wanted = "the remote refuses the credentials: \
                  a token or password is needed, or the one given is wrong";
    let wrong = |credentials| GitConfig { credentials, ..remote.config("clone") };
    assert_eq!(reason(wrong(None)), wanted);
    assert_eq!(reason(wrong(Some(Credentials::Token("wrong".into())))), wanted);
    let (user, password) = ("me".to_owned(), TOKEN.into());
    let source = GitSource::open(wrong(Some(Credentials::Password { user, password }))).unwrap();
    source.refresh().unwrap();
    assert_eq!(names(&source), ["a.md"]);
}

#[test]
fn a_login_in_the_address_is_used_and_not_shown() {
    let remote = HttpRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let url = remote.url().replace("http://", &format!("http://me:{TOKEN}@"));
    let config = remote.remote().config_at("clone", RemoteAddress::parse(&url).unwrap());
    assert!(!format!("{config:?}").contains(TOKEN));
    let source = GitSource::open(config).unwrap();
    source.refresh().unwrap();
    assert_eq!(names(&source), ["a.md"]);
    remote.set_down(true);
    let Delivery::Waiting(reason) = save(&source, "a.md", "two").unwrap().delivery else {
        panic!("waiting")
    };
    assert!(!reason.contains(TOKEN), "{reason}");
}

#[test]
fn what_is_wrong_is_said_in_plain_words() {
    let home = TestRemote::new();
    let remote = HttpRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let stub = HttpStub::start();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, expected) in [
        (
            "http://no-such-host.invalid/blog.git".to_owned(),
            "the host no-such-host.invalid cannot be found".to_owned(),
        ),
        (
            format!("http://{closed}/blog.git"),
            format!("{closed} cannot be connected to: connection refused"),
        ),
        (
            remote.url().replace("blog.git", "other.git"),
            "there is no repository at this address, or the credentials may not see it".to_owned(),
        ),
        (
            stub.url(),
            "the remote does not work: there is no Git repository at this address".to_owned(),
        ),
        (
            home.path().join("missing").to_string_lossy().into_owned(),
            "there is no repository at this address, or the credentials may not see it".to_owned(),
        ),
    ] {
        assert_eq!(reason(at(&home, &url)), expected, "{url}");
    }
    let branch = GitConfig { branch: "trunk".to_owned(), ..remote.config("clone") };
    assert_eq!(reason(branch), "the remote has no branch trunk; it has main");
    let tls = reason(at(&home, &remote.url().replace("http://", "https://")));
    assert!(tls.starts_with("the TLS connection to 127.0.0.1:"), "{tls}");
}

#[test]
fn a_remote_that_says_nothing_is_given_up() {
    let home = TestRemote::new();
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::Silence);
    let host = stub.url().replace("http://", "");
    assert_eq!(reason(at(&home, &stub.url())), format!("{host} did not answer in time"));
}

#[test]
fn nonsense_is_no_protocol() {
    let home = TestRemote::new();
    let stub = HttpStub::start();
    let mime =
        ("content-type".to_owned(), "application/x-git-upload-pack-advertisement".to_owned());
    for body in [
        "",
        "0000",
        "garbage",
        "001e# service=git-upload-pack\n0000",
        "001e# service=git-upload-pack\n0000ffffx",
        "001e# service=git-upload-pack\n0000003eERR upload-pack: not our ref, says https://a:b@c/\n",
    ] {
        let headers = vec![mime.clone()];
        stub.always(HttpBehaviour::Answer { status: 200, headers, body: body.into() });
        let source = GitSource::open(at(&home, &stub.url())).unwrap();
        match source.refresh() {
            Ok(moved) => assert!(!moved, "{body:?} may be an empty repository"),
            Err(error) => {
                let text = error.to_string();
                assert!(matches!(error, SourceError::Remote { .. }), "{body:?}: {error:?}");
                assert!(!text.contains("a:b@"), "{text}");
            }
        }
    }
}

#[test]
fn refusals_of_all_kinds_are_told_apart() {
    let home = TestRemote::new();
    let stub = HttpStub::start();
    let plain = vec![("content-type".to_owned(), "text/plain".to_owned())];
    let told = format!("Write access not granted\nto {TOKEN}.");
    for (status, headers, body, expected) in [
        (
            403,
            plain,
            told.as_str(),
            "the remote refuses the credentials: Write access not granted to ….",
        ),
        (403, vec![], "<html>", "the remote refuses the credentials: they may not do this"),
        (429, vec![], "", "the remote does not work: too many requests; it wants a pause"),
        (
            503,
            vec![],
            "",
            "the remote does not work: it answers with status 503 Service Unavailable",
        ),
    ] {
        stub.always(HttpBehaviour::Answer { status, headers, body: body.into() });
        assert_eq!(reason(at(&home, &stub.url())), expected);
    }
}

#[test]
fn redirects_lead_nowhere_else() {
    let home = TestRemote::new();
    let (stub, thief) = (HttpStub::start(), HttpStub::start());
    let redirect = |location: &str| HttpBehaviour::Answer {
        status: 302,
        headers: vec![("location".to_owned(), location.to_owned())],
        body: Vec::new(),
    };
    let elsewhere = format!("{}/blog.git/info/refs?service=git-upload-pack", thief.url());
    stub.always(redirect(&elsewhere));
    assert_eq!(
        reason(at(&home, &format!("{}/blog.git", stub.url()))),
        format!(
            "the remote has moved to {}/blog.git; configure that address if it is right",
            thief.url()
        )
    );
    let login = thief.url().replace("http://", "http://me:secret@");
    stub.always(redirect(&login));
    assert!(!reason(at(&home, &stub.url())).contains("secret"));
    stub.always(redirect("file:///etc/passwd"));
    assert!(reason(at(&home, &stub.url())).contains("file://"));
    stub.always(redirect("/loop/info/refs"));
    assert!(reason(at(&home, &stub.url())).contains("in circles"));
    assert_eq!(thief.requests(), []);
}

#[test]
fn a_redirect_within_the_host_is_followed() {
    let remote = HttpRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let url = remote.url().replace("/blog.git", "/moved/blog.git");
    let source = GitSource::open(at(remote.remote(), &url)).unwrap();
    source.refresh().unwrap();
    assert_eq!(names(&source), ["a.md"]);
    assert_eq!(save(&source, "b.md", "two").unwrap().delivery, Delivery::Done);
    let requests = remote.requests();
    assert!(requests.iter().any(|line| line.starts_with("GET /moved/blog.git/info/refs")));
    assert!(requests.iter().any(|line| line == "POST /blog.git/git-receive-pack"));
}

#[test]
fn a_repository_over_the_limit_is_not_taken() {
    let remote = HttpRemote::new();
    let hand = remote.remote().check_out();
    let mut state = 1_u64;
    let mut noise = String::new();
    for _ in 0..50_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        write!(noise, "{:x}", state >> 33).unwrap();
    }
    hand.push("large.txt", &noise);
    let limits = GitLimits { bytes: 10_000, ..GitLimits::default() };
    let config = GitConfig { limits, ..remote.config("clone") };
    let source = GitSource::open(config).unwrap();
    let error = source.refresh().unwrap_err();
    assert!(error.to_string().contains("larger than the limit"), "{error}");
}

#[test]
fn a_private_authority_is_believed_when_it_is_configured() {
    let remote = HttpRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let pem = certificate.pem();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let port = terminate_tls(Arc::new(tls), &remote.url().replace("http://", ""));
    let config = at(remote.remote(), &format!("https://localhost:{port}/blog.git"));
    let doubted = reason(config.clone());
    assert!(doubted.starts_with("the TLS connection to localhost:"), "{doubted}");

    let source = GitSource::open(GitConfig { certificates: Some(pem), ..config.clone() }).unwrap();
    source.refresh().unwrap();
    assert_eq!(names(&source), ["a.md"]);
    assert_eq!(save(&source, "b.md", "two").unwrap().delivery, Delivery::Done);
    let garbage = GitConfig { certificates: Some("no PEM".to_owned()), ..config };
    assert!(matches!(GitSource::open(garbage), Err(GitError::Access(_))));
}

/// Takes TLS off every connection and passes it on.
fn terminate_tls(config: Arc<ServerConfig>, url: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let backend = url.split('/').next().unwrap().to_owned();
    thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let (config, backend) = (Arc::clone(&config), backend.clone());
            thread::spawn(move || {
                let tls = ServerConnection::new(config).unwrap();
                let mut client = StreamOwned::new(tls, socket);
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") {
                    // A client that does not believe us hangs up here.
                    let Ok(1) = client.read(&mut byte) else { return };
                    head.push(byte[0]);
                }
                let text = String::from_utf8_lossy(&head).to_lowercase();
                let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
                let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                client.read_exact(&mut body).unwrap();
                let mut server = TcpStream::connect(&backend).unwrap();
                server.write_all(&[head, body].concat()).unwrap();
                let mut answer = Vec::new();
                server.read_to_end(&mut answer).unwrap();
                client.write_all(&answer).unwrap();
                client.conn.send_close_notify();
                client.flush().unwrap();
            });
        }
    });
    port
}

#[test]
fn an_unknown_host_key_is_refused_with_its_fingerprint() {
    let remote = SshRemote::new();
    remote.remote().check_out().push("a.md", "one");
    let keys = |host_keys| GitConfig { host_keys, ..remote.config("clone") };
    let wanted = format!(
        "the key of the host 127.0.0.1 is not known; if {} is its fingerprint, put that into the \
         configuration",
        remote.fingerprint()
    );
    assert_eq!(reason(keys(HostKeys::Fingerprints(Vec::new()))), wanted);
    let other = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    assert_eq!(reason(keys(HostKeys::Fingerprints(vec![other]))), wanted);

    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("known_hosts");
    assert_eq!(reason(keys(HostKeys::KnownHosts(file.clone()))), wanted, "no such file");
    let line = remote.known_host();
    fs::write(&file, line.replace("[127.0.0.1]", "[other.example]")).unwrap();
    assert_eq!(reason(keys(HostKeys::KnownHosts(file.clone()))), wanted);
    let (host, key) = line.split_once(' ').unwrap();
    let changed = SshRemote::new().known_host().split_once(' ').unwrap().1.to_owned();
    assert_eq!(changed, format!("{key}"), "the key of every test server is the same");
    fs::write(&file, format!("# ours\n{host} {key}")).unwrap();
    let source = GitSource::open(keys(HostKeys::KnownHosts(file))).unwrap();
    source.refresh().unwrap();
    assert_eq!(names(&source), ["a.md"]);
}

#[test]
fn ssh_wants_the_right_key() {
    let remote = SshRemote::new();
    let with = |credentials| GitConfig { credentials, ..remote.config("clone") };
    let wanted = "the remote refuses the credentials: the key or password is not accepted there";
    assert_eq!(reason(with(Some(SshRemote::foreign_key()))), wanted);
    assert_eq!(reason(with(None)), wanted);
    let (user, password) = ("git".to_owned(), TOKEN.into());
    assert_eq!(reason(with(Some(Credentials::Password { user, password }))), wanted);
    let broken = Credentials::Key { private: "no key".into(), passphrase: None };
    assert!(reason(with(Some(broken))).contains("the private key cannot be read"));
    let missing = RemoteAddress::parse(
        &remote.config("x").remote.to_string().replace("blog.git", "o'ther.git"),
    );
    let missing = GitConfig { remote: missing.unwrap(), ..remote.config("clone") };
    assert!(reason(missing).starts_with("there is no repository at this address"));
}

#[test]
fn ssh_that_says_nothing_is_given_up() {
    let home = TestRemote::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = silent.local_addr().unwrap();
    let config =
        GitConfig { credentials: None, ..at(&home, &format!("ssh://git@{host}/blog.git")) };
    assert_eq!(reason(config.clone()), format!("{host} did not answer in time"));
    drop(silent);
    assert!(reason(config).contains("cannot be connected to: connection refused"));
}

#[test]
fn a_configuration_that_cannot_be_right_is_refused() {
    let home = TestRemote::new();
    let token = || Some(Credentials::Token(TOKEN.into()));
    let key = || Some(SshRemote::foreign_key());
    for branch in ["", "-x", "a..b", "a b", "a~1", "refs^", "a\nb", "/a", "a.lock", "@{x"] {
        let config = GitConfig { branch: branch.to_owned(), ..home.config("clone") };
        assert!(matches!(GitSource::open(config), Err(GitError::Branch(_))), "{branch:?}");
    }
    for (name, email) in [("", "a@b"), ("a", ""), ("a<b", "c@d"), ("a", "b>c"), ("a\nb", "c@d")] {
        let author = Author { name: name.to_owned(), email: email.to_owned() };
        let config = GitConfig { author, ..home.config("clone") };
        assert!(matches!(GitSource::open(config), Err(GitError::Author)), "{name:?} {email:?}");
    }
    for (url, credentials) in
        [("https://git.example/blog", key()), ("ssh://git@git.example/blog", token())]
    {
        let remote = RemoteAddress::parse(url).unwrap();
        let config = GitConfig { credentials, remote, ..home.config("clone") };
        assert!(matches!(GitSource::open(config), Err(GitError::Access(_))), "{url}");
    }
    let config = GitConfig { directory: "/dev/null/clones".into(), ..home.config("clone") };
    let error = GitSource::open(config).unwrap_err();
    assert!(!error.to_string().contains("/dev"), "{error}");
}

#[test]
fn a_diagnosis_tells_what_the_remote_has() {
    let remote = HttpRemote::new();
    let source = GitSource::open(remote.config("clone")).unwrap();
    let state = source.diagnose().unwrap();
    assert_eq!((state.commit, state.is_current, state.is_waiting), (None, false, false));
    source.refresh().unwrap();
    assert!(source.diagnose().unwrap().is_current);
    let revision = save(&source, "a.md", "one").unwrap().revision;
    let state = source.diagnose().unwrap();
    assert_eq!((state.commit, state.is_current), (Some(revision), true));
    remote.remote().check_out().push("b.md", "two");
    let state = source.diagnose().unwrap();
    assert_eq!((state.is_current, state.is_waiting), (false, false));
    assert_eq!(names(&source), ["a.md"], "a diagnosis takes nothing over");
}
