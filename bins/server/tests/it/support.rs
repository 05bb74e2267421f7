//! An application of its own for each test, and a client that takes every answer as it comes.

mod database;
mod program;
#[path = "../../../../crates/blobstore/tests/it/real_server.rs"]
pub(crate) mod s3;

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver, Sender},
    },
    thread::JoinHandle,
};

use actix_web::{
    HttpResponse,
    dev::ServerHandle,
    web::{self, ServiceConfig},
};
use inkstone_server::{
    app::Application,
    config::{Config, Loaded, Optional},
    installation::Installation,
};
use tempfile::TempDir;
use ureq::http;

pub(crate) use database::PostgresSchema;
pub(crate) use program::{Program, Run, Serving, check};

/// A running application; it stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Option<SocketAddr>,
    handle: ServerHandle,
    thread: Option<JoinHandle<std::io::Result<()>>>,
    _directory: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

/// The configuration of a test: any free port, no metrics, data in `directory`.
pub(crate) fn config(directory: &TempDir) -> Config {
    let file = directory.path().join("empty.toml");
    fs::write(&file, "").unwrap();
    let mut config = Loaded::load(Some(&file), []).unwrap().config;
    config.data_dir = directory.path().join("data");
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.workers = Some(2.try_into().unwrap()).into();
    config.metrics.listen = Optional::from(None);
    config
}

/// Requests to `/slow`, each of which says when it has begun, and is answered (`done`) when it is
/// told to go on.
pub(crate) struct Slow {
    pub(crate) begun: Receiver<()>,
    pub(crate) go_on: Sender<()>,
}

impl Slow {
    /// The requests, and what registers their route.
    pub(crate) fn route() -> (Self, impl Fn(&mut ServiceConfig) + Clone + Send + 'static) {
        let (started, begun) = mpsc::channel();
        let (go_on, goes_on) = mpsc::channel();
        let goes_on = Arc::new(Mutex::new(goes_on));
        let route = move |app: &mut ServiceConfig| {
            let (started, goes_on) = (started.clone(), Arc::clone(&goes_on));
            let slow = move || {
                let (started, goes_on) = (started.clone(), Arc::clone(&goes_on));
                async move {
                    let wait = move || {
                        started.send(()).unwrap();
                        goes_on.lock().unwrap().recv().unwrap();
                    };
                    web::block(wait).await.unwrap();
                    HttpResponse::Ok().body("done")
                }
            };
            app.route("/slow", web::get().to(slow));
        };
        (Self { begun, go_on }, route)
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {}, |_| {})
    }

    /// With a changed configuration, and routes that only this test has.
    pub(crate) fn start_with(
        configure: impl FnOnce(&mut Config),
        extend: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = config(&directory);
        configure(&mut config);
        let (started, starting) = mpsc::channel();
        // An application lives and dies on one thread.
        let thread = std::thread::spawn(move || {
            let installation = Installation::open(&config).unwrap();
            installation.ensure_owner(&config).unwrap();
            let application = Application::build_with(&config, installation, extend).unwrap();
            let addresses = (application.address(), application.metrics_address());
            started.send((addresses, application.handle())).unwrap();
            application.run()
        });
        let ((address, metrics), handle) = starting.recv().expect("the application starts");
        Self { address, metrics, handle, thread: Some(thread), _directory: directory }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Answer {
        send(self.address, method, path, headers, body)
    }

    /// Begins to stop it, as SIGTERM would.
    pub(crate) fn ask_to_stop(&self) {
        // The command is sent at once; the future only waits for its end.
        drop(self.handle.stop(true));
    }

    /// Waits until it has stopped.
    pub(crate) fn join(mut self) -> std::io::Result<()> {
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            drop(self.handle.stop(false));
            // A panic of that thread has failed the test already.
            let _ = thread.join();
        }
    }
}

/// Follows no redirect, and takes every status for an answer.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Answer {
    send_bytes(address, method, path, headers, body.map(str::as_bytes))
}

/// The same with a body of any bytes.
pub(crate) fn send_bytes(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let uri = format!("http://{address}{path}");
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = match body {
        Some(body) => agent.run(request.body(body.to_owned()).unwrap()),
        None => agent.run(request.body(()).unwrap()),
    };
    let (head, mut body) = response.unwrap().into_parts();
    let bytes = body.read_to_vec().unwrap();
    Answer { status: head.status.as_u16(), headers: head.headers, bytes }
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// The value of a header; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16, body: &str) -> Self {
        assert_eq!((self.status, self.text()), (status, body));
        self
    }
}
