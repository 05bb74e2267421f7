//! What comments look like, and what they can never be.

use std::collections::HashSet;
use std::thread;

use inkstone_comments::{BodyError, CommentBody, sanitize_html};
use proptest::prelude::*;

use crate::safety::{assert_harmless, assert_safe, text_of};

#[track_caller]
fn check(source: &str, html: &str) {
    let body = CommentBody::parse(source).unwrap_or_else(|error| panic!("{source:?}: {error}"));
    assert_eq!(body.html(), html, "{source}");
    assert_safe(html);
}

#[test]
fn comments_look_as_the_contract_says() {
    check("hello\nworld", "<p>hello<br>world</p>\n");
    check(
        "**b** _i_ ~~s~~ `c`",
        "<p><strong>b</strong> <em>i</em> <del>s</del> <code>c</code></p>\n",
    );
    check(
        "```js\nlet a=1<2\n```",
        "<pre><code class=\"language-js\">let a=1&lt;2\n</code></pre>\n",
    );
    check(
        "|a|b|\n|:-|-|\n|1|2|",
        "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th>b</th>\n</tr>\n</thead>\n\
         <tbody>\n<tr>\n<td align=\"left\">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
    );
    check(
        "https://a.b a@b.co",
        "<p><a href=\"https://a.b\" target=\"_blank\" rel=\"nofollow noopener noreferrer ugc\">\
         https://a.b</a> <a href=\"mailto:a@b.co\">a@b.co</a></p>\n",
    );
    check("[l](javascript:alert(1))", "<p><a>l</a></p>\n");
    check("[l](JavaScript:alert(1))", "<p><a>l</a></p>\n");
    check("- [x] t\n- [ ] u", "<ul>\n<li>☑ t</li>\n<li>☐ u</li>\n</ul>\n");
    check("<script>x</script>ok", "<p>ok</p>\n");
    check("<SCRIPT>x</SCRIPT >ok", "<p>ok</p>\n");
    check("a <scr<script></script>ipt>x", "<p>a &lt;script&gt;x</p>\n");
    check("Vec<T>", "<p>Vec&lt;T&gt;</p>\n");
    check("<b onclick=x>hi</b>", "<p><b>hi</b></p>\n");
    check("a<img src=x onerror=y>b", "<p>ab</p>\n");
    check("a <input> b", "<p>a &lt;input&gt; b</p>\n");
    check("<iframe src=\"x\"></iframe>", "&lt;iframe src=\"x\"&gt;&lt;/iframe&gt;");
    check("<svg onload=x>", "&lt;svg onload=x&gt;");
    check("<form>a</form>", "&lt;form&gt;a&lt;/form&gt;");
    check("<style>a</style>", "&lt;style&gt;a&lt;/style&gt;");
    check(":smile:", "<p>:smile:</p>\n");
    check("a<!-- b -->c", "<p>ac</p>\n");
}

#[test]
fn blocks_and_html_mix() {
    check("> q\n\n# h\n***", "<blockquote>\n<p>q</p>\n</blockquote>\n<h1>h</h1>\n<hr>\n");
    check("2. a\n   - b", "<ol start=\"2\">\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>\n");
    check(
        "<details open><summary>s</summary>\n\n**x**\n\n</details>",
        "<details open=\"\"><summary>s</summary>\n<p><strong>x</strong></p>\n</details>",
    );
    check("<b>a\n\nb", "<p><b>a</b></p>\n<p>b</p>\n");
    check("a & b &lt; \u{a0}c", "<p>a &amp; b &lt; &nbsp;c</p>\n");
    check("`<b>&amp;</b>`", "<p><code>&lt;b&gt;&amp;amp;&lt;/b&gt;</code></p>\n");
    check("```c++ x\ny\n```", "<pre><code class=\"language-c++\">y\n</code></pre>\n");
}

#[test]
fn links_and_images_carry_what_the_contract_demands() {
    let rel = "target=\"_blank\" rel=\"nofollow noopener noreferrer ugc\"";
    check(
        "<a href=HTTPS://a.b target=_top rel=opener id=x class=y style=z>x</a>",
        &format!("<p><a href=\"HTTPS://a.b\" {rel}>x</a></p>\n"),
    );
    check(
        "[x](https://a.b/\" \"t<\")",
        &format!("<p><a href=\"https://a.b/%22\" title=\"t&lt;\" {rel}>x</a></p>\n"),
    );
    check(
        "[a](#x) [b](/y) [c](//z) [d](</\\z>)",
        "<p><a href=\"#x\">a</a> <a href=\"/y\">b</a> <a>c</a> <a>d</a></p>\n",
    );
    check(
        "<https://a.b> <a@b.co> `https://a.b`",
        &format!(
            "<p><a href=\"https://a.b\" {rel}>https://a.b</a> \
             <a href=\"mailto:a@b.co\">a@b.co</a> <code>https://a.b</code></p>\n"
        ),
    );
    check(
        "<a href=\"/x\">https://a.b</a> <code>www.a.b</code>",
        "<p><a href=\"/x\">https://a.b</a> <code>www.a.b</code></p>\n",
    );
    check(
        "![a *b*](https://a.b/c.png)",
        "<p><img src=\"https://a.b/c.png\" alt=\"a b\" loading=\"lazy\" \
         referrerpolicy=\"no-referrer\"></p>\n",
    );
}

