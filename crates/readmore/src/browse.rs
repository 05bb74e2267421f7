//! Who read what, and what let them.

use std::{cmp::Reverse, collections::BTreeMap, net::IpAddr, ops::RangeInclusive};

use inkstone_vocab::{Day, PageRequest, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::blog::BlogId;

/// What let a reader in (contract readmore, 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unlock {
    /// A token of before.
    Token,
    /// Chance: the article was not locked.
    Random,
    /// A captcha.
    Captcha,
    /// The server could not be reached.
    Threshold,
}

impl Unlock {
    /// All there are, by number.
    pub const ALL: [Self; 4] = [Self::Token, Self::Random, Self::Captcha, Self::Threshold];

    /// The number that clients have for it, from 1.
    pub const fn number(self) -> u8 {
        match self {
            Self::Token => 1,
            Self::Random => 2,
            Self::Captcha => 3,
            Self::Threshold => 4,
        }
    }

    /// What has this number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|unlock| i64::from(unlock.number()) == number)
    }
}

/// How likely an article was locked, 0.1 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// `number`, if it is 0.1 to 1.
    pub fn new(number: f64) -> Option<Self> {
        (0.1..=1.0).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// The first `chars` characters of a text, without the control characters among them.
pub fn cut(text: &str, chars: usize) -> String {
    text.chars().filter(|character| !character.is_control()).take(chars).collect()
}

/// An article that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct NewBrowse {
    /// Of which blog.
    pub blog: BlogId,
    /// How likely it was locked, if that is known.
    pub probability: Option<Probability>,
    /// What let the reader in, if that is known.
    pub unlock: Option<Unlock>,
    /// Where the reader is.
    pub address: IpAddr,
    /// The reader's program, 1024 characters at most.
    pub agent: String,
    /// The article's address, 500 characters at most; whatever the reader says.
    pub url: String,
    /// Its title, 255 characters at most; whatever the reader says.
    pub title: String,
    /// The owner's day on which it was read.
    pub day: Day,
}

impl NewBrowse {
    /// The most characters of a title.
    pub const TITLE_CHARS: usize = 255;
    /// The most characters of an address.
    pub const URL_CHARS: usize = 500;
    /// The most characters of the name of a program.
    pub const AGENT_CHARS: usize = 1024;

    /// What repeats itself is not counted twice within this time.
    pub const REPEAT_MILLIS: i64 = 600_000;

    /// The same for what repeats itself: blog, address, article, and what let the reader in.
    pub fn fingerprint(&self) -> String {
        let unlock = self.unlock.map_or(0, Unlock::number).to_string();
        let parts = [self.blog.as_str(), &self.address.to_string(), &unlock, &self.url];
        base16ct::lower::encode_string(&Sha256::digest(parts.join("\n")))
    }
}

/// A stored [`NewBrowse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Browse {
    /// Its number, in the order of storing.
    pub id: i64,
    /// What was read by whom.
    pub read: NewBrowse,
    /// When.
    pub at: Timestamp,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrowseOrder {
    /// The order of storing.
    Id,
    /// When it was read.
    #[default]
    Time,
    /// What let the reader in.
    Unlock,
    /// How likely it was locked.
    Probability,
    /// The article's address.
    Url,
    /// Its title.
    Title,
}

/// Which part of what was read is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowseQuery {
    /// Of which blog.
    pub blog: BlogId,
    /// What to order by; where that is equal, by number.
    pub order: BrowseOrder,
    /// Whether the smallest comes first.
    pub ascending: bool,
    /// Which page.
    pub slice: PageRequest,
}

/// A page of what was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrowsePage {
    /// The page.
    pub items: Vec<Browse>,
    /// How much there is in all.
    pub total: u64,
}

/// How often articles were read, by what let the readers in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unlocks {
    by_number: [u64; 5],
}

impl Unlocks {
    /// Adds `times`.
    pub fn add(&mut self, unlock: Option<Unlock>, times: u64) {
        self.by_number[usize::from(unlock.map_or(0, Unlock::number))] += times;
    }

    /// How often by this.
    pub fn by(&self, unlock: Unlock) -> u64 {
        self.by_number[usize::from(unlock.number())]
    }

    /// How often in all.
    pub fn total(&self) -> u64 {
        self.by_number.iter().sum()
    }
}

/// What was read on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayUnlocks {
    /// The day.
    pub day: Day,
    /// How often.
    pub unlocks: Unlocks,
}

/// How often an article was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleUnlocks {
    /// Its address.
    pub url: String,
    /// Its title: the last in order, if readers disagree.
    pub title: String,
    /// How often.
    pub unlocks: Unlocks,
}

/// Adds up what belongs to one article; those read most come first, and `limit` of them are kept.
pub fn most_read(
    rows: impl IntoIterator<Item = (String, String, Option<Unlock>, u64)>,
    limit: usize,
) -> Vec<ArticleUnlocks> {
    let mut articles = BTreeMap::<String, ArticleUnlocks>::new();
    for (url, title, unlock, times) in rows {
        let article = articles.entry(url.clone()).or_insert_with(|| ArticleUnlocks {
            url,
            title: String::new(),
            unlocks: Unlocks::default(),
        });
        article.unlocks.add(unlock, times);
        article.title = title.max(std::mem::take(&mut article.title));
    }
    let mut articles: Vec<_> = articles.into_values().collect();
    articles.sort_by_key(|article| Reverse(article.unlocks.total()));
    articles.truncate(limit);
    articles
}

/// Adds up what belongs to one day; every day of `days` is there, in order.
pub fn by_day(
    rows: impl IntoIterator<Item = (Day, Option<Unlock>, u64)>,
    days: RangeInclusive<Day>,
) -> Vec<DayUnlocks> {
    let mut counts: BTreeMap<Day, Unlocks> =
        Day::each(days).map(|day| (day, Unlocks::default())).collect();
    for (day, unlock, times) in rows {
        if let Some(unlocks) = counts.get_mut(&day) {
            unlocks.add(unlock, times);
        }
    }
    counts.into_iter().map(|(day, unlocks)| DayUnlocks { day, unlocks }).collect()
}
