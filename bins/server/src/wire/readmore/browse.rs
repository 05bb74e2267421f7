//! What was read: reported by readers' browsers, listed for the owner (contract readmore, 5.2 and
//! 5.3).

use actix_web::{HttpRequest, http::header, web::Data};
use inkstone_readmore::{Browse, BrowseOrder, BrowseQuery, NewBrowse, Probability, Unlock, cut};
use inkstone_vocab::PageRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, Error,
    captcha::{BLOG_MISSING, known_blog},
    members::Members,
    success, success_with,
};
use crate::{
    blocking::blocking, caller::ClientAddress, clock, config::TimeZone, owner,
    readmore::ReadmoreModule,
};

/// `POST /api/readmore/browse/add`.
pub(super) async fn add(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
    members: Members,
) -> Answer {
    let [name] = members.required([BLOG_MISSING])?;
    let probability = match members.number("probability")? {
        Some(number) => Some(Probability::new(number).ok_or(Error::ILLEGAL)?),
        None => None,
    };
    let unlock = unlock(&members)?;
    let text = |name, chars| Ok::<_, Error>(cut(&members.text(name)?.unwrap_or_default(), chars));
    let url = text("url", NewBrowse::URL_CHARS)?;
    let title = text("title", NewBrowse::TITLE_CHARS)?;
    let agent = members.said("ua")?.unwrap_or_else(|| {
        let sent = request.headers().get(header::USER_AGENT);
        sent.map_or_else(String::new, |agent| {
            String::from_utf8_lossy(agent.as_bytes()).into_owned()
        })
    });
    let blog = known_blog(&module, &name, request.headers())?;
    module.guard.try_browse(address).map_err(Error::TooOften)?;
    let blog = blog.ok_or(Error::InvalidBlog)?;
    let now = clock::now();
    let read = NewBrowse {
        blog,
        probability,
        unlock,
        address,
        agent: cut(&agent, NewBrowse::AGENT_CHARS),
        url,
        title,
        day: module.settings.time_offset.day(now),
    };
    blocking(move || module.service.record(&read, now)).await?;
    Ok(success())
}

fn unlock(members: &Members) -> Result<Option<Unlock>, Error> {
    match members.integer("tag")? {
        Some(number) => Unlock::from_number(number).map(Some).ok_or(Error::ILLEGAL),
        None => Ok(None),
    }
}

/// What was read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Browses)]
pub(super) struct PageView {
    curr_page: u32,
    page_size: u32,
    total_page: u64,
    total_count: u64,
    list: Vec<BrowseView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Browse, examples(json!({
    "id": 1,
    "blogId": "18762-1578560384586-915",
    "ip": "203.0.113.77",
    "ua": "Mozilla/5.0",
    "url": "https://blog.example/posts/hello/",
    "title": "Hello",
    "tag": 1,
    "createTime": "2026-01-07 10:30:00",
})))]
struct BrowseView {
    id: i64,
    blog_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    ip: String,
    ua: String,
    url: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<u8>,
    create_time: String,
}

impl BrowseView {
    fn new(browse: Browse, zone: &TimeZone) -> Self {
        let Browse { id, read, at } = browse;
        Self {
            id,
            blog_id: read.blog.as_str().to_owned(),
            probability: read.probability.map(Probability::get),
            ip: read.address.to_string(),
            ua: read.agent,
            url: read.url,
            title: read.title,
            tag: read.unlock.map(Unlock::number),
            create_time: zone.format(at),
        }
    }
}

/// `GET /api/readmore/browse/list`: the owner's.
pub(super) async fn list(request: HttpRequest, module: Data<ReadmoreModule>) -> Answer {
    owner::authenticate(&request).await?;
    let asked = Members::of_query(request.query_string());
    let slice = slice(&asked)?;
    let (order, ascending) = order(&asked)?;
    let blog = module.blog(&asked.text("blogId")?.unwrap_or_default());
    let page = match blog.map(|blog| blog.id.clone()) {
        // Nothing is what the original answers, too.
        None => inkstone_readmore::BrowsePage::default(),
        Some(blog) => {
            let (module, query) = (module.clone(), BrowseQuery { blog, order, ascending, slice });
            blocking(move || module.service.browses(&query)).await?
        }
    };
    let zone = &module.settings.time_offset;
    Ok(success_with(PageView {
        curr_page: slice.number(),
        page_size: slice.size(),
        total_page: slice.pages(page.total),
        total_count: page.total,
        list: page.items.into_iter().map(|browse| BrowseView::new(browse, zone)).collect(),
    }))
}

/// Which page is asked for; what is no number is the default.
pub(super) fn slice(asked: &Members) -> Result<PageRequest, Error> {
    let number = |name, default: u32| {
        let text = asked.text(name)?.unwrap_or_default();
        Ok::<_, Error>(text.trim().parse::<i64>().ok().map_or(default, |number| {
            u32::try_from(number.clamp(1, u32::MAX.into())).unwrap_or(default)
        }))
    };
    Ok(PageRequest::new(number("currPage", 1)?, number("pageSize", 10)?.min(100)))
}

/// The order that is asked for, if both of its parameters are there.
fn order(asked: &Members) -> Result<(BrowseOrder, bool), Error> {
    let (Some(field), Some(mode)) = (asked.said("orderField")?, asked.said("orderMode")?) else {
        return Ok((BrowseOrder::Time, false));
    };
    let order = match field.trim().to_ascii_lowercase().as_str() {
        "id" => BrowseOrder::Id,
        "tag" => BrowseOrder::Unlock,
        "probability" => BrowseOrder::Probability,
        "url" => BrowseOrder::Url,
        "title" => BrowseOrder::Title,
        _ => BrowseOrder::Time,
    };
    Ok((order, mode.trim().eq_ignore_ascii_case("asc")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_to_what_there_is() {
        for (query, number, size) in [
            ("", 1, 10),
            ("currPage=3&pageSize=20", 3, 20),
            ("currPage=0&pageSize=0", 1, 1),
            ("currPage=-5&pageSize=-1", 1, 1),
            ("currPage=x&pageSize=1e9", 1, 10),
            ("currPage=99999999999&pageSize=101", u32::MAX, 100),
        ] {
            let slice = slice(&Members::of_query(query)).unwrap();
            assert_eq!((slice.number(), slice.size()), (number, size), "{query}");
        }
    }

    #[test]
    fn orders_are_those_of_a_list() {
        for (query, expected) in [
            ("", (BrowseOrder::Time, false)),
            ("orderField=id", (BrowseOrder::Time, false)),
            ("orderMode=asc", (BrowseOrder::Time, false)),
            ("orderField=ID&orderMode=ASC", (BrowseOrder::Id, true)),
            ("orderField=url&orderMode=x", (BrowseOrder::Url, false)),
            ("orderField=ip;DROP TABLE x&orderMode=asc", (BrowseOrder::Time, true)),
        ] {
            assert_eq!(order(&Members::of_query(query)).unwrap(), expected, "{query}");
        }
    }
}
