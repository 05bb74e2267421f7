//! Visits and page likes in files (contract cwd, 9.1 and 12).

use std::collections::BTreeMap;

use inkstone_comments::ImportOptions;
use inkstone_stats::{CountRecord, DayRecord, LikeRecord, PageRecord, PageReport, Records};
use inkstone_vocab::{Day, PageSlug, SiteId, Timestamp, WebUrl};
use serde_json::{Map, Value, json};

use crate::{config::ServerKey, visitor};

/// No count is higher: clients read numbers as floating point.
const MAX_COUNT: u64 = (1 << 53) - 1;

/// The three tables under their names.
pub fn write(records: &Records) -> Map<String, Value> {
    let pages = (1..).zip(&records.pages).map(|(id, page)| {
        json!({
            "id": id,
            "site_id": page.site.as_str(),
            "post_slug": page.slug.as_str(),
            "post_title": page.title,
            "post_url": page.url.as_ref().map(WebUrl::as_str),
            "pv": page.views,
            "last_visit_at": page.last_visit.map(Timestamp::millis),
            "created_at": page.created.millis(),
            "updated_at": page.updated.millis(),
        })
    });
    let days = (1..).zip(&records.days).map(|(id, day)| {
        json!({
            "id": id,
            "date": day.day.to_string(),
            "domain": day.domain,
            "count": day.visits,
            "created_at": day.created.millis(),
            "updated_at": day.updated.millis(),
            "site_id": day.site.as_str(),
        })
    });
    let likes = (1..).zip(&records.likes).map(|(id, like)| {
        json!({
            "id": id,
            "site_id": like.site.as_str(),
            "page_slug": like.slug.as_str(),
            "user_id": like.visitor.as_str(),
            "created_at": like.created.millis(),
        })
    });
    Map::from_iter([
        ("page_stats".to_owned(), pages.collect()),
        ("page_visit_daily".to_owned(), days.collect()),
        ("likes".to_owned(), likes.collect()),
    ])
}

/// Reads the rows of the tables, one after the other. Rows that are one here, since they name one
/// page or day in several ways, are added up.
pub(super) struct Tables<'a> {
    options: &'a ImportOptions,
    key: &'a ServerKey,
    /// The original has one row for each spelling of a page; given twice, the last counts.
    pages: BTreeMap<(SiteId, String), PageRecord>,
    days: BTreeMap<(Day, SiteId, Option<String>), DayRecord>,
    likes: Vec<LikeRecord>,
    counts: BTreeMap<(SiteId, String), CountRecord>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(options: &'a ImportOptions, key: &'a ServerKey) -> Self {
        Self {
            options,
            key,
            pages: BTreeMap::new(),
            days: BTreeMap::new(),
            likes: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Takes a row of `table`; why not, in words, when it cannot be used.
    pub(super) fn push(&mut self, table: &str, row: &Value) -> Result<(), &'static str> {
        let row = Row::new(row, self.options)?;
        match table {
            "page_stats" => {
                let page = row.page()?;
                self.pages.insert((row.own_site, page.slug.as_str().to_owned()), page);
            }
            "page_visit_daily" => self.add_day(row.day()?),
            "likes" => self.likes.push(row.like(self.key)?),
            _ => {
                let count = row.count_of_waline()?;
                let page = (count.site.clone(), count.slug.key().to_owned());
                let views = count.views;
                let known = self.counts.entry(page).or_insert(CountRecord { views: 0, ..count });
                known.views = (known.views + views).min(MAX_COUNT);
            }
        }
        Ok(())
    }

    fn add_day(&mut self, day: DayRecord) {
        self.days
            .entry((day.day, day.site.clone(), day.domain.clone()))
            .and_modify(|known| {
                known.visits = (known.visits + day.visits).min(MAX_COUNT);
                known.created = known.created.min(day.created);
                known.updated = known.updated.max(day.updated);
            })
            .or_insert(day);
    }

    pub(super) fn finish(self) -> Records {
        let mut pages: BTreeMap<(SiteId, String), PageRecord> = BTreeMap::new();
        for page in self.pages.into_values() {
            let key = (page.site.clone(), page.slug.key().to_owned());
            let joined = match pages.remove(&key) {
                Some(other) => join(other, page),
                None => page,
            };
            pages.insert(key, joined);
        }
        Records {
            pages: pages.into_values().collect(),
            days: self.days.into_values().collect(),
            likes: self.likes,
            counts: self.counts.into_values().collect(),
        }
    }
}

