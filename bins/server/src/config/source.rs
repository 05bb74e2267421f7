//! Where settings come from, and what is said about those that nobody knows.

use std::{
    collections::HashMap,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use config::{Environment, File, FileFormat};

use super::{Config, section::Section};

/// The variables that hold settings start with this.
const PREFIX: &str = "INKSTONE__";
/// What the variables of the original readmore server set (contract readmore, 8.1); empty ones set
/// nothing.
const ALIASES: [(&str, &str); 13] = [
    ("ALLOW_CORS", "readmore.cors"),
    ("BLOG_ID", "readmore.blogs"),
    ("CAPTCHA_LENGTH", "readmore.captcha_length"),
    ("CAPTCHA_EXPIRES_VALUE", "readmore.captcha_expires_value"),
    ("CAPTCHA_EXPIRES_UNIT", "readmore.captcha_expires_unit"),
    ("CAPTCHA_REPLY_KEYWORD", "wechat.keyword"),
    ("CAPTCHA_API_ADDRESS", "wechat.captcha_api_address"),
    ("TOKEN_EXPIRE_DAYS", "readmore.token_expire_days"),
    ("TOKEN_SIGN_KEY", "readmore.sign_key"),
    ("WECHAT_APP_ID", "wechat.app_id"),
    ("WECHAT_APP_SECRET", "wechat.app_secret"),
    ("WECHAT_APP_TOKEN", "wechat.app_token"),
    ("WECHAT_ENCODING_AES_KEY", "wechat.encoding_aes_key"),
];

/// What is not shown when settings are printed.
const SECRETS: [&str; 7] = [
    "server.key",
    "owner.password",
    "mail.gateway_token",
    "readmore.sign_key",
    "wechat.app_token",
    "wechat.app_secret",
    "wechat.encoding_aes_key",
];

/// What is read when nobody names a file.
const DEFAULT_FILE: &str = "inkstone.toml";

/// A configuration, and where it came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration itself.
    pub config: Config,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Which variables of the environment were read.
    pub variables: Vec<String>,
    merged: config::Config,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not valid TOML", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A setting that does not exist.
    #[error("unknown setting {key} in {origin}; did you mean {nearest}?")]
    Unknown {
        /// What was set.
        key: String,
        /// The file or variable that set it.
        origin: String,
        /// The known setting that looks most like it.
        nearest: String,
    },
    /// A value that its setting cannot have.
    #[error("a setting has an impossible value")]
    Value(#[from] config::ConfigError),
}

impl Loaded {
    /// Reads the file at `path`, or `inkstone.toml` when there is one, and `variables`.
    pub fn load(
        path: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let file = match path {
            Some(path) => Some(path),
            None => Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists()),
        };
        let mut builder =
            config::Config::builder().add_source(File::from_str(&defaults(), FileFormat::Toml));
        if let Some(path) = file {
            builder = builder.add_source(File::from_str(&read(path)?, FileFormat::Toml));
        }
        let variables: HashMap<_, _> = variables.into_iter().collect();
        let (names, variables) = settings_among(&variables)?;
        let environment = Environment::with_prefix("INKSTONE")
            .prefix_separator("__")
            .separator("__")
            .source(Some(variables));
        let merged = builder.add_source(environment).build()?;
        let config = merged.clone().try_deserialize()?;
        Ok(Self { config, file: file.map(Path::to_owned), variables: names, merged })
    }

    /// Where it came from, in words.
    pub fn origin(&self) -> String {
        let file = match &self.file {
            Some(path) => path.display().to_string(),
            None => "no file".to_owned(),
        };
        match self.variables.as_slice() {
            [] => file,
            variables => format!("{file}, and {} from the environment", variables.join(", ")),
        }
    }

    /// What is in force, as a file would say it, with secrets masked.
    pub fn print(&self) -> String {
        let mut text = String::new();
        for section in Config::SECTIONS {
            if !section.name.is_empty() {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "\n[{}]", section.name);
            }
            for setting in section.settings {
                let _ = writeln!(text, "{} = {}", setting.name, self.shown(&section.key(setting)));
            }
        }
        text
    }

    fn shown(&self, key: &str) -> toml::Value {
        let value = self.merged.get::<toml::Value>(key);
        let set = !matches!(&value, Ok(toml::Value::String(text)) if text.is_empty());
        match key {
            key if set && SECRETS.contains(&key) => "********".into(),
            "database.url" => match self.config.database.url.as_ref() {
                Some(url) => url.to_string().into(),
                None => "".into(),
            },
            _ => value.unwrap_or_else(|_| "".into()),
        }
    }
}

/// The variables that set something, by their own names and by those of settings.
fn settings_among(
    variables: &HashMap<String, String>,
) -> Result<(Vec<String>, HashMap<String, String>), ConfigError> {
    let mut names = Vec::new();
    let mut settings = HashMap::new();
    for (name, value) in variables {
        if let Some(key) = name.strip_prefix(PREFIX) {
            let key = key.to_ascii_lowercase().replace("__", ".");
            check_known(&key, &format!("the environment ({name})"))?;
            names.push(name.clone());
            settings.insert(name.clone(), value.clone());
        }
    }
    for (name, setting) in ALIASES {
        let setting = format!("{PREFIX}{}", setting.to_ascii_uppercase().replace('.', "__"));
        let value = variables.get(name).filter(|value| !value.is_empty());
        if let (Some(value), false) = (value, settings.contains_key(&setting)) {
            names.push(name.to_owned());
            settings.insert(setting, value.clone());
        }
    }
    names.sort();
    Ok((names, settings))
}

/// The defaults, as a file would say them.
fn defaults() -> String {
    let mut text = String::new();
    for section in Config::SECTIONS {
        if !section.name.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "[{}]", section.name);
        }
        for setting in section.settings {
            let _ = writeln!(text, "{} = {}", setting.name, setting.default);
        }
    }
    text
}

/// The text of the file at `path`, if it sets known settings only.
fn read(path: &Path) -> Result<String, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    let table: toml::Table = toml::from_str(&text)
        .map_err(|source| ConfigError::Syntax { path: path.to_owned(), source })?;
    let origin = path.display().to_string();
    for (name, value) in &table {
        match value {
            toml::Value::Table(section) if is_section(name) => {
                for setting in section.keys() {
                    check_known(&format!("{name}.{setting}"), &origin)?;
                }
            }
            _ => check_known(name, &origin)?,
        }
    }
    Ok(text)
}

fn is_section(name: &str) -> bool {
    Config::SECTIONS.iter().any(|section| section.name == name)
}

fn keys() -> impl Iterator<Item = String> {
    let of_section =
        |section: &'static Section| section.settings.iter().map(|setting| section.key(setting));
    Config::SECTIONS.iter().flat_map(of_section)
}

fn check_known(key: &str, origin: &str) -> Result<(), ConfigError> {
    if keys().any(|known| known == key) {
        return Ok(());
    }
    let likeness = |known: &String| strsim::jaro_winkler(known, key);
    let nearest = keys().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or_default();
    Err(ConfigError::Unknown { key: key.to_owned(), origin: origin.to_owned(), nearest })
}

#[cfg(test)]
mod tests {
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
            assert!(
                !source.contains("secret-but-short") && !source.contains("hunter2"),
                "{source}"
            );
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
}
