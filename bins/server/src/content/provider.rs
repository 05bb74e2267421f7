//! The source that the owner has set, opened when it is first needed and again when the setting
//! changes.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Instant,
};

use actix_web::web::Data;
use inkstone_content::{Content, ContentError, ContentSource, Kind, Layout, Saved, layouts};
use inkstone_settings::{OutsideService, SettingError};
use inkstone_storage::Store;
use inkstone_vocab::{Fault, FaultKind};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    opened::{Opened, REOPEN_AFTER},
    setting::{ProviderSetting, SettingProblem},
    sources,
};
use crate::{
    app::StartError,
    clock,
    config::{self, Config},
    owner_settings::OwnerSettings,
    postman::Wake,
};

/// Gives the source of the blog to whoever lists or edits it. All methods may block.
pub struct ContentProvider {
    settings: Data<OwnerSettings>,
    store: Store,
    config: config::Content,
    directory: PathBuf,
    layouts: Vec<Layout>,
    opened: RwLock<Option<Arc<Opened>>>,
    /// Held by whoever opens; with the last failure.
    opening: Mutex<Option<Failed>>,
    job: Wake,
}

/// The layout whose sites are looked at before they are taken (contract qexo, section 10).
const HEXO: &str = "Hexo";
/// What such a site has.
const SITE_FILES: [&str; 3] = ["_config.yml", "_config.yaml", "package.json"];

struct Failed {
    service: OutsideService,
    at: Instant,
    error: Arc<ContentError>,
}

/// Why there is no source, or it did not do what it was asked to.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProviderError {
    /// The owner has set none.
    #[error("no content provider is set")]
    NotSet,
    /// The setting is of no use.
    #[error(transparent)]
    Setting(#[from] SettingProblem),
    /// Somebody else is opening the source just now.
    #[error("content provider is being opened")]
    Opening,
    /// Opening, listing or editing failed.
    #[error(transparent)]
    Content(Arc<ContentError>),
    /// The settings could not be read.
    #[error(transparent)]
    Settings(Arc<SettingError>),
}

impl From<ContentError> for ProviderError {
    fn from(error: ContentError) -> Self {
        Self::Content(Arc::new(error))
    }
}

impl From<SettingError> for ProviderError {
    fn from(error: SettingError) -> Self {
        Self::Settings(Arc::new(error))
    }
}

