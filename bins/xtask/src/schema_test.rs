//! `cargo xtask schema-test`: requests that Schemathesis makes up from `/openapi.json`, sent to a
//! server of their own.
//!
//! Nothing leaves the machine: whatever the server would ask elsewhere is configured to be nowhere,
//! and the examples name hosts below `.example`, which never resolve.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

/// The packages, whose versions decide what is tested.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

/// Cases of one operation and kind, unless the caller says otherwise.
const CASES: &str = "25";

/// What a server is told: everything on, no limit in the way, nobody else to be reached.
const SETTINGS: &[(&str, &str)] = &[
    ("INKSTONE__SERVER__LISTEN", "127.0.0.1:0"),
    ("INKSTONE__SERVER__PUBLIC_URL", "http://127.0.0.1:9"),
    ("INKSTONE__METRICS__LISTEN", ""),
    ("INKSTONE__BACKUP__EVERY_HOURS", "0"),
    ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0"),
    ("INKSTONE__LIMITS__LIKES_PER_MINUTE", "1000000"),
    ("INKSTONE__QEXO__WRONG_TOKENS_PER_MINUTE", "1000000"),
    ("INKSTONE__QEXO__LOGINS_PER_MINUTE", "1000000"),
    ("INKSTONE__QEXO__STATISTIC_PER_MINUTE", "1000000"),
    ("INKSTONE__QEXO__TALK_LIKES_PER_MINUTE", "1000000"),
    ("INKSTONE__QEXO__FIELDS_PER_MINUTE", "1000000"),
    ("INKSTONE__QEXO__ASK_FRIEND_PER_HOUR", "1000000"),
    ("INKSTONE__QEXO__CAPTCHA_URL", NOWHERE),
    ("INKSTONE__CONTENT__GITHUB_URL", NOWHERE),
    ("INKSTONE__CONTENT__GITHUB_API_URL", NOWHERE),
    ("INKSTONE__CONTENT__GITLAB_URL", NOWHERE),
    ("INKSTONE__CONTENT__GITEA_URL", NOWHERE),
    ("INKSTONE__TELEGRAM__API_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__BARK_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__DINGTALK_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__PUSHDEER_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__PUSHPLUS_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__QMSG_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__SERVERCHAN_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__SERVERCHAN_TURBO_URL", NOWHERE),
    ("INKSTONE__NOTIFIERS__WECOM_URL", NOWHERE),
    ("INKSTONE__READMORE__BLOGS", "18762-1578560384586-915"),
    ("INKSTONE__READMORE__GATE", "true"),
    ("INKSTONE__READMORE_LIMITS__CAPTCHAS_PER_MINUTE", "1000000"),
    ("INKSTONE__READMORE_LIMITS__CAPTCHAS_PER_HOUR", "1000000"),
    ("INKSTONE__READMORE_LIMITS__FAILURES_PER_5_MINUTES", "1000000"),
    ("INKSTONE__READMORE_LIMITS__FAILURES_PER_HOUR", "1000000"),
    ("INKSTONE__READMORE_LIMITS__FAILURES_PER_DAY", "1000000"),
    ("INKSTONE__READMORE_LIMITS__TOKENS_PER_MINUTE", "1000000"),
    ("INKSTONE__READMORE_LIMITS__INVALID_TOKENS_PER_MINUTE", "1000000"),
    ("INKSTONE__READMORE_LIMITS__BROWSES_PER_MINUTE", "1000000"),
    ("INKSTONE__READMORE_LIMITS__WRONG_SIGNATURES_PER_MINUTE", "1000000"),
    ("INKSTONE__WECHAT__APP_TOKEN", "only-for-tests"),
];

/// What is checked: no 5xx, and no other status, type or shape than described. Calls that ask a
/// server of the owner's choice answer 500 when it does not answer, as CWD does.
const CONFIGURATION: &str = r#"
[checks]
response_headers_conformance.enabled = false
negative_data_rejection.enabled = false
positive_data_acceptance.enabled = false
missing_required_header.enabled = false
unsupported_method.enabled = false
allow_header_conformance.enabled = false
use_after_free.enabled = false
ensure_resource_availability.enabled = false
ignored_auth.enabled = false
object_level_authorization.enabled = false

