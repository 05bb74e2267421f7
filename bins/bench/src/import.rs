//! How long an import takes, and how much memory.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use serde_json::json;

use crate::{
    inkstone::Backend,
    process::{Usage, Workplace, run},
};

/// Imports `count` comments into an empty database, and once more over what is there; a line of
/// Markdown for each.
pub(crate) fn measure(
    workplace: &Workplace,
    backends: &[Backend],
    count: u32,
) -> anyhow::Result<String> {
    let file = workplace.path("import.json");
    write(&file, count)?;
    let megabytes = std::fs::metadata(&file)?.len() / 1_000_000;
    let name = file.to_string_lossy();
    let mut table = format!(
        "| Import of {count} comments ({megabytes} MB) | Database | seconds | of processors | peak RSS MB |\n\
         |---|---|---|---|---|\n"
    );
    for backend in backends {
        let database = backend.database(workplace, "import")?;
        let import = ["import", "cwd", &name];
        for (row, more) in [("new", None), ("foretold", Some("--dry-run")), ("all known", None)] {
            let arguments: Vec<&str> = import.into_iter().chain(more).collect();
            let Usage { seconds, busy, memory } = run(&mut database.command(&arguments)?)?;
            let database = backend.name();
            writeln!(table, "| {row} | {database} | {seconds:.1} | {busy:.1} | {memory:.0} |")?;
        }
    }
    Ok(table)
}

/// The export of a busy blog: a thousand pages, two of three comments are answers, and answers
/// come first.
fn write(file: &Path, count: u32) -> anyhow::Result<()> {
    let mut output = BufWriter::new(File::create(file)?);
    let text =
        "It was **a good read**, see [the second part](https://blog.example/two) and `code`. ";
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    output.write_all(b"[")?;
    for id in (1..=count).rev() {
        let page = id / 3 % 1_000;
        let comment = json!({
            "id": id,
            "created": 1_700_000_000_000_u64 + u64::from(id) * 1_000,
            "post_slug": format!("/posts/{page}/"),
            "post_url": format!("https://blog.example/posts/{page}/"),
            "name": format!("Reader {}", id % 5_000),
            "email": format!("reader{}@mail.example", id % 5_000),
            "ip_address": "192.0.2.1",
            "ua": agent,
            "content_text": text.repeat(2),
            "content_html": format!("<p>{}</p>", text.repeat(2)),
            "parent_id": if id % 3 == 0 { None } else { Some(id - id % 3).filter(|id| *id > 0) },
            "likes": id % 7,
            "priority": 1,
            "status": "approved",
            "site_id": "",
        });
        let end = if id == 1 { "]" } else { ",\n" };
        write!(output, "{comment}{end}")?;
    }
    Ok(output.flush()?)
}
