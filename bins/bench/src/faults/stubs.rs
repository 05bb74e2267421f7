//! Services that a server uses, as small as they can be.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::Method, rt, web};
use anyhow::Context as _;

use super::cluster::run;

/// A mail server that takes everything.
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
}

impl MailServer {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let accepted = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&accepted);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let counter = Arc::clone(&counter);
                // A client that breaks off is not this server's trouble.
                thread::spawn(move || drop(converse(&stream, &counter)));
            }
        });
        Ok(Self { address, accepted })
    }

    /// How many mails it has taken.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }
}

fn converse(mut stream: &TcpStream, accepted: &AtomicUsize) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    stream.write_all(b"220 stub.example ESMTP\r\n")?;
    while let Some(line) = lines.next() {
        let answer: &[u8] = match line?.get(..4) {
            Some("EHLO") => b"250-stub.example\r\n250 AUTH PLAIN LOGIN\r\n",
            Some("AUTH") => b"235 welcome\r\n",
            Some("DATA") => {
                stream.write_all(b"354 go ahead\r\n")?;
                while lines.next().context_io()?? != "." {}
                accepted.fetch_add(1, Ordering::Relaxed);
                b"250 accepted\r\n"
            }
            Some("QUIT") => return stream.write_all(b"221 bye\r\n"),
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer)?;
    }
    Ok(())
}

/// The end of a conversation where there should be more of it.
trait ContextIo<T> {
    fn context_io(self) -> io::Result<T>;
}

impl<T> ContextIo<T> for Option<T> {
    fn context_io(self) -> io::Result<T> {
        self.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// A bucket that keeps what is put into it; signatures are not checked.
#[derive(Clone, Default)]
pub(crate) struct Bucket(Arc<Mutex<BTreeMap<String, usize>>>);

impl Bucket {
    /// Serves it; where.
    pub(crate) fn serve(&self) -> anyhow::Result<SocketAddr> {
        let bucket = self.clone();
        serve(move |request, body| bucket.answer(request, body))
    }

    /// How many objects it has.
    pub(crate) fn objects(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn answer(&self, request: &HttpRequest, body: &[u8]) -> HttpResponse {
        let mut objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if request.method() == Method::PUT {
            objects.insert(request.path().to_owned(), body.len());
        }
        HttpResponse::Ok().insert_header(("etag", "\"stub\"")).finish()
    }
}

/// A bare repository with one post, which Git's own `http-backend` serves.
pub(crate) struct Repository {
    root: PathBuf,
}

impl Repository {
    /// Makes it below `root`.
    pub(crate) fn create(root: PathBuf) -> anyhow::Result<Self> {
        let repository = Self { root };
        let work = repository.root.join("work");
        fs::create_dir_all(work.join("source/_posts"))?;
        fs::write(work.join("_config.yml"), "title: Blog\n")?;
        fs::write(work.join("source/_posts/hello.md"), "---\ntitle: Hello\n---\nFirst.\n")?;
        run(git(&repository.root).args([
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            "blog.git",
        ]))?;
        run(git(&repository.bare()).args(["config", "http.receivepack", "true"]))?;
        for arguments in [
            &["init", "--quiet", "--initial-branch=main"] as &[_],
            &["add", "."],
            &["commit", "--quiet", "--message=first"],
            &["push", "--quiet", "../blog.git", "main"],
        ] {
            run(git(&work).args(arguments))?;
        }
        Ok(repository)
    }

    /// Serves it; where.
    pub(crate) fn serve(&self) -> anyhow::Result<SocketAddr> {
        let root = self.root.clone();
        serve(move |request, body| {
            backend(&root, request, body).unwrap_or_else(|_| HttpResponse::BadGateway().finish())
        })
    }

    /// What the branch has at `path`.
    pub(crate) fn text(&self, path: &str) -> anyhow::Result<String> {
        let output = git(&self.bare()).args(["show", &format!("main:{path}")]).output()?;
        Ok(String::from_utf8(output.stdout)?)
    }

    fn bare(&self) -> PathBuf {
        self.root.join("blog.git")
    }
}

fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Hand");
        command.env(format!("GIT_{role}_EMAIL"), "hand@blog.example");
    }
    command
}

fn backend(root: &Path, request: &HttpRequest, body: &[u8]) -> anyhow::Result<HttpResponse> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let mut child = git(root)
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", request.method().as_str())
        .env("PATH_INFO", request.path())
        .env("QUERY_STRING", request.query_string())
        .env("CONTENT_TYPE", header("content-type").unwrap_or_default())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding").unwrap_or_default())
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // It reads a whole request before it answers.
    child.stdin.take().context("a pipe")?.write_all(body)?;
    let output = child.wait_with_output()?.stdout;
    let end = output.windows(4).position(|window| window == b"\r\n\r\n").context("a head")?;
    let (head, body) = output.split_at(end);
    let mut answer = HttpResponse::Ok();
    for (name, value) in str::from_utf8(head)?.lines().filter_map(|line| line.split_once(": ")) {
        if name == "Status" {
            let code = value.split(' ').next().unwrap_or_default().parse::<u16>()?;
            answer.status(code.try_into()?);
        } else {
            answer.insert_header((name, value));
        }
    }
    Ok(answer.body(body.get(4..).unwrap_or_default().to_vec()))
}

/// Has `answer` answer every request, until the end of this program; where.
fn serve(
    answer: impl Fn(&HttpRequest, &[u8]) -> HttpResponse + Clone + Send + 'static,
) -> anyhow::Result<SocketAddr> {
    const BODY: usize = 256 << 20;
    let (tell, address) = mpsc::channel();
    thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let answer = answer.clone();
                let respond = move |request: HttpRequest, body: web::Bytes| {
                    std::future::ready(answer(&request, &body))
                };
                App::new().app_data(web::PayloadConfig::new(BODY)).default_service(web::to(respond))
            });
            let server = server.workers(1).disable_signals().bind("127.0.0.1:0")?;
            // Nobody waits any more when this program is at its end.
            let _ = tell.send(server.addrs());
            server.run().await
        })
    });
    let addresses = address.recv().context("a stub does not start")?;
    addresses.first().copied().context("a stub has an address")
}
