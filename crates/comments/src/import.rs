//! Comments in the files of other systems (contract cwd, section 12).
//!
//! A document is read item by item, so that it may hold many comments, and hostile ones. What
//! cannot be used is left out and counted, never fatal; what comes out is clean.

mod artalk;
mod cwd;
mod date;
mod document;
mod leancloud;
mod member;
mod mending;
mod source;
mod twikoo;

use std::collections::{BTreeMap, HashMap};

use inkstone_vocab::{SiteId, Timestamp};
use serde_json::{Map, Value};

pub use self::document::{DocumentError, MAX_ITEMS, Rows, read_document};
use self::member::{Members, SourceId};
use crate::{
    body::BodyError,
    comment::{CommentId, UserAgent},
    transfer::{ImportedComment, ImportedParent, MAX_KEPT_NUMBER},
};

/// The systems that comments come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CWD, and Inkstone's own exports.
    Cwd,
    /// Twikoo.
    Twikoo,
    /// Artalk (its portable form, Artrans).
    Artalk,
    /// Valine and others on `LeanCloud`.
    Valine,
    /// Waline.
    Waline,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Cwd, Self::Twikoo, Self::Artalk, Self::Valine, Self::Waline];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cwd => "cwd",
            Self::Twikoo => "twikoo",
            Self::Artalk => "artalk",
            Self::Valine => "valine",
            Self::Waline => "waline",
        }
    }

    /// The format that an item looks like; `None` when it has no known member.
    fn of(item: &Members<'_>) -> Option<Self> {
        let leancloud = item.has("objectId") && item.has("nick");
        if leancloud && ["status", "sticky", "like", "user_id"].iter().any(|name| item.has(name)) {
            return Some(Self::Waline);
        }
        // Without its own date a comment has that of its row.
        if leancloud && ["insertedAt", "createdAt"].iter().any(|name| item.has(name)) {
            return Some(Self::Valine);
        }
        if item.has("page_key") && item.has("content") {
            return Some(Self::Artalk);
        }
        if item.has("href") || item.has("comment") {
            return Some(Self::Twikoo);
        }
        cwd::MEMBERS.iter().any(|name| item.has(name)).then_some(Self::Cwd)
    }
}

/// How items are read.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The format of every item; `None` looks at each.
    pub format: Option<Format>,
    /// The site of every comment; `None` keeps what the items say.
    pub site: Option<SiteId>,
    /// The time of comments whose own is unknown or lies ahead.
    pub now: Timestamp,
    /// What a `User-Agent` header says; asked where an item holds nothing but the header.
    pub agent: fn(&str) -> UserAgent,
}

/// Why an item was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// It is no JSON object.
    Malformed,
    /// It has none of the members of a comment.
    Unknown,
    /// It is larger than any comment.
    TooLarge,
    /// It names no page, or one that cannot be a link.
    NoPage,
    /// It names a site that cannot be one.
    NoSite,
    /// It says nothing.
    Empty,
    /// It replaced an earlier one of the same number.
    Repeated,
}

impl Skip {
    /// The reason in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "no JSON object",
            Self::Unknown => "not a comment",
            Self::TooLarge => "too large",
            Self::NoPage => "no valid page",
            Self::NoSite => "no valid site",
            Self::Empty => "nothing to show",
            Self::Repeated => "replaced an earlier one of the same id",
        }
    }
}

/// The items that were left out for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// How many.
    pub count: u64,
    /// The first of them, counted from 1; at most [`MAX_NAMED`](Self::MAX_NAMED).
    pub items: Vec<u64>,
}

impl Skipped {
    /// How many items are named for one reason.
    pub const MAX_NAMED: usize = 20;
}

/// How the items of a document stand in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A list of items.
    #[default]
    List,
    /// One item.
    Item,
    /// Items on lines of their own.
    Lines,
    /// An object with lists, such as a backup.
    Lists,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// How the items stood in the document.
    pub shape: Shape,
    /// The comments.
    pub comments: Vec<ImportedComment>,
    /// How many were read of each format.
    pub formats: BTreeMap<Format, u64>,
    /// What was left out.
    pub skipped: BTreeMap<Skip, Skipped>,
    /// How many items there were.
    pub items: u64,
}

