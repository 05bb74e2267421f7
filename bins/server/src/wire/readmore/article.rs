//! Articles whose remainders the server keeps, for readers with a token; not part of the original
//! API.

use actix_web::{HttpRequest, web::Data};
use inkstone_readmore::{ArticleContent, ArticlePath, BlogId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, Error,
    access::instant,
    captcha::{BLOG_MISSING, known_blog},
    members::Members,
    success, success_with,
    token::TOKEN_MISSING,
};
use crate::{blocking::blocking, caller::ClientAddress, clock, owner, readmore::ReadmoreModule};

const URL_MISSING: (&str, &str) = ("url", "文章地址不能为空");
const CONTENT_MISSING: (&str, &str) = ("content", "文章内容不能为空");

/// The rest of an article.
#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Content, examples(json!({ "content": "<p>And so on.</p>" })))]
pub(super) struct ContentView {
    content: String,
}

/// `POST /api/readmore/article/read`: the rest of an article, for a good token.
pub(super) async fn read(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
    members: Members,
) -> Answer {
    let [name, url, token] = members.required([BLOG_MISSING, URL_MISSING, TOKEN_MISSING])?;
    let path = ArticlePath::parse(&url).ok_or(Error::ILLEGAL)?;
    let blog = known_blog(&module, &name, request.headers())?;
    let now = instant();
    module.guard.try_token(address, now).map_err(Error::TooOften)?;
    let blog = blog.ok_or(Error::InvalidBlog)?;
    let work = {
        let module = module.clone();
        move || module.service.read(&blog, &path, &token, &module.terms, clock::now())
    };
    let result = blocking(work).await.map_err(Error::from);
    if result.as_ref().err() == Some(&Error::InvalidToken) {
        module.guard.token_was_invalid(address, now);
    }
    Ok(success_with(ContentView { content: result?.as_str().to_owned() }))
}

/// `POST /api/readmore/article/save`: the owner's build keeps the rest of an article here.
pub(super) async fn save(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    members: Members,
) -> Answer {
    owner::authenticate(&request).await?;
    let [name, url, content] = members.required([BLOG_MISSING, URL_MISSING, CONTENT_MISSING])?;
    let (blog, path) = named(&module, &name, &url)?;
    let content = ArticleContent::parse(&content).ok_or(Error::ILLEGAL)?;
    blocking(move || module.service.put(&blog, &path, &content, clock::now())).await?;
    Ok(success())
}

/// `POST /api/readmore/article/delete`: the owner's.
pub(super) async fn delete(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    members: Members,
) -> Answer {
    owner::authenticate(&request).await?;
    let [name, url] = members.required([BLOG_MISSING, URL_MISSING])?;
    let (blog, path) = named(&module, &name, &url)?;
    blocking(move || module.service.remove(&blog, &path)).await?;
    Ok(success())
}

/// The articles that are kept.
#[derive(Serialize, ToSchema)]
#[schema(as = readmore::Articles)]
pub(super) struct ListView {
    list: Vec<ArticleView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = readmore::Article, examples(json!({
    "bytes": 2048,
    "path": "/posts/hello/",
    "updateTime": "2026-01-07 10:30:00",
})))]
struct ArticleView {
    path: String,
    bytes: u64,
    update_time: String,
}

/// `GET /api/readmore/article/list`: the owner's.
pub(super) async fn list(request: HttpRequest, module: Data<ReadmoreModule>) -> Answer {
    owner::authenticate(&request).await?;
    let asked = Members::of_query(request.query_string());
    let blog = module.blog(&asked.text("blogId")?.unwrap_or_default());
    let blog = blog.ok_or(Error::InvalidBlog)?.id.clone();
    let articles = {
        let module = module.clone();
        blocking(move || module.service.articles(&blog)).await?
    };
    let zone = &module.settings.time_offset;
    let list = articles.into_iter().map(|article| ArticleView {
        path: article.path.as_str().to_owned(),
        bytes: article.bytes,
        update_time: zone.format(article.updated),
    });
    Ok(success_with(ListView { list: list.collect() }))
}

fn named(module: &ReadmoreModule, name: &str, url: &str) -> Result<(BlogId, ArticlePath), Error> {
    let blog = module.blog(name).ok_or(Error::InvalidBlog)?.id.clone();
    Ok((blog, ArticlePath::parse(url).ok_or(Error::ILLEGAL)?))
}
