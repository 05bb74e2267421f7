//! What an operator decides before the start: defaults, then a file, then the environment.
//!
//! Everything is parsed into the type it is used as, once, here. What a blog's owner changes at
//! run time lives in the database instead.

mod content;
mod readmore;
mod reference;
mod section;
mod source;
mod time_zone;
mod values;

use std::{num::NonZeroU32, path::PathBuf};

use inkstone_storage::{DatabaseUrl, DatabaseUrlError};
use secrecy::SecretString;

pub use content::{Content, Media};
pub use readmore::{
    Blogs, CaptchaLength, LifeUnit, OriginPattern, Readmore, ReadmoreBlog, ReadmoreLimits,
    ResubscribePolicy, TokenDays, Wechat,
};
pub use reference::reference;
pub use section::{Section, Setting};
pub use source::{ConfigError, Loaded};
pub use time_zone::TimeZone;
pub use values::{
    ClientAddressHeader, Directories, LogFormat, Optional, PostName, PublicEmail, PublicUrl,
    RequestLog, ServerKey, SignKeyText, TalkIdFormat, TrustedProxies,
};

use section::section;

/// Everything that is decided before the start.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Config {
    /// Where secrets and, by default, the database live.
    pub data_dir: PathBuf,
    /// How the server is reached.
    pub server: Server,
    /// Where everything is kept.
    pub database: Database,
    /// The blog's owner.
    pub owner: Owner,
    /// How much strangers may ask for.
    pub limits: Limits,
    /// The CWD comment API.
    pub cwd: Cwd,
    /// The Qexo public API.
    pub qexo: Qexo,
    /// The source of the blog.
    pub content: Content,
    /// The readmore API.
    pub readmore: Readmore,
    /// How often readers may try.
    pub readmore_limits: ReadmoreLimits,
    /// The account whose followers get codes.
    pub wechat: Wechat,
    /// Messages to people.
    pub notifications: Notifications,
    /// How mails leave.
    pub mail: Mail,
    /// How Telegram is reached.
    pub telegram: Telegram,
    /// How push services are reached.
    pub notifiers: Notifiers,
    /// Uploaded images.
    pub media: Media,
    /// Ready-made answers in memory.
    pub cache: Cache,
    /// What is written to standard error.
    pub log: Log,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Copies of everything.
    pub backup: Backup,
}

impl Config {
    /// Every section with its settings, defaults and texts, in the order of the reference.
    pub const SECTIONS: &[Section] = &[
        Section {
            name: "",
            about: "Before the first section.",
            settings: &[Setting {
                name: "data_dir",
                default: "'./data'",
                text: "Directory of the secrets file and, unless `database.url` says otherwise, \
                       of the database. Created at the first start, readable by its owner only.",
            }],
        },
        Server::SECTION,
        Database::SECTION,
        Owner::SECTION,
        Limits::SECTION,
        Cwd::SECTION,
        Qexo::SECTION,
        Content::SECTION,
        Readmore::SECTION,
        ReadmoreLimits::SECTION,
        Wechat::SECTION,
        Notifications::SECTION,
        Mail::SECTION,
        Telegram::SECTION,
        Notifiers::SECTION,
        Media::SECTION,
        Cache::SECTION,
        Log::SECTION,
        Metrics::SECTION,
        Backup::SECTION,
    ];

    /// The database that is meant: the configured one, or a file in the data directory.
    pub fn database_url(&self) -> Result<DatabaseUrl, DatabaseUrlError> {
        if let Some(url) = self.database.url.as_ref() {
            return Ok(url.clone());
        }
        let file = self.data_dir.join("inkstone.db");
        DatabaseUrl::parse(&format!("sqlite://{}", file.display()))
    }

    /// Where images are kept: the configured directory, or one in the data directory.
    pub fn media_directory(&self) -> PathBuf {
        let configured = self.media.directory.as_ref();
        configured.cloned().unwrap_or_else(|| self.data_dir.join("media"))
    }

