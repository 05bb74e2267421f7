//! Contract cwd, section 13: backups in a bucket of a real S3 server.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use serde_json::{Value, json};

use super::support::{Blog, Database, at_once, encoded, on_both_databases, said};
use crate::support::{
    Answer,
    s3::{ACCESS_KEY_ID, RealServer, SECRET_ACCESS_KEY},
};

const UPLOAD: &str = "/admin/backup/s3";
const LIST: &str = "/admin/backup/s3/list";
const DOWNLOAD: &str = "/admin/backup/s3/download";

/// Every route, with a key where one is wanted, and what it says when the service fails.
fn routes() -> [(&'static str, String, &'static str); 4] {
    let key = "?key=cwd-backup-2026-11-21-1.json";
    [
        ("POST", UPLOAD.to_owned(), "S3 备份失败"),
        ("GET", LIST.to_owned(), "获取备份列表失败"),
        ("GET", format!("{DOWNLOAD}{key}"), "下载备份失败"),
        ("DELETE", format!("{UPLOAD}{key}"), "删除备份失败"),
    ]
}

fn configure(blog: &Blog, endpoint: &str, secret: &str) {
    let settings = json!({
        "endpoint": endpoint,
        "accessKeyId": ACCESS_KEY_ID,
        "secretAccessKey": secret,
        "bucket": "blog",
        "region": "",
    });
    blog.admin("PUT", "/admin/settings/s3", &settings).expect(200, &said("保存成功"));
}

fn with_bucket(blog: &Blog) -> RealServer {
    let server = RealServer::start("blog");
    configure(blog, &server.endpoint(), SECRET_ACCESS_KEY);
    server
}

/// Uploads a backup, which must succeed; its key.
#[track_caller]
fn upload(blog: &Blog) -> String {
    let answer = blog.admin("POST", UPLOAD, &json!({}));
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    let file = body["file"].as_str().unwrap().to_owned();
    assert_eq!(body, json!({ "message": "备份成功", "file": file }));
    file
}

fn with_key(blog: &Blog, method: &str, path: &str, key: &str) -> Answer {
    blog.admin(method, &format!("{path}?key={}", encoded(key)), &Value::Null)
}

fn files(blog: &Blog) -> Vec<Value> {
    let answer = blog.admin("GET", LIST, &Value::Null);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["files"].as_array().unwrap().clone()
}

on_both_databases!(a_backup_is_uploaded_listed_downloaded_imported_and_deleted);

fn a_backup_is_uploaded_listed_downloaded_imported_and_deleted(database: Database) {
    let blog = Blog::on(database);
    let server = with_bucket(&blog);
    assert_eq!(files(&blog), Vec::<Value>::new());
    let root = blog.posted(json!({ "content": "kept" }));
    blog.posted(json!({ "parent_id": root }));
    let key = upload(&blog);
    let name = key.strip_prefix("cwd-backup-").unwrap().strip_suffix(".json").unwrap();
    let (day, millis) = name.split_at(10);
    let at = inkstone_vocab::Timestamp::from_millis(millis[1..].parse().unwrap());
    assert_eq!(at.day().to_string(), day);

    let stored = fs::read(server.file("blog", &key)).unwrap();
    let listed = files(&blog);
    assert_eq!((&listed[0]["key"], &listed[0]["size"]), (&json!(key), &json!(stored.len())));
    let modified = listed[0]["lastModified"].as_str().unwrap();
    assert!(modified.starts_with("20") && modified.ends_with('Z'), "{modified}");
    assert_eq!(listed[0].as_object().unwrap().len(), 3);

    let answer = with_key(&blog, "GET", DOWNLOAD, &key);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{key}\""));
    assert_eq!(answer.header("content-length"), stored.len().to_string());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.bytes, stored);
    let backup = answer.json();
    assert_eq!(backup["comments"].as_array().unwrap().len(), 2);
    let other = Blog::on(database);
    let imported = other.admin("POST", "/admin/import/backup", &backup);
    imported.expect(200, &said("导入结果： 评论 2 条;"));

    with_key(&blog, "DELETE", UPLOAD, &key).expect(200, &said("删除成功"));
    assert_eq!(files(&blog), Vec::<Value>::new());
    // What is gone already is gone.
    with_key(&blog, "DELETE", UPLOAD, &key).expect(200, &said("删除成功"));
    with_key(&blog, "GET", DOWNLOAD, &key).expect(500, &said("下载备份失败"));
}