[[operations]]
include-name = [
  "POST /admin/settings/email-test",
  "POST /admin/backup/s3",
  "DELETE /admin/backup/s3",
  "GET /admin/backup/s3/list",
  "GET /admin/backup/s3/download",
]
checks.not_a_server_error.enabled = false
"#;

/// Port 9 of this machine discards, or is closed.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Whether all went well; prints a table. `options` go to Schemathesis.
pub(crate) fn run(root: &Path, options: &[String]) -> anyhow::Result<bool> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let tools = install(&target.join("tools/schemathesis"))?;
    let work = target.join("schema-test");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let binary =
        env::var_os("INKSTONE_BIN").map_or_else(|| target.join("debug/inkstone"), PathBuf::from);
    seed(&binary, &work)?;
    let server = Server::start(&binary, &work)?;
    let description = work.join("openapi.json");
    fs::write(&description, output(&mut inkstone(&binary, &work, &["openapi"]))?)?;
    let mut validate = Command::new(tools.join("openapi-spec-validator"));
    ensure!(
        validate.args(["--schema", "3.1"]).arg(&description).status()?.success(),
        "openapi.json is no OpenAPI 3.1"
    );
    fs::write(work.join("schemathesis.toml"), CONFIGURATION)?;
    let report = work.join("report.ndjson");
    let passed = schemathesis(&tools, &server, &work, &report, options)?;
    print(&table(&serde_json::from_str(&fs::read_to_string(&description)?)?, &report)?);
    Ok(passed)
}

/// Something to list and to change: a blog, comments, friends, talks, images, fields, notices.
fn seed(binary: &Path, work: &Path) -> anyhow::Result<()> {
    let blog = work.join("blog");
    for (path, text) in [
        ("_config.yml", "title: Blog\n"),
        ("source/_posts/hello.md", "---\ntitle: Hello\n---\nHello.\n"),
        ("source/_drafts/idea.md", "---\ntitle: Idea\n---\n"),
        ("source/about/index.md", "---\ntitle: About\n---\n"),
    ] {
        let path = blog.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&blog))?;
        fs::write(path, text)?;
    }
    let params = json!({ "path": blog, "config": "Hexo", "auto": "" });
    let provider = json!({ "provider": "本地", "params": params }).to_string();
    let host = json!({ "type": "本地存储", "params": {} }).to_string();
    let time = "1767753000";
    let export = json!({
        "settings": [
            { "name": "PROVIDER", "content": provider },
            { "name": "IMG_HOST", "content": host },
            { "name": "ALLOW_FRIEND", "content": "是" },
            { "name": "STATISTIC_ALLOW", "content": "是" },
            { "name": "STATISTIC_DOMAINS", "content": "blog.example" },
        ],
        "friends": [{ "name": "Ann", "url": "https://ann.example/", "imageUrl": "", "time": time, "description": "", "status": true }],
        "talks": [{ "content": "Hello", "tags": "[]", "time": time, "like": "[]", "values": "{}" }],
        "images": [{ "name": "a.png", "url": "https://img.example/a.png", "size": "9", "date": time, "type": "image/png" }],
        "custom": [{ "name": "greeting", "content": "Hello" }],
        "notifications": [{ "label": "Build", "content": "done", "time": time }],
    });
    let comment = |number: u64| {
        json!({
            "id": number,
            "post_slug": "/posts/hello/",
            "name": "Ann",
            "email": "ann@example.org",
            "content_text": format!("Comment {number}"),
            "created": 1_767_753_000_000_u64 + number,
        })
    };
    let comments: Value = (1..10).map(comment).collect();
    for (kind, content) in [("qexo", export), ("cwd", comments)] {
        fs::write(work.join("seed.json"), content.to_string())?;
        output(&mut inkstone(binary, work, &["import", kind, "seed.json"]))?;
    }
    Ok(())
}

/// The directory of the programs, installed unless they are.
fn install(directory: &Path) -> anyhow::Result<PathBuf> {
    let (programs, stamp) = (directory.join("bin"), directory.join("installed"));
    let wanted = PACKAGES.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    output(Command::new("python3").args(["-m", "venv"]).arg(directory))?;
    output(Command::new(programs.join("pip")).args(["install", "--quiet"]).args(PACKAGES))?;
    fs::write(stamp, wanted)?;
    Ok(programs)
}