    /// Where clones of the blog's repository are kept: the configured directory, or one in the
    /// data directory.
    pub fn content_directory(&self) -> PathBuf {
        let configured = self.content.directory.as_ref();
        configured.cloned().unwrap_or_else(|| self.data_dir.join("content"))
    }

    /// Where backups are put: the configured directory, or one in the data directory.
    pub fn backup_directory(&self) -> PathBuf {
        let configured = self.backup.directory.as_ref();
        configured.cloned().unwrap_or_else(|| self.data_dir.join("backups"))
    }
}

section! {
    /// How the server is reached.
    Server "server" {
        /// Address and port to listen on; port 0 takes any free one.
        listen: std::net::SocketAddr = "'127.0.0.1:8080'";
        /// The address under which browsers reach this server, such as `https://api.example.org`.
        /// Links in mails and webhooks start with it. Empty: unknown.
        public_url: Optional<url::Url> = "''";
        /// 64 hexadecimal digits from which keys for visitors' identities are derived. Several
        /// servers on one database need the same. Empty: generated into the data directory.
        key: Optional<ServerKey> = "''";
        /// Threads that answer requests. Empty: one per processor.
        workers: Optional<std::num::NonZeroUsize> = "''";
        /// Reverse proxies (addresses or networks such as `10.0.0.0/8`) whose word about the
        /// client's address is taken. In the environment separated by commas.
        trusted_proxies: TrustedProxies = "[]";
        /// The header in which a trusted proxy reports the client: `x-forwarded-for` (the
        /// right-most address that is no trusted proxy), `x-real-ip` or `cf-connecting-ip`.
        client_address_header: ClientAddressHeader = "'x-forwarded-for'";
        /// Connections open at once, over all workers; more wait to be accepted.
        max_connections: NonZeroU32 = "10000";
        /// Seconds a client may take to send the head of a request.
        header_timeout_s: NonZeroU32 = "10";
        /// Seconds a client may take to send the body of a request.
        body_timeout_s: NonZeroU32 = "30";
        /// Seconds an idle connection is kept for the next request.
        keep_alive_s: NonZeroU32 = "15";
        /// Seconds that the server goes on answering when it is told to stop, while `/readyz` says
        /// that it is not ready: long enough for a balancer to notice. 0: none.
        drain_s: u32 = "0";
        /// Seconds that running requests get to finish when the server is told to stop.
        shutdown_timeout_s: NonZeroU32 = "20";
    }
}

section! {
    /// Where everything is kept.
    Database "database" {
        /// `sqlite:///path/to/file.db`, or `postgres://user:password@host/name`. Empty: the
        /// SQLite file `inkstone.db` in the data directory.
        url: Optional<DatabaseUrl> = "''";
        /// Connections that read, and on PostgreSQL also write.
        read_connections: NonZeroU32 = "8";
        /// Writes to SQLite that may wait for the writer; more are refused at once (503).
        writer_queue: NonZeroU32 = "1024";
        /// Milliseconds a request waits for a connection before it is refused (503).
        wait_ms: NonZeroU32 = "2000";
    }
}

section! {
    /// The blog's owner. The account is created at the first start and lives in the database from
    /// then on: `inkstone user set-password` changes it.
    Owner "owner" {
        /// Name of the first account.
        name: String = "'admin'";
        /// Password of the first account. Empty: a random one is printed once.
        password: Optional<SecretString> = "''";
    }
}

section! {
    /// How much strangers may ask for.
    Limits "limits" {
        /// Bytes in the body of a public request.
        public_body: NonZeroU32 = "65536";
        /// Bytes in the body of an import.
        import_body: NonZeroU32 = "67108864";
        /// Likes from one address in a minute.
        likes_per_minute: NonZeroU32 = "60";
        /// Visits counted from one address in a minute.
        visits_per_minute: NonZeroU32 = "600";
        /// Milliseconds between two comments from one address; 0 for none.
        comment_interval_ms: u32 = "10000";
    }
}

