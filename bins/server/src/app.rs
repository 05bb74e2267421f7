//! The server: built from a configuration and an installation, run until it is told to stop.

use std::{
    io,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    pin::pin,
    rc::Rc,
    time::Duration,
};

use actix_server::{Server, ServerHandle};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, guard,
    middleware::from_fn,
    rt::{self, System, SystemRunner},
    web::{self, ServiceConfig},
};
use futures_util::future::select;
use inkstone_scripting::ScriptError;
use inkstone_storage::Store;

use crate::{
    body::BodyLimit,
    channels::ChannelError,
    config::{self, Config, Metrics},
    connections::{self, Patience},
    edge::{Edge, edge},
    health,
    installation::Installation,
    jobs,
    local_backup::LocalBackups,
    meter::{self, Meters},
    postman::{Postman, Wake},
    readmore::{ReadmoreError, advice},
    services::Services,
    signals::Signals,
    wire::{
        cors::Cors, cwd, error::unknown_route, inkstone, landing::landing, media, openapi, qexo,
        readmore,
    },
};

/// Threads of each worker that may block. A write waits on one of them until its group has been
/// committed, so this is how many writes of a worker a commit can carry; reads need far fewer.
const BLOCKING_THREADS: usize = 64;

/// The address of the metrics that nobody has to have configured.
const DEFAULT_METRICS: &str = "127.0.0.1:9464";