#[test]
fn secrets_stay_here_unless_the_operator_lets_them_go() {
    for upload_secrets in [false, true] {
        let blog = Blog::start_with(|config| config.backup.upload_secrets = upload_secrets);
        let server = with_bucket(&blog);
        blog.set_settings(&json!({ "adminKey": "the key", "adminBadge": "Boss" }));
        let mail = json!({ "smtp": { "host": "smtp.example", "pass": "smtp-hunter2" } });
        blog.admin("PUT", "/admin/settings/email-notify", &mail).expect(200, &said("保存成功"));
        let telegram = json!({ "botToken": "1:telegram-hunter2", "chatId": "7" });
        blog.admin("PUT", "/admin/settings/telegram", &telegram).expect(200, &said("保存成功"));
        let text = fs::read_to_string(server.file("blog", &upload(&blog))).unwrap();
        for secret in [
            "s3_config",
            SECRET_ACCESS_KEY,
            "email_smtp_pass",
            "smtp-hunter2",
            "telegram_bot_token",
            "telegram-hunter2",
            "comment_admin_key_hash",
            "$argon2id$",
        ] {
            // JSON writes a slash as it is.
            assert_eq!(text.contains(secret), upload_secrets, "{secret}");
        }
        for plain in ["\"Boss\"", "smtp.example", "telegram_chat_id"] {
            assert!(text.contains(plain), "{plain}");
        }
    }
}

#[test]
fn the_newest_backup_is_listed_first_and_other_objects_not_at_all() {
    let blog = Blog::start();
    let server = with_bucket(&blog);
    let put = |key: &str, age_s: u64| {
        let file = server.file("blog", key);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "{}").unwrap();
        let time = std::time::SystemTime::now() - std::time::Duration::from_secs(age_s);
        fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    };
    for (key, age_s) in [
        ("cwd-backup-2026-11-20-1.json", 200),
        ("cwd-backup-2026-11-21-2.json", 100),
        ("cwd-backup-2026-11-19-0.json", 300),
        ("cwd-backup-a b&c<d>.json", 0),
        ("cwd-backup-dir/x.json", 0),
        ("cwd-backup-x.txt", 0),
        ("photos/cat.png", 0),
        ("secrets.json", 0),
    ] {
        put(key, age_s);
    }
    let keys: Vec<_> = files(&blog).iter().map(|file| file["key"].clone()).collect();
    let expected = [
        "cwd-backup-2026-11-21-2.json",
        "cwd-backup-2026-11-20-1.json",
        "cwd-backup-2026-11-19-0.json",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn a_thousand_backups_are_not_all_there_is() {
    let blog = Blog::start();
    let server = with_bucket(&blog);
    for number in 0..1_003 {
        fs::write(server.file("blog", &format!("cwd-backup-{number}.json")), "{}").unwrap();
    }
    assert_eq!(files(&blog).len(), 1_003);
}

#[test]
fn only_keys_of_backups_are_touched() {
    let blog = Blog::start();
    let server = with_bucket(&blog);
    fs::write(server.file("blog", "secrets.json"), "{}").unwrap();
    let long = format!("cwd-backup-{}.json", "x".repeat(2000));
    for (method, path) in [("GET", DOWNLOAD), ("DELETE", UPLOAD)] {
        let missing = said("缺少 key 参数");
        blog.admin(method, path, &Value::Null).expect(400, &missing);
        for key in [
            "",
            "secrets.json",
            "cwd-backup-.json",
            "cwd-backup-a.txt",
            "cwd-backup-../secrets.json",
            "cwd-backup-/../../secrets.json",
            "cwd-backup-a.json/../secrets.json",
            "cwd-backup-a\".json",
            "cwd-backup-a\r\nx-evil: 1.json",
            "cwd-backup-a\0.json",
            "cwd-backup-ü.json",
            "cwd-backup-%2e%2e.json",
            " cwd-backup-a.json",
        ] {
            with_key(&blog, method, path, key).expect(400, &missing);
        }
        // It has the form, but no object can have the name.
        assert_eq!(with_key(&blog, method, path, &long).status, 500);
        // The first parameter counts, and another method's parameter is none.
        let twice = format!("{path}?key=secrets.json&key=cwd-backup-a.json");
        blog.admin(method, &twice, &Value::Null).expect(400, &missing);
        blog.admin(method, path, &json!({ "key": "cwd-backup-a.json" })).expect(400, &missing);
    }
    assert!(server.file("blog", "secrets.json").exists());
}

#[test]
fn without_complete_settings_nothing_is_tried() {
    let blog = Blog::start();
    let incomplete = said("S3 配置不完整，请先配置 S3 信息");
    let complete = json!({
        "endpoint": "http://127.0.0.1:1", "accessKeyId": "id", "secretAccessKey": "secret",
        "bucket": "blog", "region": "auto",
    });
    for missing in ["", "endpoint", "accessKeyId", "secretAccessKey", "bucket"] {
        if !missing.is_empty() {
            let mut settings = complete.clone();
            settings[missing] = json!(" ");
            blog.admin("PUT", "/admin/settings/s3", &settings).expect(200, &said("保存成功"));
        }
        for (method, path, _) in routes() {
            blog.admin(method, &path, &json!({})).expect(400, &incomplete);
        }
        // The key is looked at first.
        with_key(&blog, "GET", DOWNLOAD, "x").expect(400, &said("缺少 key 参数"));
    }
}

/// Every route says its own sentence and nothing else.
#[track_caller]
fn all_fail(blog: &Blog) {
    for (method, path, sentence) in routes() {
        blog.admin(method, &path, &json!({})).expect(500, &said(sentence));
    }
}

#[test]
fn a_service_that_fails_is_told_in_the_contracts_words() {
    let blog = Blog::start();
    let server = with_bucket(&blog);
    configure(&blog, &server.endpoint(), "wrong secret");
    all_fail(&blog);
    // Nobody listens there any more.
    let endpoint = server.endpoint();
    drop(server);
    configure(&blog, &endpoint, SECRET_ACCESS_KEY);
    all_fail(&blog);
    for endpoint in
        ["not an address", "ftp://host", "http://user:password@host", "//host", "http://"]
    {
        configure(&blog, endpoint, SECRET_ACCESS_KEY);
        all_fail(&blog);
    }
}

#[test]
fn a_download_that_breaks_off_does_not_look_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let service = thread::spawn(move || {
        for head in ["content-length: 1000000\r\n", ""] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut byte = [0];
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{head}\r\n{{\"half\":");
            stream.write_all(head.as_bytes()).unwrap();
        }
    });
    let blog = Blog::start();
    configure(&blog, &format!("http://{address}"), SECRET_ACCESS_KEY);
    let token = blog.login();
    let url = format!("http://{}{DOWNLOAD}?key=cwd-backup-a.json", blog.server.address);
    let download = || ureq::get(&url).header("authorization", format!("Bearer {token}")).call();
    let broken = download().and_then(|mut answer| answer.body_mut().read_to_vec());
    assert!(broken.is_err(), "{broken:?}");
    // Where the service does not say how long it is, nobody can tell.
    let mut unknown = download().unwrap();
    assert_eq!(unknown.body_mut().read_to_string().unwrap(), "{\"half\":");
    service.join().unwrap();
}