#[test]
fn imported_html_keeps_its_text() {
    for (html, sanitized) in [
        ("<p>hi</p>\n", "<p>hi</p>\n"),
        ("<section><font color=red>a</font></section>", "a"),
        ("a<script>b</script><style>c</style><svg><title>d</title></svg>e", "ae"),
        ("<p>a<p>b<ul><li>c<li>d</ul>", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>"),
        ("<b><i>a</b></i>", "<b><i>a</i></b>"),
        ("<a href='&#106;avascript:x' onclick=y>a</a>", "<a>a</a>"),
        (
            "<img src='https:&#x2F;&#x2F;a.b' srcset=x>",
            "<img src=\"https://a.b\" loading=\"lazy\" referrerpolicy=\"no-referrer\">",
        ),
        (
            "<table width=9><tr><td colspan=2 style=x>a<td colspan=99999>b</table>",
            "<table><tbody><tr><td colspan=\"2\">a</td><td>b</td></tr></tbody></table>",
        ),
        (
            "<code class='language-js'>a</code><pre class=x>b</pre>",
            "<code class=\"language-js\">a</code><pre>b</pre>",
        ),
        ("1 < 2 <!-- a --> & 3", "1 &lt; 2  &amp; 3"),
        ("<!-->a<!-- --->b<!DOCTYPE c><?d?>", "ab"),
        ("", ""),
    ] {
        assert_eq!(sanitize_html(html), sanitized, "{html}");
        assert_safe(sanitized);
    }
}

#[test]
fn a_comment_has_something_to_see_and_an_end() {
    for source in [
        "",
        " \n\t",
        "\0",
        "<script>x</script>",
        " <!-- x --> ",
        "<b></b>",
        "&nbsp;",
        "\u{200b}",
        "![x](javascript:alert(1))",
        "[x]: https://a.b",
        "<img src=x>",
    ] {
        assert_eq!(CommentBody::parse(source), Err(BodyError::Empty), "{source:?}");
    }
    assert!(CommentBody::parse(&"你".repeat(CommentBody::MAX_CHARS)).is_ok());
    let long = "x".repeat(CommentBody::MAX_CHARS + 1);
    assert_eq!(CommentBody::parse(&long), Err(BodyError::TooLong));
    assert!(CommentBody::parse("![x](https://a.b/c.png)").is_ok());
}

#[test]
fn the_text_is_the_source_without_scripts() {
    let body = CommentBody::parse(" a\0 <script>b</script>\r\n**c** <b onclick=d>").unwrap();
    assert_eq!(body.text(), " a \r\n**c** <b onclick=d>");
}

#[test]
fn harmless_texts_survive() {
    for text in [
        "if (a < b && c > d) { return x[i]; }",
        "Option<Box<dyn Fn(&str) -> Result<T, E>>>",
        "#include <stdio.h>",
        "I <3 you & \"you\" <3 me",
        "你好，世界！“引号” ——",
        "C:\\path, 50% off, $5, user@host, #1",
        "onclick=\"x\" style=\"y\" javascript: data:",
        "👩‍👩‍👧‍👦 e\u{301} العربية",
    ] {
        let html = CommentBody::parse(text).unwrap().html().to_owned();
        assert_eq!(text_of(&html).trim_end(), text, "{html}");
    }
}

#[test]
fn attacks_come_to_nothing() {
    let attacks: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../attacks.json")).unwrap();
    let inputs: HashSet<&str> = attacks.iter().map(|a| a["input"].as_str().unwrap()).collect();
    assert_eq!(inputs.len(), attacks.len(), "an attack is listed twice");
    assert!(inputs.len() >= 230);
    for input in inputs {
        for context in ["{}", "a {} b", "> - {}", "**{}**", "[{}](#x)", "<div>{}</div>", "`{}"] {
            assert_harmless(&context.replace("{}", input));
        }
    }
}

#[test]
fn nesting_and_size_have_limits() {
    let nested = sanitize_html(&format!("{}x", "<div>".repeat(10_000)));
    assert_eq!(nested, format!("{}x{}", "<div>".repeat(100), "</div>".repeat(100)));
    let quoted = CommentBody::parse(&format!("{}x", ">".repeat(1_000))).unwrap();
    assert_eq!(quoted.html().matches("<blockquote>").count(), 100);
    assert_eq!(text_of(quoted.html()).trim(), "x");
    check(&format!("<pre>{}x</pre>", "\n".repeat(50)), "<pre>x</pre>");
    // Every row is filled up to the width of the head: megabytes.
    let table = format!("{}\n{}\n{}", "a|".repeat(700), "-|".repeat(700), "a\n".repeat(3_500));
    let body = CommentBody::parse(&table).unwrap();
    assert!(body.html().starts_with("<p>a|a|"), "{:.50}", body.html());
    assert_safe(body.html());
}

#[test]
fn hostile_shapes_are_bounded() {
    let fill = |piece: &str| piece.repeat(CommentBody::MAX_CHARS / piece.chars().count());
    let mut sources: Vec<String> = SHAPES.split('¦').map(fill).collect();
    sources.push(format!("{}x", "- ".repeat(4_999)));
    sources.push(format!("{}a{}", "**".repeat(2_000), "**".repeat(2_000)));
    sources.push(format!("|{}\n|{}\n", "a|".repeat(1_500), "-|".repeat(1_500)));
    sources.push(format!("{}\n{}\n{}", "a|".repeat(700), "-|".repeat(700), "a\n".repeat(3_500)));
    sources.push(format!("[a]: https://a.b/{}\n\n{}", "x".repeat(4_000), "[a]".repeat(1_900)));
    let numbered = |count: usize, piece: &str| -> String {
        let pieces = (0..count).map(|n| piece.replace('N', &n.to_string()));
        pieces.collect()
    };
    sources.push(numbered(900, "[N]: /\n[N]"));
    sources.push(numbered(300, "<p><code class=language-N>"));
    // A stack far smaller than any server's shows that no depth of input becomes one of calls.
    let small = thread::Builder::new().stack_size(256 * 1024);
    let run = move || {
        for source in sources {
            let html =
                CommentBody::parse(&source).map_or_else(|_| String::new(), |b| b.html().into());
            assert!(html.len() <= 128 * 1024, "{} bytes of {:.40}", html.len(), source);
            assert_safe(&html);
            sanitize_html(&source);
        }
    };
    small.spawn(run).unwrap().join().unwrap();
}

/// What hostile comments repeat, separated by bars.
const SHAPES: &str = concat!(
    ">¦> ¦[¦![¦]¦*¦**a¦_a ¦***a** ¦~~¦`¦<¦<b>¦<b><i>¦<a ¦<a x='¦<!--¦<?¦</b>¦<p><b>¦<a href=#><b>¦",
    "<table>¦<table><tr><td>¦<table><b>¦<ul><li>¦<pre>\n¦<code class=language-a>¦<div>\n\n¦",
    "<details><summary>¦<script>¦</script>¦<svg>¦- ¦1. ¦* *\n¦\t¦&¦&#0;¦@¦a@¦a@b.co ¦://¦www.a¦",
    "http://a.b ¦https://a.b)¦|¦\\¦[a](¦[](/)¦![a](https://a.b)¦\n>¦# ¦---\n¦x\n=\n¦\u{301}",
);

/// What makes soup, separated by bars.
const PIECES: &str = concat!(
    "<b>¦</b>¦<i¦>¦<p>¦</p>¦<a href=¦https://a.b ¦/x ¦#x¦javascript:x¦</a>¦<table>¦<tr>¦<td>¦</td>¦",
    "</table>¦<th colspan=2>¦<ul>¦<li>¦</ul>¦<ol start=3>¦<dl><dt>¦<dd>¦<pre>¦</pre>¦</code>¦",
    "<code class='language-a'>¦<h1>¦<h2>¦</h1>¦<div>¦</div>¦<details open>¦<summary>¦<svg>¦<math>¦",
    "<style>¦</style>¦<select>¦<form>¦<img src=https://a.b/c>¦<img src=x onerror=y>¦<br>¦<hr>¦<!--¦",
    "-->¦<![CDATA[¦]]>¦'¦\"¦`¦```\n¦\n¦\n\n¦> ¦- ¦1. ¦# ¦*¦**¦_¦~~¦[¦](¦)¦![¦|a|b|\n|-|-|\n¦",
    "&lt;¦&¦&#60;¦ ¦\t¦\u{a0}¦\0¦text¦你¦\\¦=¦/¦ onclick=x¦ style=y¦ title=\"<\"",
);

proptest! {
    #[test]
    fn soup_of_markup_is_safe(
        pieces in prop::collection::vec(
            prop::sample::select(PIECES.split('¦').collect::<Vec<_>>()),
            0..40,
        )
    ) {
        assert_harmless(&pieces.concat());
    }

    #[test]
    fn any_text_is_safe(source in any::<String>()) {
        assert_harmless(&source);
    }
}
