//! Rules that neither the compiler nor clippy checks: manifests inherit, sources silence nothing,
//! crates introduce themselves, and files that must agree do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cargo_metadata::Package;
use toml::{Table, Value};

use crate::workspace::Workspace;

/// What every member takes from `[workspace.package]`.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license"];

/// Where a manifest names dependencies.
const DEPENDENCY_TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// What `crates/` may not call: time and configuration are arguments there.
const BANNED_IN_CRATES: &[&str] =
    &["std::time::SystemTime::now", "std::time::Instant::now", "std::env::var"];

/// The one file that may expect unsafe code: what it calls is not safe by itself.
const UNSAFE: &str = "gitstore/src/git/remote/transport.rs";

/// The two migration directories, and the files of each migration.
const BACKENDS: [&str; 2] = ["sqlite", "postgres"];
const DIRECTIONS: [&str; 2] = ["down.sql", "up.sql"];

/// Every broken rule, as one sentence each; a file that cannot be read is one, too.
pub(crate) fn problems(workspace: &Workspace) -> Vec<String> {
    [manifests, sources, introductions, lints, migrations, named_tests]
        .into_iter()
        .flat_map(|rule| rule(workspace).unwrap_or_else(|error| vec![format!("{error:#}")]))
        .collect()
}

fn manifests(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    let root: Table = read(&workspace.root.join("Cargo.toml"))?.parse()?;
    let mut unused: BTreeSet<String> = dependencies(&root["workspace"]).collect();
    for package in workspace.members() {
        let member: Table = read(package.manifest_path.as_std_path())?.parse()?;
        problems.extend(manifest(&package.name, &member));
        for dependency in dependencies(&Value::Table(member)) {
            unused.remove(&dependency);
        }
    }
    problems.extend(unused.iter().map(|name| format!("no member uses the dependency {name}")));
    Ok(problems)
}

/// The names below all dependency tables of a manifest.
fn dependencies(manifest: &Value) -> impl Iterator<Item = String> {
    let tables = DEPENDENCY_TABLES.iter().filter_map(|table| manifest.get(table)?.as_table());
    tables.flat_map(Table::keys).cloned()
}

fn manifest(name: &str, manifest: &Table) -> Vec<String> {
    let mut problems = Vec::new();
    if !inherits(manifest.get("lints")) {
        problems.push(format!("{name} does not inherit the workspace lints"));
    }
    let package = manifest.get("package").and_then(Value::as_table);
    for field in INHERITED {
        if !inherits(package.and_then(|package| package.get(*field))) {
            problems.push(format!("{name} does not inherit package.{field}"));
        }
    }
    for table in DEPENDENCY_TABLES {
        for (dependency, value) in
            manifest.get(*table).and_then(Value::as_table).into_iter().flatten()
        {
            // A crate that tests itself with its own feature has no other way to say so.
            if dependency != name && !inherits(Some(value)) {
                problems.push(format!("{name} does not take {dependency} from the workspace"));
            }
        }
    }
    problems
}

fn inherits(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

fn sources(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for directory in ["crates", "bins"] {
        for file in rust_files(&workspace.root.join(directory))? {
            for (number, line) in (1..).zip(read(&file)?.lines()) {
                if silences(line) {
                    let file = file.strip_prefix(&workspace.root)?.display();
                    problems
                        .push(format!("{file}:{number} allows a lint; expect it, with a reason"));
                }
                if is_unsafe(line) && !file.ends_with(UNSAFE) {
                    let file = file.strip_prefix(&workspace.root)?.display();
                    problems
                        .push(format!("{file}:{number} expects unsafe code, as only {UNSAFE} may"));
                }
            }
        }
    }
    Ok(problems)
}

fn silences(line: &str) -> bool {
    let line = line.trim_start();
    !line.starts_with("//")
        && ["#[", "#!["].iter().any(|open| line.contains(&format!("{open}allow(")))
}

fn is_unsafe(line: &str) -> bool {
    let line = line.trim_start();
    !line.starts_with("//") && line.contains(&format!("{}(unsafe_code", "expect"))
}

fn introductions(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for Package { name, targets, .. } in workspace.members() {
        for target in targets.iter().filter(|target| target.is_lib() || target.is_bin()) {
            let text = read(target.src_path.as_std_path())?;
            if !text.starts_with("//!") && !text.starts_with("#![doc = include_str!") {
                problems.push(format!("{name}: {} does not introduce itself", target.name));
            }
        }
    }
    Ok(problems)
}

/// Documents that name tests as what shows their claims.
const CLAIMS: &[&str] = &["docs/SECURITY.md", "docs/wire"];

fn named_tests(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut known = BTreeSet::new();
    for directory in ["crates", "bins"] {
        for file in rust_files(&workspace.root.join(directory))? {
            known.extend(file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
            known.extend(read(&file)?.lines().filter_map(function).map(str::to_owned));
        }
    }
    let mut problems = Vec::new();
    for document in CLAIMS {
        for file in markdown_files(&workspace.root.join(document))? {
            let text = read(&file)?;
            for path in paths(&text).filter(|path| !known.contains(last_segment(path))) {
                let file = file.strip_prefix(&workspace.root)?.display();
                problems.push(format!("{file} names {path}, which does not exist"));
            }
        }
    }
    Ok(problems)
}

/// The name of the function that `line` begins.
fn function(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("fn ")?.split(['(', '<']).next()
}

/// What stands in back quotes and looks like the path of a test or a module.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | ':');
    text.split('`').filter(move |word| word.contains("::") && word.chars().all(plain))
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The Markdown file, or those in the directory; none when there is neither.
fn markdown_files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let Ok(entries) = fs::read_dir(place) else { return Ok(Vec::new()) };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "md")).collect())
}

