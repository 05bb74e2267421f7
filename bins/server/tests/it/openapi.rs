//! The description of the API: whole, true of the routes, and served.

use std::collections::{BTreeMap, BTreeSet};

use inkstone_server::wire::openapi::document;
use serde_json::{Value, json};

use crate::{
    coverage::{self, NOT_FOUND},
    support::{Program, Server, send},
};

/// What the Qexo and readmore APIs answer to what is no route of theirs.
const UNKNOWN: [&str; 2] =
    [r#"{"msg":"Not Found","status":false}"#, r#"{"code":404,"msg":"Not Found"}"#];

const HTTP_METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// Every operation of `document`: method, path, what is said of it.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(HTTP_METHODS.contains(&method.as_str()), "{method} {path}");
            operations.push((method.as_str(), path.as_str(), operation));
        }
    }
    assert!(operations.len() > 150, "{} operations", operations.len());
    operations
}

/// The path with the examples of its parameters in their places.
fn filled(path: &str, operation: &Value) -> String {
    let mut filled = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path" {
            let name = parameter["name"].as_str().unwrap();
            let example = parameter["schema"]["examples"][0].as_str().unwrap();
            filled = filled.replace(&format!("{{{name}}}"), example);
        }
    }
    assert!(!filled.contains('{'), "{filled}");
    filled
}

/// Everything inside `value` that is a member of this name.
fn all<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                if member == name {
                    found.push(value);
                }
                all(value, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all(item, name, found)),
        _ => {}
    }
}

/// The bodies that are sent or answered, with where they are.
fn bodies(operation: &Value) -> Vec<(String, &Value)> {
    let body = &operation["requestBody"]["content"];
    let answers = operation["responses"].as_object().unwrap();
    let answers = answers.iter().map(|(status, answer)| (status.as_str(), &answer["content"]));
    std::iter::once(("body", body))
        .chain(answers)
        .filter_map(|(place, content)| Some((place, content.as_object()?)))
        .flat_map(|(place, content)| {
            content.iter().map(move |(kind, body)| (format!("{place} {kind}"), body))
        })
        .collect()
}

#[test]
fn the_document_is_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut references = Vec::new();
    all(&document, "$ref", &mut references);
    assert!(references.len() > 300);
    for reference in references {
        let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    let groups: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut ids = BTreeSet::new();
    let mut used = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let at = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{at}");
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{at}");
        for group in operation["tags"].as_array().unwrap() {
            used.insert(group.as_str().unwrap());
        }
        let statuses: Vec<u16> = operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(|status| status.parse().unwrap())
            .collect();
        assert!(statuses.iter().any(|status| (200..300).contains(status)), "{at}");
        let can_fail = !operation["parameters"].is_null()
            || !operation["requestBody"].is_null()
            || !operation["security"].is_null();
        assert!(!can_fail || statuses.iter().any(|status| *status >= 400), "{at}");
        if !operation["security"].is_null() {
            assert!(statuses.contains(&401) || statuses.contains(&403), "{at}");
        }
        if !operation["requestBody"].is_null() {
            assert!(statuses.contains(&413), "{at}");
        }
    }
    assert_eq!(used, groups);
}

#[test]
fn every_body_has_an_example_that_its_schema_allows() {
    let document = document();
    let mut validators = BTreeMap::new();
    for (method, path, operation) in operations(&document) {
        for (place, body) in bodies(operation) {
            // An image, and this document.
            if body["schema"].is_null() {
                continue;
            }
            let at = format!("{method} {path}, {place}");
            let mut schema = body["schema"].clone();
            schema["components"] = document["components"].clone();
            let key = body["schema"].to_string();
            let validator = validators
                .entry(key)
                .or_insert_with(|| jsonschema::draft202012::new(&schema).expect("a schema"));
            let example = body.get("example").unwrap_or_else(|| panic!("{at}: no example"));
            if let Err(error) = validator.validate(example) {
                panic!("{at}: {error}: {example}");
            }
        }
    }
    // A validator that accepts everything would be none.
    let refused = &document["components"]["schemas"]["cwd.Refused"];
    assert!(!jsonschema::is_valid(refused, &json!({ "message": 1 })));
}

