//! Scripts of custom fields over HTTP (contract qexo, section 7; checklist 12), in a server whose
//! memory no test shares.

use std::{net::SocketAddr, thread};

use serde_json::{Value, json};

use super::support::{FORM, SAVED, form, refusal};
use crate::{
    cwd::support::at_once,
    support::{Answer, Program, Run, Serving, send},
};

/// A server of its own.
struct Site {
    serving: Serving,
    address: SocketAddr,
    token: String,
    // It outlives the server.
    _program: Program,
}

impl Site {
    fn start() -> Self {
        let program = Program::new(&[
            ("INKSTONE__LOG__FILTER", "info,inkstone_server=debug"),
            ("INKSTONE__OWNER__PASSWORD", "a good password"),
            ("INKSTONE__QEXO__FIELDS_PER_MINUTE", "100000"),
        ]);
        let token = program.run(&["token", "create", "fields"]).stdout.trim().to_owned();
        let serving = program.serve();
        let address = serving.address.parse().unwrap();
        Self { serving, address, token, _program: program }
    }

    #[track_caller]
    fn set(&self, name: &str, content: &str) {
        let body = form(&[("name", name), ("content", content), ("token", &self.token)]);
        let headers = [("content-type", FORM)];
        send(self.address, "POST", "/pub/set_custom/", &headers, Some(&body)).expect(200, SAVED);
    }

    /// The owner asks for a field with these parameters in the query.
    fn get(&self, name: &str, parameters: &[(&str, &str)]) -> Answer {
        let query = form(&[&[("key", name), ("token", &self.token)], parameters].concat());
        send(self.address, "GET", &format!("/pub/get_custom/?{query}"), &[], None)
    }

    /// The same with a body.
    fn post(&self, name: &str, query: &str, kind: &str, body: &str) -> Answer {
        let path = format!("/pub/get_custom?key={name}&token={}&{query}", self.token);
        send(self.address, "POST", &path, &[("content-type", kind)], Some(body))
    }

    /// What a field says when it is a script that prints JSON.
    #[track_caller]
    fn dumped(&self, name: &str, query: &str, kind: &str, body: &str) -> Value {
        let answer = self.post(name, query, kind, body);
        assert_eq!(answer.json()["status"], true, "{answer:?}");
        serde_json::from_str(answer.json()["data"].as_str().unwrap()).unwrap()
    }

    fn stop(self) -> Run {
        self.serving.stop("TERM")
    }
}

fn said(data: &str) -> String {
    json!({ "data": data, "status": true }).to_string()
}

#[test]
fn the_vectors_of_the_contract_hold() {
    let site = Site::start();
    let sample = "total = sum([1, 2, 3])\n\
                  data = {'name': param1, 'value': int(param2)}\n\
                  print(json.dumps(data))";
    for (content, parameters, data) in [
        ("print('Hello World')", &[][..], "Hello World\n"),
        ("print(\"a\"); print(\"b\")", &[], "a\nb\n"),
        ("1+2", &[], "3\n"),
        ("name", &[("name", "bob")], "bob\n"),
        ("name", &[], "name\n"),
        ("<b>hi</b>", &[], "<b>hi</b>\n"),
        ("plain text here", &[], "plain text here\n"),
        ("{\"a\":1}", &[], "{\"a\":1}\n"),
        ("007", &[], "007\n"),
        (sample, &[("param1", "x"), ("param2", "3")], "{\"name\":\"x\",\"value\":3}\n"),
        ("import os", &[], "import os\n"),
        ("", &[], ""),
        ("print(\"a\"); throw 1", &[], "a\nprint(\"a\"); throw 1\n"),
    ] {
        site.set("vector", content);
        site.get("vector", parameters).expect(200, &said(data));
    }
    site.set("endless", "loop {}");
    site.get("endless", &[]).expect(200, &refusal("自定义字段执行超限"));
}