fn schemathesis(
    tools: &Path,
    server: &Server,
    work: &Path,
    report: &Path,
    options: &[String],
) -> anyhow::Result<bool> {
    let mut command = Command::new(tools.join("schemathesis"));
    command
        .current_dir(work)
        .args(["run", &format!("http://{}/openapi.json", server.address)])
        .args(["--header", &format!("Authorization: Bearer {}", server.token)])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", CASES])
        .args(["--continue-on-failure", "--no-shrink", "--workers", "1", "--warnings", "off"])
        .args(["--generation-with-security-parameters", "false", "--generation-database", "none"])
        .args(["--suppress-health-check", "all", "--request-timeout", "60", "--no-color"])
        .args(["--report", "ndjson", "--report-ndjson-path"])
        .arg(report)
        .args(options);
    Ok(command.status().context("schemathesis does not start")?.success())
}

/// A server on a directory of its own; it ends with this value.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    fn start(binary: &Path, work: &Path) -> anyhow::Result<Self> {
        let token = output(&mut inkstone(binary, work, &["token", "create", "schema-test"]))?;
        let mut child = inkstone(binary, work, &["serve"])
            .stdout(Stdio::piped())
            .stderr(File::create(work.join("server.log"))?)
            .spawn()
            .with_context(|| format!("{} does not start", binary.display()))?;
        let lines = child.stdout.take().map(|stdout| BufReader::new(stdout).lines());
        for line in lines.into_iter().flatten() {
            if let Some((_, rest)) = line?.split_once("answers at http://") {
                let address = rest.split(',').next().unwrap_or_default().to_owned();
                return Ok(Self { child, address, token: token.trim().to_owned() });
            }
        }
        bail!("the server has ended: {}", fs::read_to_string(work.join("server.log"))?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn inkstone(binary: &Path, work: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command
        .args(arguments)
        .current_dir(work)
        .env_clear()
        .envs(SETTINGS.iter().copied())
        .env("INKSTONE__CONTENT__LOCAL_ROOTS", work);
    command
}

/// What a program has said; an error when it has failed.
fn output(command: &mut Command) -> anyhow::Result<String> {
    let run = command.output().with_context(|| format!("{command:?} does not start"))?;
    ensure!(run.status.success(), "{command:?}: {}", String::from_utf8_lossy(&run.stderr));
    Ok(String::from_utf8(run.stdout)?)
}

/// Operations, cases and failed cases of a group.
#[derive(Default)]
struct Row {
    operations: BTreeSet<String>,
    cases: usize,
    failures: usize,
}

/// What became of the cases, by group, as a table in Markdown.
fn table(description: &Value, report: &Path) -> anyhow::Result<String> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for line in BufReader::new(File::open(report)?).lines() {
        let event: Value = serde_json::from_str(&line?)?;
        let recorder = &event["ScenarioFinished"]["recorder"];
        let Some((method, path)) = recorder["label"].as_str().and_then(|name| name.split_once(' '))
        else {
            continue;
        };
        let operation = &description["paths"][path][method.to_lowercase()];
        let group = operation["tags"][0].as_str().context("an operation of no group")?;
        let row = rows.entry(group.to_owned()).or_default();
        row.operations.insert(format!("{method} {path}"));
        row.cases += recorder["cases"].as_object().map_or(0, serde_json::Map::len);
        let checks = recorder["checks"].as_object().into_iter().flatten();
        row.failures += checks.filter(|(_, checks)| has_failed(checks)).count();
    }
    let mut text = "| Group | Operations | Cases | Failures |\n|---|---|---|---|\n".to_owned();
    let mut all = Row::default();
    for (group, row) in rows {
        let Row { operations, cases, failures } = row;
        writeln!(text, "| {group} | {} | {cases} | {failures} |", operations.len())?;
        all.operations.extend(operations);
        all.cases += cases;
        all.failures += failures;
    }
    let Row { operations, cases, failures } = all;
    writeln!(text, "| All | {} | {cases} | {failures} |", operations.len())?;
    Ok(text)
}

fn has_failed(checks: &Value) -> bool {
    checks.as_array().into_iter().flatten().any(|check| check["status"] == "failure")
}

#[expect(clippy::print_stdout, reason = "a command line tool speaks on the terminal")]
fn print(text: &str) {
    println!("\n{text}");
}