/// The lists are those that `coverage` compares with a running server.
#[test]
fn every_route_is_described_and_every_description_has_a_route() {
    let document = document();
    let described: BTreeSet<(String, String)> = operations(&document)
        .into_iter()
        .map(|(method, path, operation)| (method.to_uppercase(), filled(path, operation)))
        .collect();
    let mut routes: BTreeSet<(String, String)> = BTreeSet::new();
    for (method, path) in coverage::PUBLIC.iter().chain(&coverage::OURS).chain(&coverage::OWNERS) {
        routes.insert(((*method).to_owned(), (*path).to_owned()));
    }
    let qexo = coverage::qexo::OPEN.iter().chain(&coverage::qexo::GUARDED);
    let qexo = qexo.map(|(path, methods)| ((*path).to_owned(), *methods));
    let readmore = coverage::readmore::OPEN.iter().chain(&coverage::readmore::OWNERS);
    let readmore = readmore.map(|(path, methods)| (format!("/api/readmore{path}"), *methods));
    let pages = ["/index", "/index.htm", "/index.html"];
    let pages = pages.map(|path| (path.to_owned(), &["GET"][..]));
    for (path, methods) in qexo.chain(readmore).chain(pages) {
        for method in methods.iter().filter(|method| **method != "HEAD") {
            routes.insert(((*method).to_owned(), path.clone()));
        }
    }
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(missing.is_empty(), "not described: {missing:?}");
    let invented: Vec<_> = described.difference(&routes).collect();
    assert!(invented.is_empty(), "no routes: {invented:?}");
}

#[test]
fn what_is_described_answers() {
    let program = Program::new(&[
        ("BLOG_ID", "blog"),
        ("WECHAT_APP_TOKEN", "t"),
        ("INKSTONE__SERVER__PUBLIC_URL", "https://api.example"),
        ("INKSTONE__READMORE__GATE", "true"),
    ]);
    let token = program.run(&["token", "create", "openapi"]).stdout;
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let document = document();
    for (method, path, operation) in operations(&document) {
        let (method, path) = (method.to_uppercase(), filled(path, operation));
        let answer = send(address, &method, &path, &[("authorization", &bearer)], None);
        let at = format!("{method} {path}: {answer:?}");
        assert_ne!(answer.status, 405, "{at}");
        if answer.status == 404 {
            let text = answer.text();
            assert!(!NOT_FOUND.contains(&text) && !UNKNOWN.contains(&text), "{at}");
        }
        let status = answer.status.to_string();
        let response = &operation["responses"][&status];
        assert!(!response.is_null(), "undescribed: {at}");
        if !operation["security"].is_null() {
            let refused = send(address, &method, &path, &[], Some("{}"));
            assert!([401, 403].contains(&refused.status), "{method} {path}: {refused:?}");
        }
    }
    assert_eq!(serving.stop("TERM").code, Some(0));
}

#[test]
fn it_is_served_to_everybody() {
    let server = Server::start();
    let answer = server.get("/openapi.json");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(answer.json(), document());
    let known = [("if-none-match", answer.header("etag"))];
    assert_eq!(server.send("GET", "/openapi.json", &known, None).status, 304);
}

#[test]
fn the_page_asks_nobody_else() {
    let server = Server::start();
    let page = server.get("/docs");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'none';"));
    assert!(
        page.text().contains(r#"<noscript><p>This page needs JavaScript; <a href="openapi.json">"#)
    );
    for (path, kind) in [("/docs.css", "text/css"), ("/docs.js", "text/javascript")] {
        let part = server.get(path);
        assert_eq!(part.header("content-type"), format!("{kind}; charset=utf-8"));
        for external in ["http:", "https:", "//cdn", "@import", "url(", "innerHTML"] {
            assert!(
                !page.text().contains(external) && !part.text().contains(external),
                "{external}"
            );
        }
    }
}

#[test]
fn the_command_prints_it_without_any_data() {
    let program = Program::new(&[("INKSTONE__NONSENSE", "breaks every other command")]);
    let run = program.run(&["openapi"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), document());
    assert!(run.stdout.starts_with("{\n  \""), "for people to read");
    assert_eq!(std::fs::read_dir(program.directory.path()).unwrap().count(), 0);
}
