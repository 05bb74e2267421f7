//! The public list of talks of another server, which knows their names (contract qexo, 11.2).

use std::io::BufRead;

use inkstone_delivery::{HttpClient, HttpError};
use inkstone_talks::{Content, ListedTalk, TalkId, TalkTime, Values};
use serde::Deserialize;
use serde_json::Value;

use super::document::MAX_ITEMS;

/// How many talks are asked for at once.
const LIMIT: usize = 50;

/// Why the list cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The other server cannot be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The other server answers something else.
    #[error("the server answers with status {0}")]
    Status(u16),
    /// It is no list of talks.
    #[error("this is no list of talks")]
    Json(#[from] serde_json::Error),
    /// It does not end.
    #[error("the list has more than {MAX_ITEMS} talks")]
    TooMany,
}

/// A page of the list, or all of it.
#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    count: u64,
    data: Vec<Value>,
}

/// Reads a saved answer of `/pub/talks`.
pub fn read_page(input: impl BufRead) -> Result<Vec<ListedTalk>, ListError> {
    let page: Page = serde_json::from_reader(input)?;
    Ok(page.data.iter().filter_map(talk).collect())
}

/// Reads the list of the server at `base`, page by page.
pub fn read_listed(client: &HttpClient, base: &str) -> Result<Vec<ListedTalk>, ListError> {
    let base = base.trim_end_matches('/');
    let base = base.strip_suffix("/pub/talks").unwrap_or(base);
    let (mut talks, mut seen) = (Vec::new(), 0);
    for number in 1_u64.. {
        let url = format!("{base}/pub/talks/?page={number}&limit={LIMIT}");
        let answer = client.get(&url, &[("Accept", "application/json")])?;
        if answer.status != 200 {
            return Err(ListError::Status(answer.status));
        }
        let Page { count, data } = serde_json::from_slice(&answer.body)?;
        seen += data.len() as u64;
        if seen > MAX_ITEMS {
            return Err(ListError::TooMany);
        }
        talks.extend(data.iter().filter_map(talk));
        if data.is_empty() || seen >= count {
            break;
        }
    }
    Ok(talks)
}

fn talk(item: &Value) -> Option<ListedTalk> {
    let time = match item.get("time")? {
        Value::String(text) => TalkTime::parse(text),
        number => TalkTime::parse(&number.to_string()),
    };
    let values = item.get("values").map(Value::to_string).unwrap_or_default();
    Some(ListedTalk {
        id: TalkId::parse(item.get("id")?.as_str()?)?,
        time: time?,
        content: Content::parse(item.get("content")?.as_str()?)?,
        values: Values::parse(&values).unwrap_or_default(),
    })
}
