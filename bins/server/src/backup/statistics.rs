//! Visits and page likes in files (contract cwd, 9.1 and 12).

use std::collections::BTreeMap;

use inkstone_stats::{DayRecord, LikeRecord, PageRecord, PageReport, Records};
use inkstone_vocab::{Day, PageSlug, SiteId, Timestamp, VisitorId, WebUrl};
use serde_json::{Map, Value, json};

/// No count is higher: clients read numbers as floating point.
const MAX_COUNT: u64 = 1 << 53;

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

/// Reads the three tables out of `members`; rows that cannot be used are left out. Rows that are
/// one here, since they name one page or day in several ways, are added up.
pub fn read(members: &Map<String, Value>, now: Timestamp) -> Records {
    let rows = |name: &str| members.get(name).and_then(Value::as_array).into_iter().flatten();
    // The original has one row for each spelling of a page.
    let mut spelled: BTreeMap<(SiteId, String), PageRecord> = BTreeMap::new();
    for page in rows("page_stats").filter_map(|row| page(row, now)) {
        spelled.insert((page.site.clone(), page.slug.as_str().to_owned()), page);
    }
    let mut pages: BTreeMap<(SiteId, String), PageRecord> = BTreeMap::new();
    for page in spelled.into_values() {
        let key = (page.site.clone(), page.slug.key().to_owned());
        let joined = match pages.remove(&key) {
            Some(other) => join(other, page),
            None => page,
        };
        pages.insert(key, joined);
    }
    let mut days: BTreeMap<(Day, SiteId, Option<String>), DayRecord> = BTreeMap::new();
    for day in rows("page_visit_daily").filter_map(|row| day(row, now)) {
        days.entry((day.day, day.site.clone(), day.domain.clone()))
            .and_modify(|known| {
                known.visits = (known.visits + day.visits).min(MAX_COUNT);
                known.created = known.created.min(day.created);
                known.updated = known.updated.max(day.updated);
            })
            .or_insert(day);
    }
    Records {
        pages: pages.into_values().collect(),
        days: days.into_values().collect(),
        likes: rows("likes").filter_map(|row| like(row, now)).collect(),
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

fn page(row: &Value, now: Timestamp) -> Option<PageRecord> {
    let title = text(row, "post_title").map(|title| {
        let visible = title.chars().filter(|c| !c.is_control());
        visible.take(PageReport::MAX_TITLE_CHARS).collect::<String>()
    });
    Some(PageRecord {
        site: site(row)?,
        slug: text(row, "post_slug").and_then(PageSlug::parse)?,
        title: title.filter(|title| !title.trim().is_empty()),
        url: text(row, "post_url").and_then(WebUrl::parse),
        views: count(row, "pv"),
        last_visit: time(row, "last_visit_at", now),
        created: time(row, "created_at", now).unwrap_or(now),
        updated: time(row, "updated_at", now).unwrap_or(now),
    })
}

fn day(row: &Value, now: Timestamp) -> Option<DayRecord> {
    const MAX_HOST_CHARS: usize = 255;
    let domain = text(row, "domain").map(str::trim).filter(|domain| !domain.is_empty());
    let is_host = |domain: &str| {
        !domain.contains(char::is_control) && domain.chars().count() <= MAX_HOST_CHARS
    };
    Some(DayRecord {
        day: text(row, "date").and_then(Day::parse)?,
        site: site(row)?,
        domain: domain.filter(|domain| is_host(domain)).map(str::to_owned),
        visits: count(row, "count"),
        created: time(row, "created_at", now).unwrap_or(now),
        updated: time(row, "updated_at", now).unwrap_or(now),
    })
}

fn like(row: &Value, now: Timestamp) -> Option<LikeRecord> {
    let visitor = text(row, "user_id").filter(|name| !name.contains(char::is_control));
    Some(LikeRecord {
        site: site(row)?,
        slug: text(row, "page_slug").and_then(PageSlug::parse)?,
        visitor: visitor.and_then(VisitorId::parse)?,
        created: time(row, "created_at", now).unwrap_or(now),
    })
}

fn text<'a>(row: &'a Value, name: &str) -> Option<&'a str> {
    row.get(name)?.as_str()
}

fn site(row: &Value) -> Option<SiteId> {
    match row.get("site_id") {
        None | Some(Value::Null) => Some(SiteId::unnamed()),
        Some(site) => SiteId::parse(site.as_str()?),
    }
}

fn count(row: &Value, name: &str) -> u64 {
    row.get(name).and_then(Value::as_u64).unwrap_or(0).min(MAX_COUNT)
}

fn time(row: &Value, name: &str, now: Timestamp) -> Option<Timestamp> {
    let millis = row.get(name)?.as_i64()?;
    Some(Timestamp::from_millis(millis).min(now))
}