/// A server that listens, but does not answer before [`run`](Self::run).
pub struct Application {
    system: SystemRunner,
    server: Server,
    metrics: Option<Server>,
    signals: Signals,
    /// How long it still answers when it is told to stop.
    drain: Duration,
    services: Services,
    postman: Postman,
    store: Store,
    backups: Option<LocalBackups>,
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is taken, or not this machine's, or not allowed.
    #[error("cannot listen on {address} ({setting})")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The setting that says so.
        setting: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// The system does not let us listen for signals.
    #[error("cannot listen for signals")]
    Signals(#[source] io::Error),
    /// Messages have no way to leave.
    #[error(transparent)]
    Channels(#[from] ChannelError),
    /// What other servers say has no thread to be heard on.
    #[error("cannot listen to other servers")]
    Peers(#[source] io::Error),
    /// Locked articles are configured in a way that cannot work.
    #[error(transparent)]
    Readmore(#[from] ReadmoreError),
    /// Scripts have no thread to run on.
    #[error(transparent)]
    Scripts(#[from] ScriptError),
    /// The operator's layouts make no sense.
    #[error("content.layouts_file: {0}")]
    Layouts(String),
}

impl Application {
    /// Binds the addresses that `config` names.
    pub fn build(config: &Config, installation: Installation) -> Result<Self, StartError> {
        Self::build_with(config, installation, |_| {})
    }

    /// The same with further routes.
    pub fn build_with(
        config: &Config,
        installation: Installation,
        extend: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Result<Self, StartError> {
        let services = Services::new(config, &installation)?;
        let postman = services.postman(config);
        for advice in advice(config) {
            tracing::warn!("{advice}");
        }
        let system = System::new();
        let (signals, (server, address), metrics) = system.block_on(async {
            Ok::<_, StartError>((
                Signals::listen().map_err(StartError::Signals)?,
                api_server(config, &services, extend)?,
                metrics_server(&config.metrics)?,
            ))
        })?;
        let (metrics, metrics_address) = metrics.unzip();
        Ok(Self {
            system,
            server,
            metrics,
            signals,
            drain: Duration::from_secs(config.server.drain_s.into()),
            services,
            postman,
            store: installation.store,
            backups: LocalBackups::new(config),
            address,
            metrics_address,
        })
    }

    /// Where it listens; the real port when any was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it shows metrics.
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// What stops it from another thread.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers until SIGTERM, SIGINT or the handle stops it: then accepts nobody, finishes what
    /// was begun, messages on their way among it, and closes the database.
    pub fn run(self) -> io::Result<()> {
        let Self {
            system,
            server,
            metrics,
            mut signals,
            drain,
            services,
            postman,
            store,
            backups,
            ..
        } = self;
        let handle = server.handle();
        let draining = services.draining.clone();
        let result = system.block_on(async move {
            let jobs = rt::spawn(jobs::run(services, backups, meter::start()));
            let stop = Wake::default();
            let postman = rt::spawn(postman.run(stop.clone()));
            let metrics = metrics.map(|metrics| (metrics.handle(), rt::spawn(metrics)));
            rt::spawn(async move {
                signals.received().await;
                tracing::info!("stopping");
                draining.begin();
                // Whoever asks twice does not want to wait.
                select(pin!(rt::time::sleep(drain)), pin!(signals.received())).await;
                handle.stop(true).await;
            });
            let result = server.await;
            jobs.abort();
            stop.wake();
            // It finishes what is on its way, within the time limits of the channels.
            let _ = postman.await;
            if let Some((handle, task)) = metrics {
                handle.stop(false).await;
                task.abort();
            }
            result
        });
        store.close();
        result
    }
}

fn api_server(
    config: &Config,
    services: &Services,
    extend: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> Result<(Server, SocketAddr), StartError> {
    let (services, log) = (services.clone(), config.log.requests);
    let apis = Apis { cwd: config.cwd.enabled, qexo: config.qexo.enabled };
    let policy = readmore::Policy::new(&config.readmore);
    let article = BodyLimit {
        bytes: config.qexo.article_body.get() as usize,
        time: services.public_body.time,
    };
    let tuning = &config.server;
    let workers = workers(tuning);
    let app = move || {
        App::new()
            .wrap(from_fn(edge))
            .app_data(Rc::new(Edge { log, meters: Meters::default(), readmore: policy }))
            .configure(|app| services.register(app))
            .configure(|app| {
                routes(app, &services, article, apis);
            })
            .configure(extend.clone())
            .default_service(web::to(unknown))
    };
    let builder = Server::build()
        .workers(workers)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .max_concurrent_connections((tuning.max_connections.get() as usize).div_ceil(workers))
        .shutdown_timeout(tuning.shutdown_timeout_s.get().into())
        .disable_signals();
    let (head, pause) = (seconds(tuning.header_timeout_s), seconds(tuning.keep_alive_s));
    let patience =
        Patience { head, pause, progress: head + pause + seconds(tuning.body_timeout_s) };
    let serve = || {
        let listener = connections::listen(tuning.listen)?;
        let address = listener.local_addr()?;
        Ok((connections::serve(builder, listener, patience, app)?, address))
    };
    serve().map_err(|source| cannot_listen(tuning.listen, "server.listen", source))
}

fn workers(config: &config::Server) -> usize {
    let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    config.workers.as_ref().copied().unwrap_or_else(available).get()
}

fn seconds(number: NonZeroU32) -> Duration {
    Duration::from_secs(number.get().into())
}

fn first(bound: &[SocketAddr], wanted: SocketAddr) -> SocketAddr {
    bound.first().copied().unwrap_or(wanted)
}

fn cannot_listen(address: SocketAddr, setting: &'static str, source: io::Error) -> StartError {
    StartError::Listen { address, setting, source }
}

/// Which APIs are switched on; the readmore API is when its service exists.
#[derive(Clone, Copy)]
struct Apis {
    cwd: bool,
    qexo: bool,
}

/// Every route there is. Routes are compared one by one, so those come first that blogs ask for most.
fn routes(app: &mut ServiceConfig, services: &Services, article: BodyLimit, apis: Apis) {
    if apis.cwd {
        cwd::routes(app, services);
    }
    if let Some(module) = &services.readmore {
        readmore::routes(app, module);
    }
    if apis.qexo {
        qexo::routes(app, services);
    }
    let read = || guard::Any(guard::Get()).or(guard::Head());
    app.service(web::resource("/").guard(read()).to(landing))
        .service(web::resource("/robots.txt").guard(read()).to(readmore::robots))
        .service(web::resource("/healthz").guard(read()).to(health::alive))
        .service(web::resource("/readyz").guard(read()).to(health::ready))
        // A scope is compared as it is, a resource with a variable as a regular expression.
        .service(
            web::scope("/media").service(web::resource("/{name}").guard(read()).to(media::file)),
        )
        .configure(openapi::routes)
        .configure(|app| inkstone::routes(app, article));
}

/// Answers what no route has asked for, in the shape of the API whose path it is.
async fn unknown(request: HttpRequest) -> Result<HttpResponse, actix_web::Error> {
    match Cors::of(request.match_info().as_str()) {
        Some(Cors::Qexo) => Err(qexo::unknown().into()),
        Some(Cors::Readmore) => Err(readmore::unknown().into()),
        Some(Cors::Cwd) | None => Ok(unknown_route::<cwd::Format>().await?),
    }
}

/// `/metrics` on a listener of its own, so that figures are not public with the API.
fn metrics_server(config: &Metrics) -> Result<Option<(Server, SocketAddr)>, StartError> {
    let Some(&address) = config.listen.as_ref() else { return Ok(None) };
    let figures = meter::start();
    let server = HttpServer::new(move || {
        let render = move || async move {
            HttpResponse::Ok()
                .content_type("text/plain; version=0.0.4; charset=utf-8")
                .body(figures.render())
        };
        App::new().route("/metrics", web::get().to(render))
    })
    .workers(1)
    .disable_signals()
    .bind(address);
    match server {
        Ok(server) => {
            let address = first(&server.addrs(), address);
            Ok(Some((server.run(), address)))
        }
        Err(error) if address.to_string() == DEFAULT_METRICS => {
            tracing::warn!(%address, %error, "metrics.listen is taken; going on without metrics");
            Ok(None)
        }
        Err(source) => Err(cannot_listen(address, "metrics.listen", source)),
    }
}
