//! The link that a follower gets, and its signature.

use inkstone_readmore::{BlogId, Follower};
use inkstone_vocab::Timestamp;
use subtle::ConstantTimeEq as _;
use url::form_urlencoded::byte_serialize;

use crate::{
    config::ServerKey,
    keyed::{hex, keyed_hash},
};

/// How long a signed link is good.
const LIFE_SECONDS: i64 = 600;

/// What a signed link says about itself.
#[derive(Clone, Copy, Debug)]
pub struct SignedLink<'a> {
    /// When it was made, in seconds.
    pub ts: &'a str,
    /// By whom.
    pub sign: &'a str,
}

/// The address of the page that shows a code to `follower`; signed with `key`, if that is given.
pub fn link(
    page: &str,
    blog: &BlogId,
    follower: &Follower,
    key: Option<&ServerKey>,
    now: Timestamp,
) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let blog_id = encoded(blog.as_str());
    let [person, account] = [&follower.person, &follower.account].map(|id| encoded(id.as_str()));
    let link = format!("{page}?blogId={blog_id}&fromOpenId={person}&toOpenId={account}");
    match key {
        Some(key) => {
            let ts = now.millis().div_euclid(1000);
            let sign = signature(key, blog, follower, ts);
            format!("{link}&ts={ts}&sign={sign}")
        }
        None => link,
    }
}

/// Whether the link to the page of `follower` is ours, and not older than ten minutes.
pub fn signature_is_good(
    key: &ServerKey,
    blog: &BlogId,
    follower: &Follower,
    link: SignedLink<'_>,
    now: Timestamp,
) -> bool {
    let Ok(ts) = link.ts.parse::<i64>() else { return false };
    let age = now.millis().div_euclid(1000).saturating_sub(ts);
    let expected = signature(key, blog, follower, ts);
    (0..=LIFE_SECONDS).contains(&age) && expected.as_bytes().ct_eq(link.sign.as_bytes()).into()
}

fn signature(key: &ServerKey, blog: &BlogId, follower: &Follower, ts: i64) -> String {
    let Follower { person, account } = follower;
    let parts = [blog.as_str(), person.as_str(), account.as_str(), &ts.to_string()];
    hex(&keyed_hash(key, "readmore link", &parts.map(str::as_bytes))[..16])
}

#[cfg(test)]
mod tests {
    use inkstone_readmore::OpenId;

    use super::*;

    #[test]
    fn a_link_is_good_for_its_follower_and_ten_minutes() {
        let key = ServerKey::new([1; 32]);
        let id = |text| OpenId::parse(text).unwrap();
        let (blog, other) = (BlogId::parse("a b").unwrap(), BlogId::parse("other").unwrap());
        let ada = Follower { person: id("oAda"), account: id("gh_1") };
        let bob = Follower { person: id("oBob"), ..ada.clone() };
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let plain = link("https://x/p", &blog, &ada, None, at(1000));
        assert_eq!(plain, "https://x/p?blogId=a+b&fromOpenId=oAda&toOpenId=gh_1");
        let signed = link("https://x/p", &blog, &ada, Some(&key), at(1000));
        let (rest, sign) = signed.rsplit_once("&sign=").unwrap();
        assert_eq!(rest, format!("{plain}&ts=1000"));
        let good = |key: &ServerKey, blog: &BlogId, follower: &Follower, ts, sign, now| {
            signature_is_good(key, blog, follower, SignedLink { ts, sign }, at(now))
        };
        assert!(good(&key, &blog, &ada, "1000", sign, 1000));
        assert!(good(&key, &blog, &ada, "1000", sign, 1600));
        assert!(!good(&key, &blog, &ada, "1000", sign, 1601));
        assert!(!good(&key, &blog, &ada, "1000", sign, 999));
        assert!(!good(&key, &blog, &ada, "1001", sign, 1001));
        assert!(!good(&key, &blog, &bob, "1000", sign, 1000));
        assert!(!good(&key, &other, &ada, "1000", sign, 1000));
        assert!(!good(&ServerKey::new([2; 32]), &blog, &ada, "1000", sign, 1000));
        for (ts, sign) in [("", sign), ("x", sign), ("1000", ""), ("-9223372036854775808", sign)] {
            assert!(!good(&key, &blog, &ada, ts, sign, 1000));
        }
    }
}