/// Reads one item that is JSON already.
pub fn read_item(item: &Value, options: &ImportOptions) -> Result<ImportedComment, Skip> {
    let Value::Object(members) = item else { return Err(Skip::Malformed) };
    Ok(parse(members, options)?.1.comment)
}

/// A comment as its system knows it.
struct Draft {
    comment: ImportedComment,
    id: Option<SourceId>,
    /// Whom it answers, nearest first: the first that is known counts.
    answers: Vec<SourceId>,
}

fn parse(members: &Map<String, Value>, options: &ImportOptions) -> Result<(Format, Draft), Skip> {
    let item = Members(members);
    let format = options.format.or_else(|| Format::of(&item)).ok_or(Skip::Unknown)?;
    let site = match &options.site {
        Some(site) => site.clone(),
        None => item.site("site_id").ok_or(Skip::NoSite)?,
    };
    let draft = match format {
        Format::Cwd => cwd::parse(&item, site, options),
        Format::Twikoo => twikoo::parse(&item, site, options),
        Format::Artalk => artalk::parse(&item, site, options),
        Format::Valine | Format::Waline => leancloud::parse(&item, format, site, options),
    }?;
    Ok((format, draft))
}

/// Collects items, and finds out who answers whom when all are there.
struct Reader<'a> {
    options: &'a ImportOptions,
    batch: Batch,
    /// Where the comment of each source's number is.
    numbers: HashMap<(Format, SourceId), usize>,
    answers: Vec<(Format, Vec<SourceId>)>,
}

impl<'a> Reader<'a> {
    fn new(options: &'a ImportOptions) -> Self {
        let batch = Batch::default();
        Self { options, batch, numbers: HashMap::new(), answers: Vec::new() }
    }

    fn skip(&mut self, reason: Skip) {
        self.batch.items += 1;
        self.note(reason);
    }

    fn note(&mut self, reason: Skip) {
        let skipped = self.batch.skipped.entry(reason).or_default();
        skipped.count += 1;
        if skipped.items.len() < Skipped::MAX_NAMED {
            skipped.items.push(self.batch.items);
        }
    }

    fn push(&mut self, item: &Value) {
        let Value::Object(members) = item else { return self.skip(Skip::Malformed) };
        match parse(members, self.options) {
            Ok((format, draft)) => self.keep(format, draft),
            Err(reason) => self.skip(reason),
        }
    }

    fn keep(&mut self, format: Format, Draft { comment, id, answers }: Draft) {
        self.batch.items += 1;
        let next = self.batch.comments.len();
        let at = match id {
            Some(id) => *self.numbers.entry((format, id)).or_insert(next),
            None => next,
        };
        if at < next {
            self.note(Skip::Repeated);
            self.batch.comments[at] = comment;
            self.answers[at] = (format, answers);
            return;
        }
        *self.batch.formats.entry(format).or_default() += 1;
        self.batch.comments.push(comment);
        self.answers.push((format, answers));
    }

    fn finish(mut self) -> Batch {
        for (at, (format, answers)) in self.answers.iter().enumerate() {
            let item = answers
                .iter()
                .find_map(|id| self.numbers.get(&(*format, id.clone())))
                .map(|&parent| ImportedParent::Item(parent));
            // Only CWD's numbers mean anything outside of the file.
            let stored = || match (format, answers.first()) {
                (Format::Cwd, Some(id)) => kept_number(id).map(ImportedParent::Stored),
                _ => None,
            };
            self.batch.comments[at].parent = item.or_else(stored);
        }
        self.batch
    }
}

/// The number of a CWD comment, if it can be kept.
fn kept_number(id: &SourceId) -> Option<CommentId> {
    let number = id.as_str().parse().ok().filter(|number| *number <= MAX_KEPT_NUMBER)?;
    CommentId::new(number)
}

fn refused(error: BodyError) -> Skip {
    match error {
        BodyError::Empty => Skip::Empty,
        BodyError::TooLong => Skip::TooLarge,
    }
}
