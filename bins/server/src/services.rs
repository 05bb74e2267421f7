//! The concrete services: the only place where ports meet adapters.

use std::{sync::Arc, time::Duration};

use actix_web::web::{Data, ServiceConfig};
use inkstone_blobstore::{Directory, ImageHosts};
use inkstone_comments::CommentObserver;
use inkstone_friends::FriendObserver;
use inkstone_scripting::Sandbox;
use inkstone_storage::Store;

use crate::{
    activity::Activity,
    announcements::Announcements,
    app::StartError,
    body::BodyLimit,
    budget::Budgets,
    cache::ResponseCache,
    caller::ProxyRules,
    captcha::Captchas,
    channels::Channels,
    config::{Config, Cwd, Limits, Media, Notifications, PublicUrl, Qexo, ServerKey},
    content::ContentProvider,
    health::Draining,
    installation::Installation,
    owner_settings::OwnerSettings,
    peers::{Change, Peers},
    postman::{Postman, Wake},
    readmore::ReadmoreModule,
    remote_backup::RemoteBackups,
    verification::Verification,
};

/// The most time until the whole of an import has arrived.
const IMPORT_TIME: Duration = Duration::from_mins(10);

/// Accounts, sessions and API tokens.
pub type Accounts = inkstone_accounts::Accounts<Store>;

/// Comments, which tell the cache what has changed and the postman that there is news.
pub type Comments = inkstone_comments::Comments<Store, CommentChanges>;

/// Custom fields, whose scripts run in a sandbox.
pub type Fields = inkstone_fields::Fields<Store, Sandbox>;

/// Links to friends, which tell the cache what has changed.
pub type Friends = inkstone_friends::Friends<Store, FriendChanges>;

/// Records of uploaded images.
pub type Images = inkstone_media::Images<Store>;

/// Messages to people, and who wants none.
pub type Outbox = inkstone_notifications::Outbox<Store>;

/// Notices for the owner.
pub type Inbox = inkstone_notifications::Inbox<Store>;

/// Visits and page likes.
pub type Stats = inkstone_stats::Stats<Store>;

/// Locked articles, and who may read them.
pub type Readmore = inkstone_readmore::Readmore<Store>;

/// Short posts, and who likes them.
pub type Talks = inkstone_talks::Talks<Store>;

/// Makes the cache forget the pages whose comments have changed, and calls the postman.
#[derive(Clone, Debug)]
pub struct CommentChanges {
    cache: Data<ResponseCache>,
    wake: Data<Wake>,
}

impl CommentObserver for CommentChanges {
    fn page_changed(&self, topic: &str) {
        self.cache.invalidate(topic);
    }

    fn news_recorded(&self) {
        self.wake.wake();
    }
}

/// What the cache knows the list of friends by.
pub const FRIENDS_TOPIC: &str = "friends";

/// Makes the cache forget the list of friends.
#[derive(Clone, Debug)]
pub struct FriendChanges {
    cache: Data<ResponseCache>,
}

impl FriendObserver for FriendChanges {
    fn shown_friends_changed(&self) {
        self.cache.invalidate(FRIENDS_TOPIC);
    }
}