#[test]
fn uploads_at_once_follow_each_other() {
    let blog = Blog::start();
    let server = with_bucket(&blog);
    blog.posted(json!({}));
    let keys = at_once(4, |_| upload(&blog));
    for key in &keys {
        let stored: Value =
            serde_json::from_slice(&fs::read(server.file("blog", key)).unwrap()).unwrap();
        assert_eq!(stored["comments"].as_array().unwrap().len(), 1);
    }
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
}

#[test]
fn backups_are_for_the_owner() {
    let blog = Blog::start();
    let _server = with_bucket(&blog);
    for (method, path, _) in routes() {
        let answer = blog.send(method, &path, &[], &json!({}));
        let answer = answer.expect(401, &said("Unauthorized"));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let bogus = [("authorization", "Bearer bogus")];
        let answer = blog.send(method, &path, &bogus, &json!({}));
        answer.expect(401, &said("Token expired or invalid"));
        let preflight = blog.server.send("OPTIONS", &path, &[], None).expect(204, "");
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
    }
    assert_eq!(files(&blog), Vec::<Value>::new());
}

#[test]
fn the_body_of_an_upload_does_not_matter() {
    let blog = Blog::start();
    let _server = with_bucket(&blog);
    for body in [json!([]), json!("x"), Value::Null, json!({ "key": 7, "endpoint": "http://h" })] {
        assert_eq!(blog.admin("POST", UPLOAD, &body).status, 200, "{body}");
    }
    let bearer = format!("Bearer {}", blog.login());
    let answer = blog.server.send("POST", UPLOAD, &[("authorization", &bearer)], None);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(files(&blog).len(), 5);
}
