//! Where in a bucket a file goes (contract qexo, section 10).

use inkstone_media::{ImageFile, Moment};
use md5::{Digest as _, Md5};

/// What is meant when the owner says nothing.
const DEFAULT: &str = "{YEAR}/{MONTH}/{random}.{extName}";

/// The key for `file` as `pattern` says: `{year}` (two digits), `{month}`, `{day}`, `{YEAR}`,
/// `{MONTH}`, `{DAY}` (padded), `{filename}` (without its extension), `{extName}`, `{md5}`,
/// `{time}` (seconds), and `{random}`. What is in other braces stays as it is.
///
/// The key ends in the extension of the file's kind, whatever its owner and the pattern say, so
/// that nobody who serves it takes it for something else.
pub(crate) fn key(pattern: &str, file: &ImageFile<'_>, moment: &Moment) -> String {
    let pattern = if pattern.is_empty() { DEFAULT } else { pattern };
    let mut key = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        key.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(name, after)| placeholder(name, file, moment).map(|text| (text, after)));
        let (text, after) = known.unwrap_or_else(|| ("{".to_owned(), after));
        key.push_str(&text);
        rest = after;
    }
    key.push_str(rest);
    let key = key.trim_start_matches('/');
    let extension = format!(".{}", file.kind.extension());
    if key.ends_with(&extension) { key.to_owned() } else { format!("{key}{extension}") }
}

fn placeholder(name: &str, file: &ImageFile<'_>, moment: &Moment) -> Option<String> {
    let day = moment.day.to_string();
    // From the end: years may have a sign.
    let mut parts = day.rsplitn(3, '-');
    let [date, month, year] = [(); 3].map(|()| parts.next().unwrap_or_default());
    let unpadded = |digits: &str| digits.trim_start_matches('0').to_owned();
    Some(match name {
        "year" => year[year.len().saturating_sub(2)..].to_owned(),
        "month" => unpadded(month),
        "day" => unpadded(date),
        "YEAR" => year.to_owned(),
        "MONTH" => month.to_owned(),
        "DAY" => date.to_owned(),
        "filename" => stem(file),
        "extName" => file.kind.extension().to_owned(),
        "md5" => base16ct::lower::encode_string(&Md5::digest(file.content)),
        "time" => {
            let (seconds, millis) =
                (moment.at.millis().div_euclid(1000), moment.at.millis().rem_euclid(1000));
            format!("{seconds}.{millis:03}")
        }
        "random" => base16ct::lower::encode_string(&moment.random),
        _ => return None,
    })
}

/// The name of the file without its extension, of letters, digits, and what means nothing in an
/// address.
fn stem(file: &ImageFile<'_>) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let stem: String = file.name.stem().chars().map(kept).take(100).collect();
    if stem.trim_matches('.').is_empty() { "image".to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use inkstone_media::{ImageKind, Title};
    use inkstone_vocab::{Day, Timestamp};

    use super::*;

    fn made(pattern: &str, name: &str) -> String {
        let name = Title::parse(name).unwrap();
        let file = ImageFile { name: &name, kind: ImageKind::Png, content: b"hello" };
        let moment = Moment {
            at: Timestamp::from_millis(1_641_081_600_042),
            day: Day::parse("2022-01-02").unwrap(),
            random: [0xab; 16],
        };
        key(pattern, &file, &moment)
    }

    #[test]
    fn placeholders_mean_what_the_contract_says() {
        let random = "ab".repeat(16);
        for (pattern, expected) in [
            ("{year}/{month}/{day}/{filename}.{extName}", "22/1/2/cat.png"),
            (
                "/{YEAR}/{MONTH}/{DAY}/{md5}.{extName}",
                "2022/01/02/5d41402abc4b2a76b9719d911017c592.png",
            ),
            ("i/{time}.png", "i/1641081600.042.png"),
            ("", &format!("2022/01/{random}.png")),
            ("{filename}", "cat.png"),
            ("{filename}.html", "cat.html.png"),
            ("{filename}.svg/", "cat.svg/.png"),
            ("{unknown}{/{filename}.png", "{unknown}{/cat.png"),
            ("{", "{.png"),
            ("}{}", "}{}.png"),
        ] {
            assert_eq!(made(pattern, "cat.jpeg"), expected, "{pattern}");
        }
    }

    #[test]
    fn names_of_files_lead_nowhere_else() {
        for (name, expected) in [
            ("猫 1.gif", "a/猫_1.png"),
            ("..", "a/image.png"),
            ("a b?c#d%2e/../e.gif", "a/a_b_c_d_2e_.._e.png"),
            ("{md5}.png", "a/_md5_.png"),
            ("", "a/image.png"),
            ("x.html", "a/x.png"),
        ] {
            assert_eq!(made("a/{filename}", name), expected, "{name}");
        }
        assert_eq!(made("{filename}", &"x".repeat(400)).len(), 104);
    }
}
