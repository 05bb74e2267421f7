//! A blog with locked articles.

use inkstone_readmore::{BlogId, Claims, Follower, OpenId, SignKey, TokenName};
use inkstone_server::{
    clock,
    config::{Blogs, Config, Optional, SignKeyText},
};
use inkstone_wechat::testing::Platform;
use serde_json::{Value, json};

use crate::{
    cwd::support::{Blog, Database},
    support::Answer,
};

pub(crate) const BLOG: &str = "18762-1609305354821-257";
pub(crate) const KEY: &str =
    "c3RhdGljLWJsb2ctYmFja2VuZC1yZWFkbW9yZS10ZXN0LWtleS0wMDAxLWRvLW5vdC11c2UtaW4tcHJvZHVjdd";
pub(crate) const WX_TOKEN: &str = "wxtoken123";
pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const ADA: &str = "oFROM_1234567890abcdefghijkl";
pub(crate) const ACCOUNT: &str = "gh_0123456789ab";

pub(crate) const SUCCESS: &str = r#"{"code":0,"msg":"success"}"#;
pub(crate) const INVALID_CAPTCHA: &str = r#"{"code":406,"msg":"Invalid captcha"}"#;
pub(crate) const INVALID_BLOG: &str = r#"{"code":407,"msg":"Invalid blog id"}"#;
pub(crate) const INVALID_TOKEN: &str = r#"{"code":408,"msg":"Invalid token"}"#;
pub(crate) const NOT_FOLLOWING: &str =
    r#"{"code":409,"msg":"Not following WeChat official account"}"#;
pub(crate) const LEFT: &str = r#"{"code":410,"msg":"Cancelled following WeChat official account"}"#;
pub(crate) const ILLEGAL: &str = r#"{"code":502,"msg":"Illegal parameter error"}"#;
pub(crate) const FORBIDDEN: &str = r#"{"code":403,"msg":"Illegal source"}"#;
pub(crate) const TOO_MANY: &str = r#"{"code":429,"msg":"Too many requests"}"#;
pub(crate) const INTERNAL: &str = r#"{"code":500,"msg":"Internal system error"}"#;
pub(crate) const NOT_FOUND: &str = r#"{"code":404,"msg":"Not Found"}"#;

/// With one blog that has locked articles.
pub(crate) fn blog() -> Blog {
    blog_with(|_| {})
}

pub(crate) fn blog_with(configure: impl FnOnce(&mut Config)) -> Blog {
    blog_on(Database::Sqlite, configure)
}

pub(crate) fn blog_on(database: Database, configure: impl FnOnce(&mut Config)) -> Blog {
    Blog::on_with(database, |config| {
        config.readmore.blogs = Blogs::parse([BLOG]).unwrap();
        config.readmore.sign_key = Optional::from(Some(SignKeyText(key())));
        configure(config);
    })
}

/// With a message endpoint, too.
pub(crate) fn account_on(database: Database, configure: impl FnOnce(&mut Config)) -> Blog {
    blog_on(database, |config| {
        config.wechat.app_token = Optional::from(Some(WX_TOKEN.into()));
        config.server.public_url = Optional::from(Some("https://api.example/x/".parse().unwrap()));
        configure(config);
    })
}

pub(crate) fn key() -> SignKey {
    SignKey::parse(KEY).unwrap()
}

pub(crate) fn path(name: &str) -> String {
    format!("/api/readmore/{name}")
}

/// What a token says that is good for a year.
pub(crate) fn claims(follower: Option<Follower>) -> Claims {
    let now = clock::now();
    Claims {
        name: TokenName::from_random([7; 16]),
        blog: BlogId::parse(BLOG).unwrap(),
        follower,
        issued: now,
        expires: now.plus_millis(365 * 86_400_000),
    }
}

pub(crate) fn follower(name: &str) -> Follower {
    Follower { person: OpenId::parse(name).unwrap(), account: OpenId::parse(ACCOUNT).unwrap() }
}

/// The members that name a follower.
pub(crate) fn by(name: &str) -> Value {
    json!({ "blogId": BLOG, "fromOpenId": name, "toOpenId": ACCOUNT })
}

impl Blog {
    /// `POST` of an endpoint of the API.
    pub(crate) fn readmore(&self, name: &str, body: &Value) -> Answer {
        self.post(&path(name), body)
    }

    /// The same by a client with another address.
    pub(crate) fn readmore_from(&self, address: &str, name: &str, body: &Value) -> Answer {
        self.post_from(address, &path(name), body)
    }

    /// A new code, which must be given.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.code_for(&json!({ "blogId": BLOG }))
    }

    #[track_caller]
    pub(crate) fn code_for(&self, asked: &Value) -> String {
        let answer = self.readmore("captcha/generate", asked);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["data"]["code"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    /// What a reader typed.
    pub(crate) fn type_code(&self, code: &str) -> Answer {
        self.readmore("captcha/validate", &json!({ "code": code, "blogId": BLOG }))
    }

    /// A token for a new code.
    #[track_caller]
    pub(crate) fn token_for(&self, asked: &Value) -> String {
        let answer = self.type_code(&self.code_for(asked));
        answer.json()["data"]["token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    pub(crate) fn check(&self, token: &str) -> Answer {
        self.readmore("token/validate", &json!({ "token": token, "blogId": BLOG }))
    }

    /// A message from WeChat.
    pub(crate) fn deliver(&self, platform: &Platform, xml: &str) -> Answer {
        let request = platform.delivery(xml, clock::now());
        let path = format!("{}?{}", path("wechat/receive"), request.query);
        self.server.send("POST", &path, &[("content-type", "text/xml")], Some(&request.body))
    }

    /// A request of the owner.
    pub(crate) fn owner(&self, method: &str, name: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.login());
        let headers = [("authorization", bearer.as_str())];
        match method {
            "GET" => self.server.send("GET", &path(name), &headers, None),
            _ => self.send(method, &path(name), &headers, body),
        }
    }
}