#[test]
fn scripts_see_every_parameter_but_the_token() {
    let site = Site::start();
    site.set("all", "print(json.dumps(args))");
    let body = form(&[("a", "3"), ("b", "x y"), ("token", &site.token), ("odd-name", "1")]);
    let seen = site.dumped("all", "a=1&a=2", FORM, &body);
    let expected = json!({ "key": "all", "a": ["1", "2", "3"], "b": "x y", "odd-name": "1" });
    assert_eq!(seen, expected);

    let body = json!({
        "text": "1",
        "number": 1,
        "huge": 1e300,
        "fraction": 1.5,
        "flag": true,
        "nothing": null,
        "list": [1, "a"],
        "token": site.token,
    });
    let seen = site.dumped("all", "number=0", "application/json", &body.to_string());
    let expected = json!({
        "key": "all",
        "text": "1",
        "number": ["0", 1],
        "huge": 1e300,
        "fraction": 1.5,
        "flag": true,
        "list": "[1,\"a\"]",
    });
    assert_eq!(seen, expected);

    // There is no variable of that name, so the text compiles only as a text.
    site.set("secret", "token");
    site.post("secret", "", FORM, &body.to_string()).expect(200, &said("token\n"));
    // Reserved names take nothing away from scripts.
    let seen = site.dumped("all", "json=1&print=2&args=3", FORM, "");
    assert_eq!(
        (&seen["json"], &seen["print"], &seen["args"]),
        (&json!("1"), &json!("2"), &json!("3"))
    );
    site.set("repeated", "print(json.dumps(a)); print(a.len())");
    site.post("repeated", "a=1&a=2", FORM, "a=3").expect(200, &said("[\"1\",\"2\",\"3\"]\n3\n"));
}

#[test]
fn parallel_calls_do_not_mix_what_they_print() {
    let site = Site::start();
    let content = "for i in 0..50 { print(n + \":\" + i); }";
    site.set("count", content);
    site.set("text", "<i>as it is</i>");
    at_once(8, |number| {
        let name = number.to_string();
        let lines: Vec<String> = (0..50).map(|i| format!("{name}:{i}")).collect();
        let lines = lines.join("\n") + "\n";
        for _ in 0..20 {
            site.get("count", &[("n", &name)]).expect(200, &said(&lines));
            site.get("text", &[("n", &name)]).expect(200, &said("<i>as it is</i>\n"));
        }
    });
}

#[test]
fn hostile_scripts_stop_and_others_are_answered_meanwhile() {
    let site = Site::start();
    let hostile = [
        "loop {}",
        "loop { try { loop {} } catch {} }",
        "let s = \"x\"; loop { s += s; }",
        "let a = []; loop { a.push(a); }",
        "let m = #{}; let s = \"x\"; for i in 0..14 { s += s; } let i = 0; loop { m[`${i}`] = s + i; i += 1; }",
        "fn f(n) { f(n + 1) } f(0)",
        "loop { print(\"0123456789\"); }",
        "for i in 0..9223372036854775807 { [1, 2, 3].map(|x| x * 2); }",
    ];
    for (number, script) in hostile.iter().enumerate() {
        site.set(&number.to_string(), script);
    }
    let attack = |number: usize| {
        for _ in 0..3 {
            let answer = site.get(&number.to_string(), &[]);
            let answer = (answer.status, answer.text().to_owned());
            assert_eq!(answer, (200, refusal("自定义字段执行超限")), "{}", hostile[number]);
        }
    };
    let attack = &attack;
    thread::scope(|scope| {
        let attacks: Vec<_> =
            (0..hostile.len()).map(|number| scope.spawn(move || attack(number))).collect();
        let mut probes = 0;
        while attacks.iter().any(|attack| !attack.is_finished()) {
            for path in ["/pub/talks/", "/pub/status/", "/healthz"] {
                assert_eq!(send(site.address, "GET", path, &[], None).status, 200, "{path}");
                probes += 1;
            }
        }
        // Four at once for half a second each: the endless ones alone take longer than these.
        assert!(probes >= 30, "only {probes} others were answered");
    });
    site.set("after", "1 + 1");
    site.get("after", &[]).expect(200, &said("2\n"));
    assert_eq!(site.stop().code, Some(0));
}

#[test]
fn evaluations_are_logged_without_their_parameters() {
    let site = Site::start();
    site.set("greeting", "print(name)");
    site.set("failing", "print(name); throw name");
    site.set("text", "as it is");
    site.set("endless", "loop {}");
    let parameters = [("name", "hunter2")];
    site.get("greeting", &parameters).expect(200, &said("hunter2\n"));
    site.get("failing", &parameters).expect(200, &said("hunter2\nprint(name); throw name\n"));
    site.get("text", &parameters);
    site.get("endless", &parameters);
    let token = site.token.clone();
    let log = site.stop().stderr;
    for line in [
        "custom field greeting: script",
        "custom field failing: failed script",
        "custom field text: text",
        "custom field endless: script over its limit",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(!log.contains("hunter2") && !log.contains(&token), "{log}");
}
