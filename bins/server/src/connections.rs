//! The connections of the API's listener, each of which is closed when it keeps us waiting.
//!
//! actix-web limits the head of the first request on a connection, and the pause between two
//! requests. It limits neither a further head that never ends, nor an answer that nobody reads; so
//! its server is put together here from its parts, around sockets that know how long nothing has
//! come of them.

use std::{
    cell::{Cell, RefCell},
    fmt, io, mem,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use actix_http::{HttpService, Protocol, Request, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::{
    body::MessageBody,
    dev::AppConfig,
    http::header::{self, HeaderMap},
    rt::net::{TcpSocket, TcpStream},
};
use metrics::{counter, describe_counter};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf, Take},
    time::{Instant, Sleep, sleep},
};

const ABANDONED: &str = "inkstone_connections_abandoned_total";

/// Clients that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Bytes that are read at once: what an ordinary request has.
const AT_ONCE: u64 = 4096;

/// How long the rest of a request is still read that has been refused: otherwise the client would
/// see a broken connection instead of the refusal.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of its first request.
    pub head: Duration,
    /// Between two requests.
    pub pause: Duration,
    /// Until anything comes of the connection: a request that is complete, or a part of an answer
    /// that is taken.
    pub progress: Duration,
}

/// A socket that listens on `address`.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart need not wait until the connections of the last run are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Starts serving what `app` makes to those who connect to `listener`.
pub fn serve<I, S, B>(
    builder: ServerBuilder,
    listener: TcpListener,
    patience: Patience,
    app: impl Fn() -> I + Clone + Send + 'static,
) -> io::Result<Server>
where
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    describe_counter!(ABANDONED, "Connections closed because nothing came of them");
    let (address, stopping) = (listener.local_addr()?, builder.graceful_shutdown_signal());
    let server = builder.listen("api", listener, move || {
        let stopping = stopping.clone();
        let app = app().into_factory().map_err(|error| error.into().error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(patience.pause)
            .client_request_timeout(patience.head)
            .client_disconnect_timeout(FAREWELL)
            .local_addr(address)
            .on_connect_ext(|socket: &Timed, data| {
                data.insert(Rc::clone(&socket.progress));
            })
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |socket: TcpStream| async move {
            // An answer is one write; waiting for more of it only delays it. A socket that is gone
            // already says so when it is read.
            let _ = socket.set_nodelay(true);
            let peer = socket.peer_addr().ok();
            Ok((Timed::new(socket, patience.progress), Protocol::Http1, peer))
        })
        .and_then(http)
    });
    server.map(ServerBuilder::run)
}

/// What has come of a connection; among the data of its requests.
#[derive(Debug)]
pub struct Progress {
    latest: Cell<Instant>,
    handled: Cell<u32>,
    /// How many bytes may still be read while a request is being handled: its body.
    body: Cell<u64>,
    /// Whether something was read since the last request.
    fresh: Cell<bool>,
    /// Whether requests came without waiting for answers. actix-web sets aside what it has read
    /// beyond sixteen of them, and forgets to go on with it.
    pipelined: Cell<bool>,
    /// Whether somebody wanted to read when nothing was to be read, and has not read since.
    held: Cell<bool>,
    /// The task of the connection.
    task: RefCell<Option<Waker>>,
}

/// As long as it lives, a request is being handled: nobody waits for the client, and no further
/// request is read.
#[derive(Debug)]
pub struct Handling(Rc<Progress>);

impl Progress {
    fn new() -> Self {
        Self {
            latest: Cell::new(Instant::now()),
            handled: Cell::new(0),
            body: Cell::new(0),
            fresh: Cell::new(false),
            pipelined: Cell::new(false),
            held: Cell::new(false),
            task: RefCell::new(None),
        }
    }

