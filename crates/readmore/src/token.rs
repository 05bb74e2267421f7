//! Signed tokens, which readers keep in a cookie (contract readmore, 6.2).

use inkstone_vocab::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    blog::BlogId,
    error::ReadmoreError,
    follower::{Follower, OpenId},
    sign_key::SignKey,
    signing,
};

/// The most bytes of a token that are looked at.
const MAX_BYTES: usize = 2048;

/// The most characters of a token's own name.
const MAX_NAME_CHARS: usize = 64;

/// What a token is known by: its `jti`, or its SHA-256 when it has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenName(String);

impl TokenName {
    /// A new name out of sixteen random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(base16ct::lower::encode_string(&bytes))
    }

    fn of(token: &str) -> Self {
        Self(base16ct::lower::encode_string(&Sha256::digest(token.as_bytes())))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is written down of a token before it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What it is known by.
    pub name: TokenName,
    /// From when on it is of no use.
    pub expires: Timestamp,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// What it is known by.
    pub name: TokenName,
    /// For which blog it counts.
    pub blog: BlogId,
    /// Who got it, if that is known.
    pub follower: Option<Follower>,
    /// When it was made, in whole seconds.
    pub issued: Timestamp,
    /// From when on it is of no use, in whole seconds.
    pub expires: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    sub: String,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// JSON inside of JSON, as the original server has it, so that its cookies stay good.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Subject {
    #[serde(rename = "fromOpenId")]
    person: Option<String>,
    #[serde(rename = "toOpenId")]
    account: Option<String>,
    #[serde(rename = "blogId")]
    blog: Option<String>,
}

impl Claims {
    /// The signed token.
    pub fn sign(&self, key: &SignKey) -> Result<String, ReadmoreError> {
        let jti = Some(self.name.0.clone());
        sign(&self.blog, self.follower.as_ref(), [self.issued, self.expires], jti, key)
    }

    /// What `token` says at `now`; fails for everything that this key has not signed, or that has
    /// expired.
    pub fn verify(token: &str, key: &SignKey, now: Timestamp) -> Result<Self, ReadmoreError> {
        if token.len() > MAX_BYTES {
            return Err(ReadmoreError::InvalidToken);
        }
        signing::provide();
        let mut validation = Validation::new(Algorithm::HS512);
        // The library would ask the clock by itself.
        validation.validate_exp = false;
        let decoded = decode::<Payload>(token, &key.decoding, &validation);
        let payload = decoded.map_err(|_| ReadmoreError::InvalidToken)?.claims;
        let claims = payload.into_claims(token)?;
        if claims.expires <= now { Err(ReadmoreError::InvalidToken) } else { Ok(claims) }
    }
}

impl Payload {
    fn into_claims(self, token: &str) -> Result<Claims, ReadmoreError> {
        let Self { sub, iat, exp, jti } = self;
        let invalid = || ReadmoreError::InvalidToken;
        let Subject { person, account, blog } =
            serde_json::from_str(&sub).map_err(|_| invalid())?;
        let name = match jti {
            Some(jti) if jti.chars().count() > MAX_NAME_CHARS || jti.contains('\0') => {
                return Err(invalid());
            }
            Some(jti) if !jti.is_empty() => TokenName(jti),
            _ => TokenName::of(token),
        };
        let seconds = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
        Ok(Claims {
            name,
            blog: blog.as_deref().and_then(BlogId::parse).ok_or_else(invalid)?,
            follower: follower(person, account)?,
            issued: seconds(iat),
            expires: seconds(exp),
        })
    }
}

/// Nobody when either is blank; fails for somebody who cannot be.
fn follower(
    person: Option<String>,
    account: Option<String>,
) -> Result<Option<Follower>, ReadmoreError> {
    let [person, account] = [person, account].map(Option::unwrap_or_default);
    if person.trim().is_empty() || account.trim().is_empty() {
        return Ok(None);
    }
    let openid = |text: &str| OpenId::parse(text).ok_or(ReadmoreError::InvalidToken);
    Ok(Some(Follower { person: openid(&person)?, account: openid(&account)? }))
}

