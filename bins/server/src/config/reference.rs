//! The reference of all settings, printed by `inkstone config print --reference`.

use std::fmt::Write as _;

use super::{Config, section::Section};

/// The reference in Markdown: the text of `docs/configuration.md`.
pub fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in Config::SECTIONS {
        describe(section, &mut text);
    }
    text
}

const INTRODUCTION: &str = "\
# Configuration

<!-- Written by `inkstone config print --reference > docs/configuration.md`; do not edit. -->

Inkstone runs without any configuration. What is said here is read once, at the start, from three
places; each overrides the one before:

1. the defaults below;
2. the file `inkstone.toml` in the working directory, or the one that `--config` or the variable
   `INKSTONE_CONFIG` names;
3. variables of the environment: `INKSTONE__SECTION__SETTING`, such as
   `INKSTONE__SERVER__LISTEN=0.0.0.0:8080`.

Unknown settings are errors. `inkstone config check` tells whether the configuration is valid,
`inkstone config print` shows what is in force, `inkstone doctor` what it means here.
";

fn describe(section: &Section, text: &mut String) {
    let title = match section.name {
        "" => "General".to_owned(),
        name => format!("`[{name}]`"),
    };
    let about = section.about.trim();
    // Writing to a String cannot fail.
    let _ =
        write!(text, "\n## {title}\n\n{about}\n\n| Setting | Default | Meaning |\n|---|---|---|\n");
    for setting in section.settings {
        let meaning = setting.text.trim();
        let default = match setting.default {
            "''" => "empty".to_owned(),
            default => format!("`{}`", default.replace('\'', "\"")),
        };
        let _ = writeln!(text, "| `{}` | {default} | {meaning} |", setting.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_reference_is_the_committed_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == reference(),
            "docs/configuration.md is out of date; run\n\
             cargo run -- config print --reference > docs/configuration.md"
        );
    }
}