    /// A request with these headers has arrived.
    pub fn handle(self: &Rc<Self>, headers: &HeaderMap) -> Handling {
        let announced = headers.get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|bytes| bytes.to_str().ok()?.parse().ok());
        let unannounced = headers.contains_key(header::TRANSFER_ENCODING);
        self.body.set(announced.unwrap_or(if unannounced { u64::MAX } else { 0 }));
        self.handled.set(self.handled.get() + 1);
        if !self.fresh.replace(false) {
            self.pipelined.set(true);
        }
        Handling(Rc::clone(self))
    }

    /// The connection's task is reading.
    fn read_by(&self, task: &Waker) {
        self.held.set(false);
        let mut known = self.task.borrow_mut();
        if known.as_ref().is_none_or(|known| !known.will_wake(task)) {
            *known = Some(task.clone());
        }
    }

    fn is_handling(&self) -> bool {
        self.handled.get() > 0
    }

    fn advance(&self) {
        self.latest.set(Instant::now());
        if (self.held.get() || self.pipelined.get())
            && let Some(task) = &*self.task.borrow()
        {
            task.wake_by_ref();
        }
    }

    /// Until when something has to come of it.
    fn deadline(&self, patience: Duration) -> Instant {
        if self.is_handling() { Instant::now() + patience } else { self.latest.get() + patience }
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        self.0.handled.set(self.0.handled.get() - 1);
        self.0.advance();
    }
}

/// A socket that fails when nothing comes of it for too long.
///
/// It is read little by little, and no further than to the end of the request that is being
/// handled: actix-web takes apart whatever requests have been read, and each of these few bytes
/// then takes kilobytes.
struct Timed {
    /// Gives as much as its limit says.
    socket: Take<TcpStream>,
    progress: Rc<Progress>,
    patience: Duration,
    /// When to look next; put off then, and not with every request.
    alarm: Pin<Box<Sleep>>,
    /// Whether the client has to take what was written before more is.
    blocked: bool,
    /// Whether what was read last has to be looked at before more is read.
    sated: bool,
}

impl Timed {
    fn new(socket: TcpStream, patience: Duration) -> Self {
        let (progress, alarm) = (Rc::new(Progress::new()), Box::pin(sleep(patience)));
        let socket = socket.take(AT_ONCE);
        Self { socket, progress, patience, alarm, blocked: false, sated: false }
    }

    /// Fails at the deadline; has the task woken then.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while self.alarm.as_mut().poll(context).is_ready() {
            let deadline = self.progress.deadline(self.patience);
            if deadline <= Instant::now() {
                counter!(ABANDONED).increment(1);
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.alarm.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// Whether nothing is to be read now; the task is woken when that has changed.
    fn holds(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        if mem::take(&mut self.sated) {
            context.waker().wake_by_ref();
            self.progress.held.set(true);
            return Ok(true);
        }
        let complete = self.progress.is_handling() && self.progress.body.get() == 0;
        let holds = complete || self.blocked;
        if holds && let Poll::Ready(ready) = self.socket.get_ref().poll_read_ready(context) {
            ready?;
            self.progress.held.set(true);
        }
        Ok(holds)
    }

    fn written(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.blocked = result.is_pending();
        if self.blocked {
            self.check(context)?;
        } else {
            self.progress.advance();
        }
        result
    }
}

impl AsyncRead for Timed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        self.progress.read_by(context.waker());
        if self.holds(context)? {
            return Poll::Pending;
        }
        self.socket.set_limit(AT_ONCE);
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        let rest = self.socket.limit();
        self.sated = rest == 0;
        self.progress.fresh.set(true);
        let body = self.progress.body.get().saturating_sub(AT_ONCE - rest);
        self.progress.body.set(body);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Timed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(self.socket.get_mut()).poll_write(context, bytes);
        self.written(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(self.socket.get_mut()).poll_write_vectored(context, parts);
        self.written(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.get_ref().is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.socket.get_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.socket.get_mut()).poll_shutdown(context)
    }
}
