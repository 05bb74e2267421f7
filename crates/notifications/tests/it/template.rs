//! Templates, and what strangers cannot do to them.

use inkstone_notifications::{Value, render};
use proptest::prelude::*;

#[track_caller]
fn check(template: &str, expected: &str) {
    let values = [
        ("a", Value::Text("<A>")),
        ("postTitle", Value::Text("${a}")),
        ("h_1", Value::Html("<p>${a}</p>")),
        ("empty", Value::Text("")),
    ];
    assert_eq!(render(template, &values), expected);
}

#[test]
fn names_are_filled_in() {
    check("", "");
    check("<p>no name</p>", "<p>no name</p>");
    check("${a}${a}, ${empty}.", "&lt;A&gt;&lt;A&gt;, .");
    check("你好 ${a}，再见", "你好 &lt;A&gt;，再见");
    check("[${unknown}${A}${postTitle2}]", "[]");
}

#[test]
fn values_are_not_looked_at_again() {
    check("${postTitle}", "${a}");
    check("${h_1}", "<p>${a}</p>");
}

#[test]
fn what_is_no_name_stays() {
    for text in
        ["$", "${", "${}", "${ a}", "${a", "${a b}", "${a-b}", "$a", "${é}", "{a}", "${a\n}", "}"]
    {
        check(text, text);
    }
    check("$${a}", "$&lt;A&gt;");
    check("${${a}}", "${&lt;A&gt;}");
    check("${a${a}", "${a&lt;A&gt;");
}

#[test]
fn many_beginnings_cost_little() {
    let template = "${a".repeat(300_000);
    assert_eq!(render(&template, &[("a", Value::Text("x"))]), template);
}

#[test]
fn every_character_that_means_something_is_escaped() {
    let hostile = r#"</p><script>alert('1')</script>" onclick="x" &lt; &"#;
    let html = render("<p title=\"${x}\">${x}</p>", &[("x", Value::Text(hostile))]);
    let safe = "&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onclick=&quot;x&quot; &amp;lt; &amp;";
    assert_eq!(html, format!("<p title=\"{safe}\">{safe}</p>"));
}

proptest! {
    /// Around a text stands what stood around nothing, and the text can be read again.
    #[test]
    fn texts_never_become_markup(text in any::<String>(), hostile in r#"[<>"'&${}a-z/=; \n]{0,40}"#) {
        for text in [text, hostile] {
            let html = render("<b id=\"${x}\">${x}</b>", &[("x", Value::Text(&text))]);
            let inner = html.strip_prefix("<b id=\"").and_then(|rest| rest.strip_suffix("</b>"));
            let (one, other) = inner.and_then(|inner| inner.split_once("\">")).expect("the frame");
            prop_assert_eq!(one, other);
            prop_assert!(!one.contains(['<', '>', '"', '\'']));
            prop_assert_eq!(unescaped(one), text);
        }
    }

    #[test]
    fn no_template_panics(template in any::<String>(), tricky in "[${}a_é ]{0,30}") {
        for template in [template, tricky] {
            let html = render(&template, &[("a", Value::Text("${a}"))]);
            prop_assert!(html.len() <= template.len() * 2);
        }
    }
}

fn unescaped(html: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(html.to_owned(), |text, (entity, c)| text.replace(entity, c))
}
