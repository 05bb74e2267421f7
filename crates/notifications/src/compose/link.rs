//! Notices of strangers who ask to be linked (contract qexo, 3.14).

use crate::words::escaped;

/// What the owner is told of somebody who asks to be linked; in Chinese, whatever the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkNotice<'a> {
    /// What the site is called.
    pub name: &'a str,
    /// Where it is.
    pub url: &'a str,
    /// A picture for it.
    pub image: &'a str,
    /// What it is about.
    pub description: &'a str,
}

impl LinkNotice<'_> {
    /// The label and the content of the notice, both in HTML.
    pub fn compose(&self) -> (String, String) {
        let [name, url, image, description] =
            [self.name, self.url, self.image, self.description].map(escaped);
        let content =
            format!("站点名: {name}<br>链接: {url}<br>图片: {image}<br>简介: {description}<br>");
        (format!("友链申请 {name}"), content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_say_is_text() {
        let hostile = "<img src='x' onerror=\"a\">&";
        let notice = LinkNotice { name: hostile, url: hostile, image: "i", description: "" };
        let (label, content) = notice.compose();
        let shown = "&lt;img src=&#39;x&#39; onerror=&quot;a&quot;&gt;&amp;";
        assert_eq!(label, format!("友链申请 {shown}"));
        assert_eq!(content, format!("站点名: {shown}<br>链接: {shown}<br>图片: i<br>简介: <br>"));
    }
}