section! {
    /// The CWD comment API.
    Cwd "cwd" {
        /// Whether it is served at all.
        enabled: bool = "true";
        /// What the public list shows of a commenter's mail address: `hash`, `plain` or `empty`.
        public_email: PublicEmail = "'hash'";
        /// Whether a request that names no site means the unnamed one instead of all.
        strict_sites: bool = "false";
        /// The version of CWD that clients are told.
        version: String = "'0.1.11'";
    }
}

section! {
    /// The Qexo public API.
    Qexo "qexo" {
        /// Whether it is served at all.
        enabled: bool = "true";
        /// The time zone of the times that clients are told, such as `Europe/Berlin`.
        time_zone: TimeZone = "'Asia/Shanghai'";
        /// Bytes in the body of a request.
        body: NonZeroU32 = "1048576";
        /// Bytes in the body of a request that may hold a whole article or talk.
        article_body: NonZeroU32 = "10485760";
        /// Wrong tokens from one address in a minute; after them it has to wait.
        wrong_tokens_per_minute: NonZeroU32 = "20";
        /// Logins to the panel (`/api/auth`) that one address may try in a minute, right or wrong;
        /// wrong passwords have a lockout of their own.
        logins_per_minute: NonZeroU32 = "10";
        /// Page views counted for one address in a minute.
        statistic_per_minute: NonZeroU32 = "120";
        /// Likes of talks, given or taken back, from one address in a minute.
        talk_likes_per_minute: NonZeroU32 = "30";
        /// Custom fields that one address may ask for in a minute.
        fields_per_minute: NonZeroU32 = "60";
        /// Applications for a link from one address in an hour.
        ask_friend_per_hour: NonZeroU32 = "5";
        /// Whether `<`, `>` and `"` in the public list of friends are written as `&lt;`, `&gt;` and
        /// `&quot;`: widgets put the texts into HTML as they come.
        escape_friends: bool = "true";
        /// The address that verifies captchas: see [Captchas](CAPTCHA.md).
        captcha_url: url::Url = "'https://recaptcha.google.cn/recaptcha/api/siteverify'";
        /// Seconds it may take for that; after them the captcha counts as failed.
        captcha_timeout_s: NonZeroU32 = "10";
        /// How many numbers a browser tries at most, half of them on average, for the captcha that
        /// needs no service (`altcha`).
        proof_of_work: NonZeroU32 = "100000";
        /// Whether page views of search engines and other robots that say what they are do not
        /// count.
        ignore_robots: bool = "false";
        /// What posts are called in lists: `stem` (their path below the directory of posts, without
        /// the extension) or `title` (their title, where they have one).
        post_name: PostName = "'stem'";
        /// How talks are named: `dashed` (a UUID as usual) or `hex` (its digits alone, as Qexo
        /// names them; for sites that keep something under these names).
        talk_id_format: TalkIdFormat = "'dashed'";
    }
}

section! {
    /// Messages to people, whatever way they travel: how long they are tried and kept. The owner
    /// sees them at `/api/inkstone/outbox`.
    Notifications "notifications" {
        /// How often a message is tried before it is given up.
        attempts: NonZeroU32 = "16";
        /// Milliseconds from the first attempt to the second; they double with every further one.
        retry_ms: NonZeroU32 = "30000";
        /// The most milliseconds between two attempts.
        retry_max_ms: NonZeroU32 = "21600000";
        /// Milliseconds after which a message may be sent anew when the server that was sending
        /// it has died.
        lease_ms: NonZeroU32 = "60000";
        /// Messages that may wait; further ones are given up at once.
        max_waiting: NonZeroU32 = "10000";
        /// Days for which messages are kept after they were sent or given up.
        keep_days: NonZeroU32 = "30";
        /// Notices that the owner's inbox holds; of more, the oldest are removed now and then.
        keep_notices: NonZeroU32 = "10000";
    }
}