impl Fault for ProviderError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotSet => FaultKind::NotFound,
            Self::Setting(_) => FaultKind::Invalid,
            Self::Opening => FaultKind::Unavailable,
            Self::Content(error) => error.kind(),
            Self::Settings(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotSet => "content_provider_not_set",
            Self::Setting(_) => "content_provider_invalid",
            Self::Opening => "content_busy",
            Self::Content(error) => error.code(),
            Self::Settings(error) => error.code(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutsFile {
    layout: Vec<Layout>,
}

impl ContentProvider {
    /// Opens nothing yet; fails when the operator's layouts make no sense.
    pub fn new(
        config: &Config,
        settings: Data<OwnerSettings>,
        store: Store,
    ) -> Result<Self, StartError> {
        Ok(Self {
            settings,
            store,
            directory: config.content_directory(),
            layouts: all_layouts(&config.content).map_err(StartError::Layouts)?,
            config: config.content.clone(),
            opened: RwLock::new(None),
            opening: Mutex::new(None),
            job: Wake::default(),
        })
    }

    /// The source that is set, opened if need be.
    pub fn current(&self) -> Result<Arc<Opened>, ProviderError> {
        let service = self.service()?;
        if let Some(opened) = self.opened(&service) {
            return Ok(opened);
        }
        let mut failed = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        self.open_once(service, &mut failed)
    }

    /// The same for somebody who must not wait for another who is opening it.
    pub fn current_unless_opening(&self) -> Result<Arc<Opened>, ProviderError> {
        let service = self.service()?;
        if let Some(opened) = self.opened(&service) {
            return Ok(opened);
        }
        let mut failed = self.opening.try_lock().map_err(|_| ProviderError::Opening)?;
        self.open_once(service, &mut failed)
    }

    /// The source that is open already, whatever the setting says now.
    pub fn at_hand(&self) -> Option<Arc<Opened>> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Edits the source; the job is called when something has to be delivered later.
    pub fn edit(
        &self,
        edit: impl FnOnce(&Content<Arc<dyn ContentSource>>) -> Result<Saved, ContentError>,
    ) -> Result<Saved, ProviderError> {
        let opened = self.current()?;
        let edited = edit(&opened.content);
        opened.note_edit(clock::now(), &edited);
        self.job.wake();
        Ok(edited?)
    }

    /// Whether a setting could be used: its parameters, and unless `unseen` the place itself.
    pub fn check(&self, service: &OutsideService, unseen: bool) -> Result<(), ProviderError> {
        let setting = ProviderSetting::read(service, &self.config, &self.layouts)?;
        if unseen {
            return Ok(());
        }
        let (source, _) = self.open(&setting)?;
        let content = Content::new(source, setting.layout);
        // A clone that is there already says nothing about the token.
        content.refresh()?;
        let configs = content.list(&[Kind::Config], None)?;
        let is_site = |path: &str| SITE_FILES.contains(&path);
        let is_hexo = content.layout().name == HEXO;
        if is_hexo && !configs.iter().any(|config| is_site(config.path.as_str())) {
            return Err(SettingProblem::NoSite.into());
        }
        Ok(())
    }

    /// What webhooks are signed with, where the operator wants that.
    pub fn webhook_secret(&self) -> Option<&SecretString> {
        self.config.webhook_secret.as_ref()
    }

    /// Forgets what is known of the source, and what could not be opened.
    pub fn purge(&self) {
        if let Some(opened) = self.at_hand() {
            opened.purge();
        }
        if let Ok(mut failed) = self.opening.try_lock() {
            *failed = None;
        }
        self.job.wake();
    }

    /// Has the job look for something to do.
    pub fn call_job(&self) {
        self.job.wake();
    }

    /// Calls the job of this provider.
    pub(super) fn job(&self) -> &Wake {
        &self.job
    }

    fn service(&self) -> Result<OutsideService, ProviderError> {
        let settings = self.settings.all()?;
        settings.qexo.provider.clone().ok_or(ProviderError::NotSet)
    }

    fn opened(&self, service: &OutsideService) -> Option<Arc<Opened>> {
        self.at_hand().filter(|opened| opened.service == *service)
    }

    fn open_once(
        &self,
        service: OutsideService,
        failed: &mut Option<Failed>,
    ) -> Result<Arc<Opened>, ProviderError> {
        if let Some(opened) = self.opened(&service) {
            return Ok(opened);
        }
        if let Some(failed) = failed
            && failed.service == service
            && failed.at.elapsed() < REOPEN_AFTER
        {
            return Err(ProviderError::Content(Arc::clone(&failed.error)));
        }
        let setting = ProviderSetting::read(&service, &self.config, &self.layouts)?;
        match self.open(&setting) {
            Ok((files, source)) => {
                *failed = None;
                let content = Content::new(files, setting.layout);
                let opened = Arc::new(Opened::new(service, content, source, &self.config));
                let slot = || self.opened.write().unwrap_or_else(PoisonError::into_inner);
                *slot() = Some(Arc::clone(&opened));
                Ok(opened)
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "content does not open");
                let error = Arc::new(error);
                *failed = Some(Failed { service, at: Instant::now(), error: Arc::clone(&error) });
                Err(ProviderError::Content(error))
            }
        }
    }

    fn open(
        &self,
        setting: &ProviderSetting,
    ) -> Result<(Arc<dyn ContentSource>, sources::Source), ContentError> {
        Ok(sources::open(setting, &self.config, &self.directory, &self.store)?)
    }
}

/// The operator's layouts, then the usual ones.
pub(crate) fn all_layouts(config: &config::Content) -> Result<Vec<Layout>, String> {
    let mut all = match config.layouts_file.as_ref() {
        None => Vec::new(),
        Some(file) => {
            let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
            toml::from_str::<LayoutsFile>(&text).map_err(|error| error.to_string())?.layout
        }
    };
    all.iter().try_for_each(Layout::check)?;
    all.extend(layouts());
    Ok(all)
}
