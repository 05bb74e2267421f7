//! In which language the Qexo API speaks (contract qexo, section 9).

/// The codes that Qexo knows.
const KNOWN: [&str; 7] = ["zh_CN", "zh_TW", "en_US", "en_UK", "fr_FR", "ja_JP", "ko_KR"];

/// In which language the Qexo API speaks: one for the whole installation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Simplified Chinese, `zh_CN`; also in place of languages that there are no texts in.
    #[default]
    Chinese,
    /// American English, `en_US`; also in place of other English ones.
    English,
}

impl Language {
    /// The language with this code, or the nearest that there are texts in.
    pub fn of(code: &str) -> Self {
        if code.starts_with("en_") { Self::English } else { Self::Chinese }
    }
}

/// Whether Qexo knows `code`.
pub(super) fn is_known(code: &str) -> bool {
    KNOWN.contains(&code)
}