fn lints(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let shared = read(&workspace.root.join(".clippy.toml"))?;
    let crates = read(&workspace.root.join("crates/.clippy.toml"))?;
    Ok(clippy_tables(&shared, &crates))
}

/// Clippy reads only the nearest file, so the inner one must say everything the outer one says.
fn clippy_tables(shared: &str, crates: &str) -> Vec<String> {
    let lines: BTreeSet<&str> = crates.lines().collect();
    let lost = shared
        .lines()
        .filter(|line| !line.trim().is_empty() && !lines.contains(line))
        .map(|line| format!("crates/.clippy.toml does not repeat {line}"));
    let unbanned = BANNED_IN_CRATES
        .iter()
        .filter(|method| !crates.contains(&format!("\"{method}\"")))
        .map(|method| format!("crates/.clippy.toml does not ban {method}"));
    lost.chain(unbanned).collect()
}

fn migrations(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let root = workspace.root.join("migrations");
    let [sqlite, postgres] = BACKENDS.map(|backend| root.join(backend));
    let mut problems = Vec::new();
    let names = entries(&sqlite)?;
    for name in names.symmetric_difference(&entries(&postgres)?) {
        problems.push(format!("migration {name} exists for one backend only"));
    }
    if names.is_empty() {
        problems.push("there are no migrations".to_owned());
    }
    for directory in [sqlite, postgres] {
        for name in entries(&directory)? {
            if entries(&directory.join(&name))? != DIRECTIONS.map(str::to_owned).into() {
                problems.push(format!("migration {name} is not one up.sql and one down.sql"));
            }
        }
    }
    Ok(problems)
}

fn rust_files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)
        .with_context(|| format!("failed to list {}", directory.display()))?
    {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The names in a directory.
fn entries(directory: &Path) -> anyhow::Result<BTreeSet<String>> {
    fs::read_dir(directory)
        .with_context(|| format!("failed to list {}", directory.display()))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_the_workspace_agree() {
        holds(manifests);
    }

    #[test]
    fn sources_silence_no_lint() {
        holds(sources);
    }

    #[test]
    fn crates_introduce_themselves() {
        holds(introductions);
    }

    #[test]
    fn the_inner_lint_table_repeats_the_outer_one() {
        holds(lints);
    }

    #[test]
    fn both_backends_have_the_same_migrations() {
        holds(migrations);
    }

    #[test]
    fn documents_name_tests_that_exist() {
        holds(named_tests);
    }

    #[test]
    fn paths_of_tests_are_told_from_other_words() {
        let text = "`server::cwd::a_b` and `Store::read`, `x y::z`; `one`, `a::b`";
        assert_eq!(paths(text).collect::<Vec<_>>(), ["server::cwd::a_b", "a::b"]);
        assert_eq!(last_segment("a::b_c"), "b_c");
        assert_eq!(function("    fn a_b<T>(x: T) {"), Some("a_b"));
    }

    #[test]
    fn a_manifest_of_its_own_is_a_problem() {
        let own = "[package]\nname = \"stray\"\nversion = \"1.0.0\"\n[dependencies]\nserde = \"1\"";
        let problems = manifest("stray", &own.parse().unwrap());
        assert_eq!(problems.len(), 1 + INHERITED.len() + 1, "{problems:?}");
    }

    #[test]
    fn an_attribute_that_allows_is_found_and_a_comment_is_not() {
        let [outer, inner] = ["#[", "#!["].map(|open| format!("  {open}allow(dead_code)]"));
        assert!(silences(&outer) && silences(&inner));
        assert!(!silences(&format!("// {outer}")));
        assert!(!silences("#[expect(dead_code, reason = \"shown\")]"));
    }

    #[test]
    fn an_attribute_that_expects_unsafe_code_is_found() {
        let line = format!("  #[{}(unsafe_code, reason = \"shown\")]", "expect");
        assert!(is_unsafe(&line));
        assert!(!is_unsafe(&format!("// {line}")));
        assert!(!is_unsafe("#[expect(dead_code, reason = \"shown\")]"));
    }

    #[test]
    fn a_lint_line_missing_inside_is_a_problem() {
        let bans: Vec<String> =
            BANNED_IN_CRATES.iter().map(|method| format!("\"{method}\"\n")).collect();
        let bans = bans.concat();
        let shared = "too-many-lines-threshold = 60";
        assert_eq!(clippy_tables(shared, &bans).len(), 1);
        assert_eq!(clippy_tables(shared, shared).len(), BANNED_IN_CRATES.len());
        assert!(clippy_tables(shared, &format!("{bans}{shared}\n")).is_empty());
    }

    #[track_caller]
    fn holds(rule: fn(&Workspace) -> anyhow::Result<Vec<String>>) {
        let workspace = Workspace::load().unwrap();
        assert_eq!(rule(&workspace).unwrap(), Vec::<String>::new());
    }
}
