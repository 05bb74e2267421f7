//! Assistants that list and edit files, exactly as they ask (contract qexo, section 12: C-MCP and
//! C-PYMCP; checklist 17).

use serde_json::Value;

use super::super::{
    assistant::{Assistant, accepted},
    support::{FORM, TOKEN, form},
};
use super::support::Hosted;
use crate::cwd::support::{Database, on_both_databases};

on_both_databases!(tools_of_one_assistant_succeed, tools_of_the_other_succeed);

/// What C-MCP reads of an item.
#[track_caller]
fn texts<'a>(item: &'a Value, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| item[*name].as_str().unwrap_or_else(|| panic!("{item}"))).collect()
}

fn tools_of_one_assistant_succeed(database: Database) {
    let site = Hosted::on(database);
    let assistant = Assistant { blog: &site.blog, token: TOKEN };
    let posts = accepted(&assistant.get("get_posts", &[("s", "hello")]));
    let [post] = posts["posts"].as_array().unwrap().as_slice() else { panic!("{posts}") };
    let names = ["name", "path", "fullname", "date"];
    let path = "source/_posts/hello.md";
    assert_eq!(texts(post, &names), ["hello", path, path, "2026-01-07 10:30:00"]);
    assert!(post["size"].is_u64());
    let pages = accepted(&assistant.get("get_pages", &[]));
    let page = texts(&pages["pages"][0], &["name", "path", "date"]);
    assert_eq!(page, ["about/index", "source/about/index.md", "2026-01-08 00:00:00"]);

    // A message that is not given is sent empty.
    let new = "source/_posts/a & b.md";
    let saved = [("file", new), ("content", "a+b = c & d\n"), ("commitchange", "")];
    assert_eq!(accepted(&assistant.post("save", &saved))["msg"], "保存成功!");
    assert_eq!(site.text(new), "a+b = c & d\n");
    assert_eq!(site.subjects()[0], format!("Update {new} by Qexo"));
    let removed = [("file", new), ("commitchange", "Away")];
    assert_eq!(accepted(&assistant.post("delete", &removed))["msg"], "删除成功!");
    assert_eq!(site.subjects()[0], "Away");
    assert_eq!(accepted(&assistant.get("status", &[]))["data"]["posts"], "3");
    let images = accepted(&assistant.get("get_images", &[("s", "x")]));
    assert!(images["images"].is_array());
}

fn tools_of_the_other_succeed(database: Database) {
    let site = Hosted::on(database);
    // The token and the search in the query, and a form, which is empty for a list.
    let post = |path: &str, fields: &[(&str, &str)]| {
        let headers = [("content-type", FORM)];
        let answer = site.blog.server.send("POST", path, &headers, Some(&form(fields)));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let listed = post(&format!("/pub/get_posts/?token={TOKEN}&s=undated"), &[]);
    assert_eq!(listed["posts"][0]["path"], "source/_posts/sub/undated.md");
    let path = "source/_posts/新文章.md";
    let fields = [("file", path), ("content", "正文\n"), ("commitchange", "写")];
    assert_eq!(post(&format!("/pub/save/?token={TOKEN}"), &fields)["status"], true);
    assert_eq!(site.text(path), "正文\n");
    assert_eq!(post(&format!("/pub/delete/?token={TOKEN}"), &[("file", path)])["status"], true);
    assert_eq!(site.subjects()[..2], [format!("Delete {path} by Qexo"), "写".to_owned()]);
}
