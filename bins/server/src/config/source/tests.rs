//! Defaults, files and variables, and what is said about settings that cannot be.

use std::error::Error as _;

use secrecy::ExposeSecret as _;

use super::*;
use crate::config::{ClientAddressHeader, RequestLog};

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn load(text: &str, pairs: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    Loaded::load(Some(file.path()), variables(pairs))
}

#[test]
fn the_defaults_are_a_configuration() {
    let config = load("", &[]).unwrap().config;
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.metrics.listen.as_ref().unwrap().port(), 9464);
    assert!(config.owner.password.as_ref().is_none());
    assert_eq!(config.limits.public_body.get(), 65_536);
    assert_eq!(config.server.client_address_header, ClientAddressHeader::XForwardedFor);
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_defaults() {
    let text = "[server]\nlisten = '0.0.0.0:1'\nworkers = 3\n[log]\nrequests = 'all'\n";
    let loaded = load(
        text,
        &[
            ("INKSTONE__SERVER__LISTEN", "0.0.0.0:2"),
            ("INKSTONE__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("INKSTONE__OWNER__PASSWORD", "0123"),
            ("INKSTONE__METRICS__LISTEN", ""),
            ("INKSTONE__CWD__STRICT_SITES", "true"),
            ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0"),
            ("INKSTONE__DATA_DIR", "/srv/inkstone"),
            ("INKSTONE_CONFIG", "ignored"),
            ("OTHER", "ignored"),
        ],
    );
    let config = loaded.unwrap().config;
    assert_eq!(config.server.listen.port(), 2);
    assert_eq!(config.server.workers.as_ref().unwrap().get(), 3);
    assert_eq!(config.server.trusted_proxies.networks().len(), 2);
    assert_eq!(config.owner.password.as_ref().unwrap().expose_secret(), "0123");
    assert!(config.metrics.listen.as_ref().is_none());
    assert!(config.cwd.strict_sites);
    assert_eq!(config.limits.comment_interval_ms, 0);
    assert_eq!(config.log.requests, RequestLog::All);
    assert_eq!(config.data_dir, Path::new("/srv/inkstone"));
}

#[test]
fn an_unknown_setting_names_its_place_and_the_nearest_known_one() {
    for (text, pairs, key, nearest) in [
        ("[server]\nlistne = 'x'", &[][..], "server.listne", "server.listen"),
        ("[sever]\nlisten = 'x'", &[], "sever", "server."),
        ("datadir = 'x'", &[], "datadir", "data_dir"),
        ("", &[("INKSTONE__SERVER__PUBLICURL", "x")], "server.publicurl", "server.public_url"),
        ("", &[("INKSTONE__OWNER__NAME__X", "x")], "owner.name.x", "owner.name"),
    ] {
        let error = load(text, pairs).unwrap_err().to_string();
        assert!(error.contains(&format!("unknown setting {key} in ")), "{error}");
        assert!(error.contains(&format!("did you mean {nearest}")), "{error}");
        assert_eq!(error.contains("the environment (INKSTONE__"), !pairs.is_empty(), "{error}");
    }
}

#[test]
fn an_impossible_value_names_its_key() {
    for (text, key) in [
        ("[server]\nlisten = 'here'", "server.listen"),
        ("[server]\nworkers = 0", "server.workers"),
        ("[server]\nkey = 'secret-but-short'", "server.key"),
        ("[server]\ntrusted_proxies = ['a']", "server.trusted_proxies"),
        ("[limits]\npublic_body = -1", "limits.public_body"),
        ("[log]\nformat = 'xml'", "log.format"),
        ("[database]\nurl = 'mysql://u:hunter2@h/d'", "database.url"),
    ] {
        let error = load(text, &[]).unwrap_err();
        let source = error.source().unwrap().to_string();
        assert!(source.contains(key), "{key}: {source}");
        assert!(!source.contains("secret-but-short") && !source.contains("hunter2"), "{source}");
    }
}

#[test]
fn a_missing_or_broken_file_is_named() {
    let missing = Loaded::load(Some(Path::new("/nowhere/x.toml")), []).unwrap_err();
    assert!(missing.to_string().contains("/nowhere/x.toml"));
    assert!(matches!(load("[", &[]).unwrap_err(), ConfigError::Syntax { .. }));
}

#[test]
fn printing_masks_secrets_and_reads_back() {
    let text = "[owner]\npassword = 'hunter2'\n[server]\nworkers = 2\n\
                [database]\nurl = 'postgres://ink:hunter2@db/ink'\n\
                [mail]\ngateway_token = 'hunter2'\n\
                [wechat]\napp_token = 'hunter2'\napp_secret = 'hunter2'\n\
                encoding_aes_key = 'hunter2'\n";
    let printed = load(text, &[]).unwrap().print();
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(printed.contains("password = \"********\""), "{printed}");
    assert!(printed.contains("db/ink"), "{printed}");
    assert_eq!(printed.matches("\"********\"").count(), 5, "{printed}");
    load(&printed, &[]).unwrap();
}

#[test]
fn blogs_are_ids_or_tables() {
    let ids = |text: &str, pairs: &[(&str, &str)]| {
        let blogs = load(text, pairs).unwrap().config.readmore.blogs;
        let ids = blogs.as_slice().iter().map(|blog| blog.id.as_str().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("", &[]), [""; 0]);
    assert_eq!(ids("[readmore]\nblogs = ['a', 'b']", &[]), ["a", "b"]);
    assert_eq!(ids("", &[("INKSTONE__READMORE__BLOGS", "a, b,")]), ["a", "b"]);
    let text = "[[readmore.blogs]]\nid = 'a'\nallowed_origins = ['https://*.example.org']\n\
                require_origin = true\nkeyword = ' 解锁 '\n[[readmore.blogs]]\nid = 'b'\n";
    assert_eq!(ids(text, &[]), ["a", "b"]);
    let loaded = load(text, &[]).unwrap();
    let blog = &loaded.config.readmore.blogs.as_slice()[0];
    assert!(blog.require_origin && blog.allowed_origins[0].matches("https://a.example.org"));
    assert_eq!(blog.keyword.as_deref(), Some("解锁"));
    load(&loaded.print(), &[]).unwrap();
    for (text, said) in [
        ("[readmore]\nblogs = ['']", "is no id"),
        ("[readmore]\nblogs = ['a', ' a']", "is there twice"),
        ("[[readmore.blogs]]\nid = 'a'\norigins = []", "origins"),
        ("[[readmore.blogs]]\nid = 'a'\nallowed_origins = ['a.org']", "is no origin"),
        ("[readmore]\nblogs = [1]", "blogs"),
        ("[readmore]\ncaptcha_length = 3", "3 is not 4 to 10"),
        ("[readmore]\ncaptcha_expires_unit = 'Years'", "Years"),
        ("[readmore]\ntoken_expire_days = 0", "0 is not 1 to 3650"),
        ("[readmore]\nsign_key = 'dG9vLXNob3J0'", "is shorter than 64 bytes"),
        ("[readmore]\ntime_offset = '+8'", "is no time zone"),
    ] {
        let error = load(text, &[]).unwrap_err();
        let source = error.source().unwrap().to_string();
        assert!(source.contains(said) && !source.contains("dG9v"), "{text}: {source}");
    }
}

#[test]
fn variables_of_the_original_readmore_server_are_understood() {
    let pairs = [
        ("BLOG_ID", "18762-1609305354821-257"),
        ("ALLOW_CORS", "false"),
        ("CAPTCHA_LENGTH", "8"),
        ("CAPTCHA_EXPIRES_VALUE", "2"),
        ("CAPTCHA_EXPIRES_UNIT", "HOURS"),
        ("CAPTCHA_REPLY_KEYWORD", "code"),
        ("CAPTCHA_API_ADDRESS", "https://api.example/api/readmore/captcha/generate"),
        ("TOKEN_EXPIRE_DAYS", "30"),
        ("TOKEN_SIGN_KEY", ""),
        ("WECHAT_APP_ID", "wx0123456789abcdef"),
        ("WECHAT_APP_SECRET", "s"),
        ("WECHAT_APP_TOKEN", "t"),
        ("WECHAT_ENCODING_AES_KEY", "k"),
        ("INKSTONE__READMORE__CAPTCHA_LENGTH", "10"),
    ];
    let loaded = load("[readmore]\ntoken_expire_days = 7\n", &pairs).unwrap();
    assert!(loaded.origin().contains("BLOG_ID") && !loaded.origin().contains("SIGN_KEY"));
    let Config { readmore, wechat, .. } = loaded.config;
    assert_eq!(readmore.blogs.as_slice()[0].id.as_str(), "18762-1609305354821-257");
    assert!(!readmore.cors && readmore.sign_key.as_ref().is_none());
    assert_eq!(readmore.captcha_length.0.digits(), 10, "our own names win");
    assert_eq!(readmore.captcha_expires_value.get(), 2);
    assert_eq!(readmore.captcha_expires_unit, crate::config::LifeUnit::Hours);
    assert_eq!(readmore.token_expire_days.0, 30);
    assert_eq!((wechat.keyword.as_str(), wechat.app_id.len()), ("code", 18));
    assert!(wechat.captcha_api_address.as_ref().is_some());
    for secret in [&wechat.app_secret, &wechat.app_token, &wechat.encoding_aes_key] {
        assert_eq!(secret.as_ref().unwrap().expose_secret().len(), 1);
    }
}