/// Every service that handlers ask for by type, shared by all workers.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Data<Store>,
    /// Who may administer.
    pub accounts: Data<Accounts>,
    /// What readers say.
    pub comments: Data<Comments>,
    /// What readers look at and like.
    pub stats: Data<Stats>,
    /// Whom the blog links to.
    pub friends: Data<Friends>,
    /// How strangers prove to be human.
    pub captchas: Data<Captchas>,
    /// What the owner should know.
    pub inbox: Data<Inbox>,
    /// Short posts.
    pub talks: Data<Talks>,
    /// Locked articles, if there is a blog that has some.
    pub readmore: Option<Data<ReadmoreModule>>,
    /// Custom fields.
    pub fields: Data<Fields>,
    /// Uploaded images.
    pub images: Data<Images>,
    /// The ways to whatever keeps their files.
    pub image_hosts: Data<ImageHosts>,
    /// How large they may be.
    pub media: Data<Media>,
    /// The source of the blog.
    pub content: Data<ContentProvider>,
    /// When the owner was last seen.
    pub activity: Data<Activity>,
    /// What the owner configured.
    pub settings: Data<OwnerSettings>,
    /// Messages to people.
    pub outbox: Data<Outbox>,
    /// The ways on which they travel.
    pub channels: Data<Channels>,
    /// Calls the postman.
    pub wake: Data<Wake>,
    /// How often strangers may do things.
    pub budgets: Data<Budgets>,
    /// How many secrets are checked at once.
    pub verification: Data<Verification>,
    /// Backups in an S3 bucket.
    pub remote_backups: Data<RemoteBackups>,
    /// Ready-made answers.
    pub cache: Data<ResponseCache>,
    /// The secret from which others are derived.
    pub key: Data<ServerKey>,
    /// Where browsers find us.
    pub public_url: Data<PublicUrl>,
    /// Whose word about client addresses is taken.
    pub proxies: Data<ProxyRules>,
    /// How much strangers may ask for.
    pub limits: Data<Limits>,
    /// How long messages are tried and kept.
    pub notifications: Notifications,
    /// What the CWD API was configured to do.
    pub cwd: Data<Cwd>,
    /// What the Qexo API was configured to do.
    pub qexo: Data<Qexo>,
    /// Whether the server is about to stop.
    pub draining: Data<Draining>,
    /// What bodies the public routes accept.
    pub public_body: BodyLimit,
    /// What bodies imports accept.
    pub import_body: BodyLimit,
}

impl Services {
    /// The services of an installation.
    pub fn new(config: &Config, installation: &Installation) -> Result<Self, StartError> {
        let store = &installation.store;
        let time_to_live = Duration::from_millis(config.cache.shared_ttl_ms.get().into());
        let (peers, line) = Peers::of(store, time_to_live);
        let cache = Data::new(ResponseCache::new(config.cache.bytes, peers.clone()));
        let wake = Data::new(Wake::default());
        let changes = CommentChanges { cache: cache.clone(), wake: wake.clone() };
        let settings = OwnerSettings::new(store.clone(), cache.clone(), peers);
        let settings = Data::new(settings);
        if let Some(line) = line {
            line.start(forgetting(&cache, &settings)).map_err(StartError::Peers)?;
        }
        let channels = Channels::new(config, &installation.key, settings.clone())?;
        let sandbox = Sandbox::start(inkstone_scripting::Limits::default())?;
        let accounts = Data::new(Accounts::new(store.clone()));
        let captchas = Captchas::new(&config.qexo, &installation.key, accounts.clone());
        let readmore = Readmore::new(store.clone());
        let readmore = ReadmoreModule::new(config, readmore, &installation.key)?;
        let content = ContentProvider::new(config, settings.clone(), store.clone())?;
        let friend_changes = FriendChanges { cache: cache.clone() };
        Ok(Self {
            store: Data::new(store.clone()),
            accounts,
            comments: Data::new(Comments::new(store.clone(), changes)),
            stats: Data::new(Stats::new(store.clone())),
            talks: Data::new(Talks::new(store.clone(), ())),
            readmore: readmore.map(Data::new),
            fields: Data::new(Fields::new(store.clone(), sandbox)),
            friends: Data::new(Friends::new(store.clone(), friend_changes)),
            images: Data::new(Images::new(store.clone())),
            image_hosts: Data::new(image_hosts(config)),
            media: Data::new(config.media.clone()),
            captchas: Data::new(captchas),
            content: Data::new(content),
            activity: Data::new(Activity::new(settings.clone())),
            settings,
            outbox: Data::new(Outbox::new(store.clone())),
            channels: Data::new(channels),
            wake,
            inbox: Data::new(Inbox::new(store.clone())),
            budgets: Data::new(Budgets::new(&config.limits, &config.qexo)),
            verification: Data::new(Verification::default()),
            remote_backups: Data::new(RemoteBackups::new(&config.backup)),
            cache,
            key: Data::new(installation.key.clone()),
            public_url: Data::new(PublicUrl::new(config.server.public_url.as_ref())),
            proxies: Data::new(ProxyRules::new(&config.server)),
            limits: Data::new(config.limits.clone()),
            notifications: config.notifications.clone(),
            cwd: Data::new(config.cwd.clone()),
            qexo: Data::new(config.qexo.clone()),
            draining: Data::new(Draining::default()),
            public_body: BodyLimit {
                bytes: config.limits.public_body.get() as usize,
                time: Duration::from_secs(config.server.body_timeout_s.get().into()),
            },
            import_body: BodyLimit {
                bytes: config.limits.import_body.get() as usize,
                time: IMPORT_TIME,
            },
        })
    }