fn sign(
    blog: &BlogId,
    follower: Option<&Follower>,
    [issued, expires]: [Timestamp; 2],
    jti: Option<String>,
    key: &SignKey,
) -> Result<String, ReadmoreError> {
    signing::provide();
    let openid = |id: fn(&Follower) -> &OpenId| {
        Some(follower.map_or_else(String::new, |follower| id(follower).as_str().to_owned()))
    };
    let subject = Subject {
        person: openid(|follower| &follower.person),
        account: openid(|follower| &follower.account),
        blog: Some(blog.as_str().to_owned()),
    };
    let unsigned = |_| ReadmoreError::Unsigned;
    let payload = Payload {
        sub: serde_json::to_string(&subject).map_err(unsigned)?,
        iat: issued.millis().div_euclid(1000),
        exp: expires.millis().div_euclid(1000),
        jti,
    };
    encode(&Header::new(Algorithm::HS512), &payload, &key.encoding)
        .map_err(|_| ReadmoreError::Unsigned)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const KEY: &str =
        "c3RhdGljLWJsb2ctYmFja2VuZC1yZWFkbW9yZS10ZXN0LWtleS0wMDAxLWRvLW5vdC11c2UtaW4tcHJvZHVjdd";
    const BLOG: &str = "18762-1609305354821-257";
    const ISSUED: Timestamp = Timestamp::from_millis(1_684_073_695_000);
    const EXPIRES: Timestamp = Timestamp::from_millis(1_715_609_695_000);

    /// Contract readmore, 13.2.
    const VECTOR: &str = concat!(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.",
        "eyJzdWIiOiJ7XCJmcm9tT3BlbklkXCI6XCJvRlJPTV8xMjM0NTY3ODkwYWJjZGVmZ2hpamtsXCIsXCJ0b09wZW5J",
        "ZFwiOlwiZ2hfMDEyMzQ1Njc4OWFiXCIsXCJibG9nSWRcIjpcIjE4NzYyLTE2MDkzMDUzNTQ4MjEtMjU3XCJ9Iiwi",
        "aWF0IjoxNjg0MDczNjk1LCJleHAiOjE3MTU2MDk2OTV9.",
        "Spndz6D97QPnmT14tchN6UV-EG0sX8ic3-C0ey9xV-TMsK5enUtRMb-mHROvh538A47F-HcbqxL_Fx1JO0AYyQ",
    );

    fn key() -> SignKey {
        SignKey::parse(KEY).unwrap()
    }

    fn reader() -> Follower {
        Follower {
            person: OpenId::parse("oFROM_1234567890abcdefghijkl").unwrap(),
            account: OpenId::parse("gh_0123456789ab").unwrap(),
        }
    }

    fn claims(follower: Option<Follower>) -> Claims {
        Claims {
            name: TokenName::from_random([7; 16]),
            blog: BlogId::parse(BLOG).unwrap(),
            follower,
            issued: ISSUED,
            expires: EXPIRES,
        }
    }

    /// A token of any parts, signed as it should be.
    fn forge(header: &str, payload: &str, secret: &SignKey) -> String {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let [header, payload] = [header, payload].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        let message = format!("{header}.{payload}");
        let mac = Hmac::<sha2::Sha512>::new_from_slice(secret.encoding.as_bytes()).unwrap();
        let signed = mac.chain_update(&message).finalize().into_bytes();
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signed))
    }

    #[track_caller]
    fn refused(token: &str, now: Timestamp) {
        let result = Claims::verify(token, &key(), now);
        assert!(matches!(result, Err(ReadmoreError::InvalidToken)), "{token}: {result:?}");
    }

    #[test]
    fn the_vector_of_the_contract_is_made_and_read() {
        let follower = reader();
        let blog = BlogId::parse(BLOG).unwrap();
        let made = sign(&blog, Some(&follower), [ISSUED, EXPIRES], None, &key()).unwrap();
        assert_eq!(made, VECTOR);
        let read = Claims::verify(VECTOR, &key(), ISSUED).unwrap();
        let expected = Claims { name: TokenName::of(VECTOR), ..claims(Some(follower)) };
        assert_eq!(read, expected);
    }

    #[test]
    fn tokens_are_read_as_they_were_made_and_fit_into_a_cookie() {
        for follower in [None, Some(reader())] {
            let claims = claims(follower);
            let token = claims.sign(&key()).unwrap();
            assert_eq!(Claims::verify(&token, &key(), ISSUED).unwrap(), claims);
            assert!(token.len() < 500, "{}", token.len());
            let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            assert!(token.bytes().all(safe), "{token}");
            assert!(token.starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9."));
        }
    }

    #[test]
    fn a_token_ends_at_its_second() {
        Claims::verify(VECTOR, &key(), EXPIRES.plus_millis(-1)).unwrap();
        refused(VECTOR, EXPIRES);
    }

    #[test]
    fn other_algorithms_and_keys_are_refused() {
        let payload = String::from_utf8(
            BASE64_URL_SAFE_NO_PAD.decode(VECTOR.split('.').nth(1).unwrap()).unwrap(),
        );
        let payload = payload.unwrap();
        assert_eq!(forge(r#"{"typ":"JWT","alg":"HS512"}"#, &payload, &key()), VECTOR);
        for header in [
            r#"{"typ":"JWT","alg":"none"}"#,
            r#"{"alg":"None"}"#,
            r#"{"typ":"JWT","alg":"HS256"}"#,
            r#"{"typ":"JWT","alg":"HS384"}"#,
            r#"{"typ":"JWT","alg":"RS512"}"#,
            r#"{"typ":"JWT"}"#,
            "[]",
        ] {
            let token = forge(header, &payload, &key());
            refused(&token, ISSUED);
            refused(&token[..=token.rfind('.').unwrap()], ISSUED);
        }
        let other = SignKey::new(&[9; 64]).unwrap();
        refused(&forge(r#"{"typ":"JWT","alg":"HS512"}"#, &payload, &other), ISSUED);
        let real_hs256 = {
            use hmac::{Hmac, KeyInit as _, Mac as _};
            let message = format!(
                "{}.{}",
                BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"HS256"}"#),
                BASE64_URL_SAFE_NO_PAD.encode(&payload)
            );
            let mac = Hmac::<Sha256>::new_from_slice(key().encoding.as_bytes()).unwrap();
            let signed = mac.chain_update(&message).finalize().into_bytes();
            format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signed))
        };
        refused(&real_hs256, ISSUED);
    }

    #[test]
    fn subjects_that_make_no_sense_are_refused() {
        let subject = |text: &str| {
            let payload = serde_json::json!({ "sub": text, "iat": 1, "exp": 1_715_609_695 });
            forge(r#"{"typ":"JWT","alg":"HS512"}"#, &payload.to_string(), &key())
        };
        for good in [
            r#"{"blogId":"b"}"#,
            r#"{"fromOpenId":"","toOpenId":"","blogId":"b"}"#,
            r#"{"fromOpenId":null,"toOpenId":" ","blogId":"b","more":1}"#,
            r#"{"fromOpenId":"o","toOpenId":"","blogId":"b"}"#,
        ] {
            let claims = Claims::verify(&subject(good), &key(), ISSUED).unwrap();
            assert_eq!(claims.follower, None, "{good}");
        }
        for bad in [
            "",
            "b",
            "{}",
            "[]",
            r#"{"blogId":""}"#,
            r#"{"blogId":1}"#,
            r#"{"fromOpenId":"a b","toOpenId":"c","blogId":"b"}"#,
        ] {
            refused(&subject(bad), ISSUED);
        }
        for payload in [
            r#"{"sub":"{\"blogId\":\"b\"}","iat":1}"#,
            r#"{"sub":"{\"blogId\":\"b\"}","exp":1715609695}"#,
            r#"{"sub":"{\"blogId\":\"b\"}","iat":1,"exp":"1715609695"}"#,
            r#"{"sub":"{\"blogId\":\"b\"}","iat":1,"exp":-1}"#,
            r#"{"iat":1,"exp":1715609695}"#,
            "[]",
            "null",
        ] {
            refused(&forge(r#"{"typ":"JWT","alg":"HS512"}"#, payload, &key()), ISSUED);
        }
        let long = "x".repeat(65);
        let payload =
            format!(r#"{{"sub":"{{\"blogId\":\"b\"}}","iat":1,"exp":1715609695,"jti":"{long}"}}"#);
        refused(&forge(r#"{"typ":"JWT","alg":"HS512"}"#, &payload, &key()), ISSUED);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", ".", "..", "a.b.c", "undefined", "null", "a b", &"x".repeat(3000)] {
            refused(text, ISSUED);
        }
        refused(&format!("{VECTOR}="), ISSUED);
        refused(&format!("{VECTOR}.x"), ISSUED);
    }

    proptest! {
        #[test]
        fn a_token_that_was_touched_is_refused(at in 0..VECTOR.len(), to in "[A-Za-z0-9_.-]") {
            let mut token = VECTOR.to_owned();
            token.replace_range(at..=at, &to);
            if token != VECTOR {
                refused(&token, ISSUED);
            }
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text in ".{0,300}") {
            refused(&text, ISSUED);
        }
    }
}
