//! Hooks of forges, against a stub that says what their documentation says.

use std::time::Duration;

use inkstone_delivery::testing::{HttpBehaviour, HttpStub, ReceivedRequest};
use inkstone_gitstore::{Forge, ForgeConfig, ForgeError, ForgeHooks, Hook};
use serde_json::json;
use url::Url;

const TOKEN: &str = "t0ken-of-the-forge";
const ALL: [Forge; 3] = [Forge::GitHub, Forge::GitLab, Forge::Gitea];

fn config(forge: Forge, base: &str) -> ForgeConfig {
    ForgeConfig {
        forge,
        base: Some(Url::parse(base).unwrap()),
        repository: "me/blog".to_owned(),
        token: TOKEN.into(),
        limit: Duration::from_secs(2),
    }
}

fn hooks(forge: Forge, stub: &HttpStub) -> ForgeHooks {
    ForgeHooks::new(config(forge, &stub.url())).unwrap()
}

fn target(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A hook as the forge writes it.
fn written(forge: Forge, id: u64, target: &str) -> String {
    match forge {
        Forge::GitLab => format!(r#"{{"id":{id},"url":"{target}","push_events":true}}"#),
        Forge::GitHub | Forge::Gitea => format!(
            r#"{{"id":{id},"url":"https://api.example/hooks/{id}","type":"Repository","config":{{"url":"{target}","content_type":"json"}}}}"#
        ),
    }
}

fn list(forge: Forge, hooks: &[(u64, &str)]) -> HttpBehaviour {
    let hooks: Vec<_> = hooks.iter().map(|(id, target)| written(forge, *id, target)).collect();
    HttpBehaviour::json(200, &format!("[{}]", hooks.join(",")))
}

fn line(request: &ReceivedRequest) -> String {
    format!("{} {}", request.method, request.path)
}

fn place(forge: Forge) -> &'static str {
    match forge {
        Forge::GitHub => "/repos/me/blog/hooks",
        Forge::GitLab => "/api/v4/projects/me%2Fblog/hooks",
        Forge::Gitea => "/api/v1/repos/me/blog/hooks",
    }
}

#[test]
fn own_hooks_are_replaced_and_others_stay() {
    for forge in ALL {
        let stub = HttpStub::start();
        stub.then(list(
            forge,
            &[
                (1, "https://blog.example/api/webhook?token=old"),
                (2, "https://blog.example/api/webhook"),
                (3, "https://blog.example/api/webhook/?token=slash"),
                (4, "http://blog.example/api/webhook?token=scheme"),
                (5, "https://other.example/api/webhook?token=host"),
                (6, "https://blog.example/api/other"),
                (7, "https://blog.example:8443/api/webhook"),
                (8, "no address"),
            ],
        ));
        for _ in 0..3 {
            stub.then(HttpBehaviour::Answer { status: 204, headers: vec![], body: vec![] });
        }
        let wanted = "https://blog.example/api/webhook?token=new";
        stub.then(HttpBehaviour::json(201, &written(forge, 9, wanted)));
        let made = hooks(forge, &stub).replace(&target(wanted), Some(&"s3cret".into())).unwrap();
        assert_eq!(made, Hook { id: 9, target: wanted.to_owned() });
        assert!(!format!("{made:?}").contains("new"));

        let requests = stub.requests();
        let place = place(forge);
        let size = if forge == Forge::Gitea { "limit" } else { "per_page" };
        let lines: Vec<_> = requests.iter().map(line).collect();
        assert_eq!(
            lines,
            [
                format!("GET {place}?{size}=50&page=1"),
                format!("DELETE {place}/1"),
                format!("DELETE {place}/2"),
                format!("DELETE {place}/3"),
                format!("POST {place}"),
            ]
        );
        let body: serde_json::Value = serde_json::from_str(&requests[4].text()).unwrap();
        assert_eq!(body, asked_for(forge, wanted));
        for request in &requests {
            let (name, value) = match forge {
                Forge::GitHub => ("authorization", format!("Bearer {TOKEN}")),
                Forge::GitLab => ("private-token", TOKEN.to_owned()),
                Forge::Gitea => ("authorization", format!("token {TOKEN}")),
            };
            assert_eq!(request.header(name), Some(value.as_str()));
        }
        if forge == Forge::GitHub {
            assert_eq!(requests[0].header("accept"), Some("application/vnd.github+json"));
            assert_eq!(requests[0].header("x-github-api-version"), Some("2022-11-28"));
        }
    }
}

/// What describes a new hook, by the documentation of the forge.
fn asked_for(forge: Forge, target: &str) -> serde_json::Value {
    let config = json!({ "url": target, "content_type": "json", "secret": "s3cret" });
    match forge {
        Forge::GitHub => {
            json!({ "name": "web", "active": true, "events": ["push"], "config": config })
        }
        Forge::Gitea => {
            json!({ "type": "gitea", "active": true, "events": ["push"], "config": config })
        }
        Forge::GitLab => json!({ "url": target, "push_events": true, "token": "s3cret" }),
    }
}

#[test]
fn lists_are_read_to_their_end() {
    for forge in ALL {
        let stub = HttpStub::start();
        let full: Vec<_> = (0..50).map(|id| (id, "https://a.example/")).collect();
        stub.then(list(forge, &full));
        stub.then(list(forge, &full));
        stub.then(list(forge, &[(7, "https://b.example/")]));
        assert_eq!(hooks(forge, &stub).list().unwrap().len(), 101);
        assert_eq!(stub.requests().len(), 3);
        assert!(stub.requests()[2].path.ends_with("page=3"));
    }
}

/// A forge may give fewer than were asked for, and says so.
#[test]
fn a_link_tells_whether_there_is_more() {
    let stub = HttpStub::start();
    let linked = |rel: &str, id: u64| {
        let HttpBehaviour::Answer { status, body, .. } =
            list(Forge::Gitea, &[(id, "https://a.b/")])
        else {
            unreachable!("a list is an answer")
        };
        let link = format!("<{}/?page=2>; rel=\"{rel}\"", stub.url());
        HttpBehaviour::Answer { status, headers: vec![("link".to_owned(), link)], body }
    };
    stub.then(linked("next", 1));
    stub.then(linked("prev", 2));
    let found = hooks(Forge::Gitea, &stub).list().unwrap();
    assert_eq!(found.iter().map(|hook| hook.id).collect::<Vec<_>>(), [1, 2]);
    assert!(stub.requests()[1].path.starts_with("/api/v1/"), "the link itself is not followed");

    let endless = HttpStub::start();
    let full: Vec<_> = (0..50).map(|id| (id, "https://a.example/")).collect();
    endless.always(list(Forge::GitHub, &full));
    assert_eq!(hooks(Forge::GitHub, &endless).list(), Err(ForgeError::Malformed));
    assert_eq!(endless.requests().len(), 40);
}

#[test]
fn failures_are_told_without_the_token() {
    let told = format!(r#"{{"message":"Bad credentials: {TOKEN}"}}"#);
    let redirect = HttpBehaviour::Answer {
        status: 307,
        headers: vec![("location".to_owned(), "https://thief.example/?x=1".to_owned())],
        body: vec![],
    };
    for forge in ALL {
        for (behaviour, expected) in [
            (
                HttpBehaviour::json(401, &told),
                ForgeError::Unauthorized("Bad credentials: …".to_owned()),
            ),
            (
                HttpBehaviour::json(403, r#"{"error":"insufficient_scope"}"#),
                ForgeError::Unauthorized("insufficient_scope".to_owned()),
            ),
            (HttpBehaviour::json(404, "{}"), ForgeError::NotFound),
            (
                HttpBehaviour::json(422, r#"{"message":{"url":["is blocked"]}}"#),
                ForgeError::Refused { status: 422, reason: r#"{"url":["is blocked"]}"#.to_owned() },
            ),
            (
                HttpBehaviour::json(500, "<html>"),
                ForgeError::Refused { status: 500, reason: "internal server error".to_owned() },
            ),
            (redirect.clone(), ForgeError::Redirected("thief.example".to_owned())),
            (HttpBehaviour::json(200, "<html>"), ForgeError::Malformed),
            (HttpBehaviour::json(200, r#"[{"id":"x"}]"#), ForgeError::Malformed),
            (HttpBehaviour::Silence, ForgeError::Unreachable("no answer in time".to_owned())),
        ] {
            let stub = HttpStub::start();
            stub.always(behaviour);
            let error = hooks(forge, &stub).list().unwrap_err();
            assert_eq!(error, expected, "{forge:?}");
            assert!(!format!("{error} {error:?}").contains(TOKEN));
            assert_eq!(stub.requests().len(), 1);
        }
    }
}

#[test]
fn a_hook_that_is_gone_need_not_be_removed() {
    let stub = HttpStub::start();
    stub.always(HttpBehaviour::json(404, "{}"));
    assert_eq!(hooks(Forge::GitHub, &stub).delete(7), Ok(()));
    let missing = hooks(Forge::GitHub, &stub).create(&target("https://a.example/"), None);
    assert_eq!(missing, Err(ForgeError::NotFound));
}

#[test]
fn nothing_is_added_when_the_old_cannot_be_removed() {
    let stub = HttpStub::start();
    stub.then(list(Forge::GitHub, &[(1, "https://blog.example/hook")]));
    stub.then(HttpBehaviour::json(403, "{}"));
    let replaced = hooks(Forge::GitHub, &stub).replace(&target("https://blog.example/hook"), None);
    assert!(matches!(replaced, Err(ForgeError::Unauthorized(_))), "{replaced:?}");
    assert_eq!(stub.requests().len(), 2);
}

#[test]
fn a_forge_may_live_below_a_path() {
    let stub = HttpStub::start();
    stub.always(list(Forge::GitLab, &[]));
    let base = format!("{}/git/", stub.url());
    let repository = "group/sub/blog".to_owned();
    let config = ForgeConfig { repository, ..config(Forge::GitLab, &base) };
    assert_eq!(ForgeHooks::new(config).unwrap().list().unwrap(), []);
    let path = &stub.requests()[0].path;
    assert_eq!(path, "/git/api/v4/projects/group%2Fsub%2Fblog/hooks?per_page=50&page=1");
}

#[test]
fn a_configuration_that_cannot_be_right_is_refused() {
    let named = |forge, repository: &str| {
        let repository = repository.to_owned();
        ForgeHooks::new(ForgeConfig { repository, ..config(forge, "https://forge.example") })
    };
    for repository in
        ["", "blog", "/blog", "me/", "me/../x", "me/b?x", "me/b/c", "me/a b", "m\ne/b"]
    {
        assert!(matches!(named(Forge::GitHub, repository), Err(ForgeError::Configuration(_))));
        assert!(matches!(named(Forge::Gitea, repository), Err(ForgeError::Configuration(_))));
    }
    assert!(named(Forge::GitLab, "a/b/c").is_ok());
    let homeless = ForgeConfig { base: None, ..config(Forge::Gitea, "https://x.example") };
    assert!(matches!(ForgeHooks::new(homeless), Err(ForgeError::Configuration(_))));
    for base in ["ftp://forge.example", "file:///tmp", "https://me:secret@forge.example"] {
        let refused = ForgeHooks::new(config(Forge::GitHub, base));
        assert!(matches!(refused, Err(ForgeError::Configuration(_))), "{base}");
    }
    let stub = HttpStub::start();
    let hook = hooks(Forge::GitHub, &stub).create(&target("javascript:alert(1)"), None);
    assert!(matches!(hook, Err(ForgeError::Configuration(_))));
    let token = ForgeConfig { token: "a\nb".into(), ..config(Forge::GitHub, &stub.url()) };
    let refused = ForgeHooks::new(token).unwrap().list();
    assert!(matches!(refused, Err(ForgeError::Configuration(_))), "{refused:?}");
    assert_eq!(stub.requests(), []);
}