    /// The postman of this server, who has not begun yet.
    pub fn postman(&self, config: &Config) -> Postman {
        let announcements = Announcements::new(config, self);
        let (outbox, channels) = (self.outbox.clone(), self.channels.clone());
        Postman::new(announcements, outbox, channels, self.wake.clone(), &config.notifications)
    }

    /// Lets handlers ask for them.
    pub fn register(&self, app: &mut ServiceConfig) {
        app.app_data(self.store.clone())
            .app_data(self.draining.clone())
            .app_data(self.accounts.clone())
            .app_data(self.comments.clone())
            .app_data(self.stats.clone())
            .app_data(self.friends.clone())
            .app_data(self.captchas.clone())
            .app_data(self.inbox.clone())
            .app_data(self.talks.clone())
            .app_data(self.fields.clone())
            .app_data(self.images.clone())
            .app_data(self.image_hosts.clone())
            .app_data(self.media.clone())
            .app_data(self.content.clone())
            .app_data(self.activity.clone())
            .app_data(self.settings.clone())
            .app_data(self.outbox.clone())
            .app_data(self.channels.clone())
            .app_data(self.wake.clone())
            .app_data(self.budgets.clone())
            .app_data(self.verification.clone())
            .app_data(self.remote_backups.clone())
            .app_data(self.cache.clone())
            .app_data(self.key.clone())
            .app_data(self.public_url.clone())
            .app_data(self.proxies.clone())
            .app_data(self.limits.clone())
            .app_data(self.cwd.clone())
            .app_data(self.qexo.clone())
            .app_data(self.public_body);
    }
}

/// What becomes of a change that another server has made. It keeps neither alive: the line ends when
/// nobody is left who could tell the others anything.
fn forgetting(
    cache: &Data<ResponseCache>,
    settings: &Data<OwnerSettings>,
) -> impl Fn(&Change) + Send + 'static {
    let cache = Arc::downgrade(&cache.clone().into_inner());
    let settings = Arc::downgrade(&settings.clone().into_inner());
    move |change| {
        let (Some(cache), Some(settings)) = (cache.upgrade(), settings.upgrade()) else { return };
        match change {
            Change::Topic(topic) => cache.forget(topic),
            Change::Everything => {
                settings.forget();
                cache.forget_all();
            }
        }
    }
}

/// Images of this machine are served by this server, below its public address if that is known.
fn image_hosts(config: &Config) -> ImageHosts {
    let base = PublicUrl::new(config.server.public_url.as_ref()).join("media/");
    let time = Duration::from_secs(config.media.host_timeout_s.get().into());
    let limits = inkstone_blobstore::Limits::default();
    ImageHosts {
        directory: Directory::new(
            config.media_directory(),
            base.unwrap_or_else(|| "/media/".to_owned()),
        ),
        limits: inkstone_blobstore::Limits {
            connect: limits.connect.min(time),
            silence: limits.silence.min(time),
            transfer: time,
            ..limits
        },
    }
}
