//! Deleting script elements from a source text.

const OPENING: &str = "<script";
const CLOSING: &str = "</script";

/// Deletes every script element with its content, in any case, also those that appear only when
/// others are gone; and NUL characters, which no database keeps.
///
/// Runs once over the text: what is kept so far never holds a whole element.
pub(crate) fn strip_scripts(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut opened = None;
    for character in text.chars().filter(|&character| character != '\0') {
        let before = kept.len();
        kept.push(character);
        if !ends_name(character) {
            continue;
        }
        if opened.is_none() && ends_with(&kept[..before], OPENING) {
            opened = Some(before - OPENING.len());
        } else if character == '>'
            && let Some(start) = opened
            && is_closing_tag(&kept[start..before])
        {
            kept.truncate(start);
            opened = None;
        }
    }
    kept
}

fn ends_name(character: char) -> bool {
    matches!(character, '>' | '/') || character.is_ascii_whitespace()
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// Whether `text` ends with an end tag of a script, but for its `>`.
fn is_closing_tag(text: &str) -> bool {
    let Some(start) = text.rfind(['<', '>']) else { return false };
    let tag = &text[start..];
    tag.get(..CLOSING.len()).is_some_and(|head| head.eq_ignore_ascii_case(CLOSING))
        && tag[CLOSING.len()..].chars().next().is_none_or(ends_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn script_elements_are_deleted() {
        for (text, kept) in [
            ("<script>x</script>ok", "ok"),
            ("a<SCRIPT src='x'>y</ScRiPt >b", "ab"),
            ("a<script\n>y</script\n\t>b", "ab"),
            ("a<script/x>y</script x=y>b", "ab"),
            ("<script><script></script>b</script>", "b</script>"),
            ("<scr<script></script>ipt>x</script>y", "y"),
            ("<sc<script></script>ri<script>1</script>pt>x</script>y", "y"),
            ("<scr<script></script>ipt>x", "<script>x"),
            ("<scr\0ipt>x</scr\0ipt>y", "y"),
            ("a\0b", "ab"),
        ] {
            assert_eq!(strip_scripts(text), kept, "{text}");
        }
    }

    #[test]
    fn other_text_stays() {
        for text in [
            "",
            "no markup at all: 你好",
            "<scripted>x</scripted>",
            "<script>without an end",
            "an end without a beginning</script>",
            "<b>script</b> < script >",
        ] {
            assert_eq!(strip_scripts(text), text);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_delete(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "<", ">", "/", "script", "SCRIPT", "<script", "<script>", "</script>", "<scr",
                    "ipt>", "</scr", " ", "x", "é",
                ]),
                0..40,
            )
        ) {
            let once = strip_scripts(&pieces.concat());
            prop_assert_eq!(strip_scripts(&once), once);
        }
    }
}
