//! A remote over HTTP: Git's own `http-backend` behind a small server that asks for a token.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{
    git::{TestRemote, command, opened},
    listener::Listener,
};
use crate::{Credentials, GitConfig, GitSource, RemoteAddress};

/// What the server wants as password, beside any name.
pub const TOKEN: &str = "s3cr3t-t0ken";

/// A [`TestRemote`] that is served over HTTP at `/blog.git`; `/moved/blog.git` redirects there.
#[derive(Debug)]
pub struct HttpRemote {
    listener: Listener,
    state: Arc<Served>,
    remote: TestRemote,
}

#[derive(Debug, Default)]
struct Served {
    root: PathBuf,
    down: AtomicBool,
    /// Method and path of every request.
    seen: Mutex<Vec<String>>,
}

impl Default for HttpRemote {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpRemote {
    /// Serves an empty repository.
    pub fn new() -> Self {
        let remote = TestRemote::new();
        let root = remote.path().parent().map(Path::to_owned).unwrap_or_default();
        let state = Arc::new(Served { root, ..Served::default() });
        let served = Arc::clone(&state);
        // A request ends when the client breaks it off.
        let listener = Listener::open(0, move |stream| drop(serve(&stream, &served)));
        Self { listener, state, remote }
    }

    /// The repository itself.
    pub fn remote(&self) -> &TestRemote {
        &self.remote
    }

    /// Its address, without a token.
    pub fn url(&self) -> String {
        format!("http://{}/blog.git", self.listener.address())
    }

    /// A configuration with the token; clones are kept in `name`.
    pub fn config(&self, name: &str) -> GitConfig {
        let address = RemoteAddress::parse(&self.url()).expect("an address");
        let credentials = Some(Credentials::Token(TOKEN.into()));
        GitConfig { credentials, ..self.remote.config_at(name, address) }
    }

    /// A source that has fetched.
    pub fn source(&self, name: &str) -> GitSource {
        opened(self.config(name))
    }

    /// From now on every connection is closed without an answer, or none is any more.
    pub fn set_down(&self, down: bool) {
        self.state.down.store(down, Ordering::SeqCst);
    }

    /// Method, path and query of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.state.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(stream: &TcpStream, served: &Served) -> io::Result<()> {
    if served.down.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let first = lines.first().cloned().unwrap_or_default();
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let header = |name: &str| {
        let found = lines.iter().filter_map(|line| line.split_once(':'));
        let mut found = found.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    served.seen.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{method} {target}"));
    let body = body(&mut reader, &header("content-length"), &header("transfer-encoding"))?;
    if !is_authorized(&header("authorization")) {
        return answer(
            stream,
            "401 Unauthorized",
            "www-authenticate: Basic realm=\"blog\"\r\n",
            b"",
        );
    }
    if let Some(moved) = target.strip_prefix("/moved/") {
        return answer(stream, "301 Moved Permanently", &format!("location: /{moved}\r\n"), b"");
    }
    let mut backend = backend(&served.root, &method, &target);
    backend.env("CONTENT_TYPE", header("content-type"));
    backend.env("CONTENT_LENGTH", body.len().to_string());
    let mut child = backend.spawn()?;
    let mut input = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(&body));
    let output = child.wait_with_output()?.stdout;
    drop(writer.join());
    let end = output.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(0);
    let (head, body) = output.split_at(end);
    let head = String::from_utf8_lossy(head);
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    let headers = head.lines().filter(|line| !line.starts_with("Status: "));
    let headers: String = headers.flat_map(|line| [line, "\r\n"]).collect();
    answer(stream, status, &headers, body.get(4..).unwrap_or_default())
}

/// Git's own program for this.
fn backend(root: &Path, method: &str, target: &str) -> Command {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut backend = command(root);
    backend
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "me")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    backend
}

fn is_authorized(authorization: &str) -> bool {
    let login = authorization
        .strip_prefix("Basic ")
        .and_then(|text| String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok());
    login.is_some_and(|login| login.split_once(':').is_some_and(|(_, password)| password == TOKEN))
}

fn body(reader: &mut impl BufRead, length: &str, encoding: &str) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if !encoding.eq_ignore_ascii_case("chunked") {
        reader.take(length.parse().unwrap_or(0)).read_to_end(&mut body)?;
        return Ok(body);
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        reader.by_ref().take(length).read_to_end(&mut body)?;
        reader.read_line(&mut line)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn answer(mut stream: &TcpStream, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    stream.write_all(body)
}
