//! Where settings come from, and what is said about those that nobody knows.

#[cfg(test)]
mod tests;

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
