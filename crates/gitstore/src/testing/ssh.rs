//! A remote over SSH: a small server that runs the two programs of Git.

use std::{
    io::{Read, Write},
    process::{ChildStdin, Stdio},
    sync::Arc,
    thread::{self, JoinHandle},
};

use russh::{
    Channel, ChannelId,
    keys::{
        HashAlg, PrivateKey,
        ssh_key::{LineEnding, private::Ed25519Keypair},
    },
    server::{
        Auth, ChannelOpenHandle, Config, Handler, Msg, Session, VerifiedPublicKey, run_stream,
    },
};
use tokio::{net::TcpListener, runtime::Builder, sync::oneshot};

use super::git::{TestRemote, command, opened};
use crate::{Credentials, GitConfig, GitSource, HostKeys, RemoteAddress};

/// A [`TestRemote`] that is served over SSH at `/blog.git`, to whoever has the right key.
#[derive(Debug)]
pub struct SshRemote {
    remote: TestRemote,
    port: u16,
    host_key: PrivateKey,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Default for SshRemote {
    fn default() -> Self {
        Self::new()
    }
}

impl SshRemote {
    /// Serves an empty repository.
    pub fn new() -> Self {
        let remote = TestRemote::new();
        let host_key = key(1);
        let config = Arc::new(Config {
            keys: vec![host_key.clone()],
            auth_rejection_time: std::time::Duration::ZERO,
            ..Config::default()
        });
        let session =
            GitSession { remote: remote.path().to_string_lossy().into_owned(), input: None };
        let (bound, port) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let port = listener.local_addr().expect("an address").port();
                bound.send(port).expect("somebody who waits");
                tokio::select! {
                    () = accept(listener, config, session) => {}
                    _ = stopped => {}
                }
            });
        });
        let port = port.recv().expect("a port");
        Self { remote, port, host_key, stop: Some(stop), thread: Some(thread) }
    }

    /// The repository itself.
    pub fn remote(&self) -> &TestRemote {
        &self.remote
    }

    /// The fingerprint of the server's key.
    pub fn fingerprint(&self) -> String {
        self.host_key.public_key().fingerprint(HashAlg::Sha256).to_string()
    }

    /// The line for the server in a file of known hosts.
    pub fn known_host(&self) -> String {
        let key = self.host_key.public_key().to_openssh().expect("a key as text");
        format!("[127.0.0.1]:{} {key}\n", self.port)
    }

    /// A configuration with the right keys; clones are kept in `name`.
    pub fn config(&self, name: &str) -> GitConfig {
        let address = format!("ssh://git@127.0.0.1:{}/blog.git", self.port);
        GitConfig {
            credentials: Some(key_of(2)),
            host_keys: HostKeys::Fingerprints(vec![self.fingerprint()]),
            ..self.remote.config_at(name, RemoteAddress::parse(&address).expect("an address"))
        }
    }

    /// A key that the server does not accept.
    pub fn foreign_key() -> Credentials {
        key_of(3)
    }

    /// A source that has fetched.
    pub fn source(&self, name: &str) -> GitSource {
        opened(self.config(name))
    }
}

impl Drop for SshRemote {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The key of a seed: who is who is the same in every run.
fn key(seed: u8) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

fn key_of(seed: u8) -> Credentials {
    let private = key(seed).to_openssh(LineEnding::LF).expect("a key as text");
    Credentials::Key { private: private.to_string().into(), passphrase: None }
}

async fn accept(listener: TcpListener, config: Arc<Config>, session: GitSession) {
    while let Ok((socket, _)) = listener.accept().await {
        socket.set_nodelay(true).expect("a socket");
        let session = GitSession { remote: session.remote.clone(), input: None };
        let config = Arc::clone(&config);
        tokio::spawn(async move {
            if let Ok(running) = run_stream(config, socket, session).await {
                // The client hangs up as it likes.
                drop(running.await);
            }
        });
    }
}

struct GitSession {
    remote: String,
    input: Option<ChildStdin>,
}

impl Handler for GitSession {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        user: &str,
        shown: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        let right = user == "git" && shown.public_key == key(2).public_key();
        Ok(if right { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        line: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let line = String::from_utf8_lossy(line).into_owned();
        let (program, path) = line.split_once(' ').unwrap_or_default();
        let known = ["git-upload-pack", "git-receive-pack"].contains(&program);
        if !known || path != "'/blog.git'" {
            let complaint = b"ERROR: Repository not found.\n".to_vec();
            session.extended_data(channel, 1, complaint)?;
            session.exit_status_request(channel, 1)?;
            session.eof(channel)?;
            return session.close(channel);
        }
        let mut child = command("/")
            .arg(program.trim_start_matches("git-"))
            .arg(&self.remote)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the git program");
        self.input = child.stdin.take();
        let mut output = child.stdout.take().expect("a pipe");
        let (handle, runtime) = (session.handle(), tokio::runtime::Handle::current());
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 15];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                let bytes = buffer[..length].to_vec();
                if runtime.block_on(handle.data(channel, bytes)).is_err() {
                    break;
                }
            }
            let status = child.wait().ok().and_then(|status| status.code());
            let status = status.and_then(|code| u32::try_from(code).ok()).unwrap_or(1);
            // Whoever hung up already needs none of these.
            runtime.block_on(async {
                let _ = handle.exit_status_request(channel, status).await;
                let _ = handle.eof(channel).await;
                let _ = handle.close(channel).await;
            });
        });
        Ok(())
    }

    async fn data(
        &mut self,
        _: ChannelId,
        bytes: &[u8],
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(input) = &mut self.input {
            // A program that ended says so by its status.
            drop(input.write_all(bytes).and_then(|()| input.flush()));
        }
        Ok(())
    }

    async fn channel_eof(&mut self, _: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        self.input = None;
        Ok(())
    }

    async fn channel_close(&mut self, _: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        self.input = None;
        Ok(())
    }
}
