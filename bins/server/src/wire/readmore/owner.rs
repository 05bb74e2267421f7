//! What the owner sees beside the list of what was read; not part of the original API.

use actix_web::{HttpRequest, web::Data};
use inkstone_readmore::{ArticleUnlocks, DayUnlocks, Subscriber, Unlock, Unlocks};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Error, browse::slice, members::Members, success_with};
use crate::{blocking::blocking, clock, config::TimeZone, owner, readmore::ReadmoreModule};

const DAYS: i64 = 30;
const MAX_DAYS: i64 = 366;

/// How many articles are listed.
const ARTICLES: usize = 100;

/// How often articles were read.
#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Statistics)]
pub(super) struct StatisticsView {
    days: Vec<DayView>,
    articles: Vec<ArticleView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Day)]
struct DayView {
    #[schema(examples("2026-01-07"))]
    day: String,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize, ToSchema)]
#[schema(as = readmore::ReadArticle)]
struct ArticleView {
    #[schema(examples("https://blog.example/posts/hello/"))]
    url: String,
    #[schema(examples("Hello"))]
    title: String,
    #[serde(flatten)]
    counts: Counts,
}

/// By what unlocked them.
#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Counts)]
struct Counts {
    total: u64,
    token: u64,
    random: u64,
    captcha: u64,
    threshold: u64,
}

impl From<Unlocks> for Counts {
    fn from(unlocks: Unlocks) -> Self {
        Self {
            total: unlocks.total(),
            token: unlocks.by(Unlock::Token),
            random: unlocks.by(Unlock::Random),
            captcha: unlocks.by(Unlock::Captcha),
            threshold: unlocks.by(Unlock::Threshold),
        }
    }
}

/// `GET /api/readmore/browse/statistics`: how often articles were read, by day and article, within
/// the last `days` days.
pub(super) async fn statistics(request: HttpRequest, module: Data<ReadmoreModule>) -> Answer {
    owner::authenticate(&request).await?;
    let asked = Members::of_query(request.query_string());
    let blog = module.blog(&asked.text("blogId")?.unwrap_or_default());
    let blog = blog.ok_or(Error::InvalidBlog)?.id.clone();
    let days = asked.text("days")?.and_then(|days| days.trim().parse::<i64>().ok());
    let days = days.unwrap_or(DAYS).clamp(1, MAX_DAYS);
    let today = module.settings.time_offset.day(clock::now());
    let range = today.plus(1 - days)..=today;
    let work = move || {
        let by_day = module.service.by_day(&blog, range.clone())?;
        let by_article = module.service.by_article(&blog, range, ARTICLES)?;
        Ok::<_, inkstone_readmore::ReadmoreError>((by_day, by_article))
    };
    let (days, articles) = blocking(work).await?;
    let day =
        |DayUnlocks { day, unlocks }| DayView { day: day.to_string(), counts: unlocks.into() };
    let article = |of: ArticleUnlocks| ArticleView {
        url: of.url,
        title: of.title,
        counts: of.unlocks.into(),
    };
    Ok(success_with(StatisticsView {
        days: days.into_iter().map(day).collect(),
        articles: articles.into_iter().map(article).collect(),
    }))
}

/// Who follows the account, or did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Subscribers)]
pub(super) struct SubscribersView {
    curr_page: u32,
    page_size: u32,
    total_page: u64,
    total_count: u64,
    following: u64,
    list: Vec<SubscriberView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Subscriber, examples(json!({
    "fromOpenId": "oA1b2C3",
    "toOpenId": "gh_0123456789ab",
    "status": 1,
    "createTime": "2026-01-07 10:30:00",
})))]
struct SubscriberView {
    from_open_id: String,
    to_open_id: String,
    status: u8,
    create_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    leave_time: Option<String>,
}

impl SubscriberView {
    fn new(subscriber: &Subscriber, zone: &TimeZone) -> Self {
        let Subscriber { follower, follows, since, left } = subscriber;
        Self {
            from_open_id: follower.person.as_str().to_owned(),
            to_open_id: follower.account.as_str().to_owned(),
            status: u8::from(*follows),
            create_time: zone.format(*since),
            leave_time: left.map(|left| zone.format(left)),
        }
    }
}

/// `GET /api/readmore/subscriber/list`: who follows the account, or did; those known last first.
pub(super) async fn subscribers(request: HttpRequest, module: Data<ReadmoreModule>) -> Answer {
    owner::authenticate(&request).await?;
    let slice = slice(&Members::of_query(request.query_string()))?;
    let page = {
        let module = module.clone();
        blocking(move || module.service.subscribers(slice)).await?
    };
    let zone = &module.settings.time_offset;
    Ok(success_with(SubscribersView {
        curr_page: slice.number(),
        page_size: slice.size(),
        total_page: slice.pages(page.total),
        total_count: page.total,
        following: page.following,
        list: page.items.iter().map(|known| SubscriberView::new(known, zone)).collect(),
    }))
}