section! {
    /// How mails leave. The SMTP server is a setting of the owner's.
    Mail "mail" {
        /// Seconds an SMTP server or the gateway may take for one mail.
        timeout_s: NonZeroU32 = "30";
        /// A PEM file with certificates of authorities that SMTP servers are trusted by, beside
        /// the usual ones. Empty: none.
        ca_file: Optional<PathBuf> = "''";
        /// An address that takes mails as JSON when no SMTP server is set or it fails. Empty: none.
        gateway_url: Optional<url::Url> = "''";
        /// What the gateway knows us by, sent as `X-Auth-Token`.
        gateway_token: Optional<SecretString> = "''";
    }
}

section! {
    /// How Telegram is reached. The bot and the chat are settings of the owner's.
    Telegram "telegram" {
        /// The address of the Bot API.
        api_url: url::Url = "'https://api.telegram.org'";
        /// Seconds Telegram may take for one request.
        timeout_s: NonZeroU32 = "30";
    }
}

section! {
    /// How push services are reached of which the owner's parameters (`ONEPUSH`) do not say so.
    Notifiers "notifiers" {
        /// Seconds a service may take for one request.
        timeout_s: NonZeroU32 = "15";
        /// The address of Bark.
        bark_url: url::Url = "'https://api.day.app'";
        /// The address of `DingTalk`.
        dingtalk_url: url::Url = "'https://oapi.dingtalk.com'";
        /// The address of `PushDeer`.
        pushdeer_url: url::Url = "'https://api2.pushdeer.com'";
        /// The address of `PushPlus`.
        pushplus_url: url::Url = "'https://www.pushplus.plus'";
        /// The address of Qmsg酱.
        qmsg_url: url::Url = "'https://qmsg.zendee.cn'";
        /// The address of Server酱.
        serverchan_url: url::Url = "'https://sc.ftqq.com'";
        /// The address of Server酱·Turbo版.
        serverchan_turbo_url: url::Url = "'https://sctapi.ftqq.com'";
        /// The address of `WeCom`.
        wecom_url: url::Url = "'https://qyapi.weixin.qq.com'";
    }
}

section! {
    /// Ready-made answers in memory.
    Cache "cache" {
        /// Bytes that kept answers may weigh; 0 switches the cache off.
        bytes: u64 = "33554432";
        /// Milliseconds an answer is kept while other servers on the same database (PostgreSQL)
        /// cannot be heard. Otherwise answers are kept until they change, whoever changes them.
        shared_ttl_ms: NonZeroU32 = "1000";
    }
}

section! {
    /// What is written to standard error.
    Log "log" {
        /// `text` or `json`.
        format: LogFormat = "'text'";
        /// Levels by module, such as `info,inkstone_storage=debug`.
        filter: String = "'info,actix_http=off,actix_server=warn'";
        /// Which requests get a line: `off`, `errors` (status 400 and above) or `all`. Metrics
        /// count all of them in any case.
        requests: RequestLog = "'errors'";
    }
}

section! {
    /// Figures for Prometheus, at `/metrics` of a listener of their own.
    Metrics "metrics" {
        /// Address and port; empty for none. When the default one is taken, the server starts
        /// without it.
        listen: Optional<std::net::SocketAddr> = "'127.0.0.1:9464'";
    }
}

section! {
    /// Copies of everything: see [Backups](BACKUP.md).
    Backup "backup" {
        /// Hours between two copies of the SQLite file that the server makes by itself; 0 for
        /// none. PostgreSQL is backed up with `pg_dump`.
        every_hours: u32 = "24";
        /// How many copies stay in the directory; the oldest are removed.
        keep: NonZeroU32 = "7";
        /// Where they are put. Empty: `backups` in the data directory.
        directory: Optional<PathBuf> = "''";
        /// Whether backups that the panel uploads to S3 hold the SMTP password, the bot's token,
        /// the S3 keys and the hash of the comment key.
        upload_secrets: bool = "false";
    }
}