fn join(one: PageRecord, other: PageRecord) -> PageRecord {
    PageRecord {
        title: other.title.or(one.title),
        url: other.url.or(one.url),
        views: (one.views + other.views).min(MAX_COUNT),
        last_visit: one.last_visit.max(other.last_visit),
        created: one.created.min(other.created),
        updated: one.updated.max(other.updated),
        ..one
    }
}

/// A row of any table, and the site it belongs to.
struct Row<'a> {
    members: &'a Map<String, Value>,
    now: Timestamp,
    site: SiteId,
    /// What the row itself says about the site.
    own_site: SiteId,
}

impl<'a> Row<'a> {
    fn new(row: &'a Value, options: &ImportOptions) -> Result<Self, &'static str> {
        let members = row.as_object().ok_or("no JSON object")?;
        let own_site = match members.get("site_id") {
            None | Some(Value::Null) => Some(SiteId::unnamed()),
            Some(site) => site.as_str().and_then(SiteId::parse),
        };
        let own_site = own_site.ok_or("no valid site")?;
        let site = options.site.clone().unwrap_or_else(|| own_site.clone());
        Ok(Self { members, now: options.now, site, own_site })
    }

    fn page(&self) -> Result<PageRecord, &'static str> {
        let title = self.text("post_title").map(|title| {
            let visible = title.chars().filter(|c| !c.is_control());
            visible.take(PageReport::MAX_TITLE_CHARS).collect::<String>()
        });
        Ok(PageRecord {
            site: self.site.clone(),
            slug: self.slug("post_slug")?,
            title: title.filter(|title| !title.trim().is_empty()),
            url: self.text("post_url").and_then(WebUrl::parse),
            views: self.count("pv"),
            last_visit: self.time("last_visit_at"),
            created: self.time("created_at").unwrap_or(self.now),
            updated: self.time("updated_at").unwrap_or(self.now),
        })
    }

    fn day(&self) -> Result<DayRecord, &'static str> {
        const MAX_HOST_CHARS: usize = 255;
        let domain = self.text("domain").map(str::trim).filter(|domain| !domain.is_empty());
        let is_host = |domain: &str| {
            !domain.contains(char::is_control) && domain.chars().count() <= MAX_HOST_CHARS
        };
        Ok(DayRecord {
            day: self.text("date").and_then(Day::parse).ok_or("no valid day")?,
            site: self.site.clone(),
            domain: domain.filter(|domain| is_host(domain)).map(str::to_owned),
            visits: self.count("count"),
            created: self.time("created_at").unwrap_or(self.now),
            updated: self.time("updated_at").unwrap_or(self.now),
        })
    }

    fn like(&self, key: &ServerKey) -> Result<LikeRecord, &'static str> {
        let named = self.text("user_id").filter(|name| !name.contains(char::is_control));
        Ok(LikeRecord {
            site: self.site.clone(),
            slug: self.slug("page_slug")?,
            visitor: named
                .and_then(|name| visitor::imported_liker(key, name))
                .ok_or("no valid visitor")?,
            created: self.time("created_at").unwrap_or(self.now),
        })
    }

    /// Waline counts visits in `time`.
    fn count_of_waline(&self) -> Result<CountRecord, &'static str> {
        Ok(CountRecord {
            site: self.site.clone(),
            slug: self.slug("url")?,
            views: self.count("time"),
            at: self.now,
        })
    }

    fn slug(&self, name: &str) -> Result<PageSlug, &'static str> {
        self.text(name).and_then(PageSlug::parse).ok_or("no valid page")
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.members.get(name)?.as_str()
    }

    fn count(&self, name: &str) -> u64 {
        self.members.get(name).and_then(Value::as_u64).unwrap_or(0).min(MAX_COUNT)
    }

    fn time(&self, name: &str) -> Option<Timestamp> {
        let millis = self.members.get(name)?.as_i64()?;
        Some(Timestamp::from_millis(millis).min(self.now))
    }
}
