//! Git over SSH: an SSH client in Rust, which needs neither OpenSSL nor an `ssh` program.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use git2::transport::{Service, SmartSubtransportStream};
use russh::{
    Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Disconnect,
    client::{self, AuthResult, Handle, Msg},
    keys::{
        HashAlg, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate, decode_secret_key,
        known_hosts,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    net::TcpStream,
    runtime::Runtime,
    time::{error::Elapsed, timeout},
};

use super::{
    RemoteProblem,
    transport::{Dial, ProblemSlot},
};
use crate::{git::address::SshPlace, words::shown};

/// How much of what the other side says besides the protocol is kept.
const MAX_COMPLAINT_BYTES: usize = 1024;

/// The keys of hosts that are believed. Any other host is refused, and the refusal names its
/// fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostKeys {
    /// Fingerprints as `ssh-keygen -l` prints them: `SHA256:…`.
    Fingerprints(Vec<String>),
    /// A file in the form of OpenSSH's `known_hosts`.
    KnownHosts(PathBuf),
}

/// How one proves who one is.
pub(crate) enum Proof {
    Key { private: SecretString, passphrase: Option<SecretString> },
    Password(SecretString),
}

pub(crate) struct SshSettings {
    pub(crate) place: SshPlace,
    pub(crate) proof: Option<Proof>,
    pub(crate) host_keys: HostKeys,
    pub(crate) connect: Duration,
    pub(crate) silence: Duration,
}

/// Git over SSH.
pub(crate) struct SshDial(pub(crate) SshSettings);

impl Dial for SshDial {
    fn is_stateless(&self) -> bool {
        false
    }

    fn dial(
        &self,
        service: Service,
        problem: &ProblemSlot,
    ) -> Result<Box<dyn SmartSubtransportStream>, RemoteProblem> {
        let program = match service {
            Service::UploadPackLs | Service::UploadPack => "git-upload-pack",
            Service::ReceivePackLs | Service::ReceivePack => "git-receive-pack",
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| RemoteProblem::other("no connection could be made"))?;
        let (session, channel) = runtime.block_on(self.open(program))?;
        let (reader, writer) = channel.split();
        Ok(Box::new(Conversation {
            session,
            reader,
            writer,
            received: Vec::new(),
            complaint: Vec::new(),
            ended: false,
            silence: self.0.silence,
            host: self.host(),
            problem: problem.clone(),
            runtime,
        }))
    }
}

impl SshDial {
    fn host(&self) -> String {
        format!("{}:{}", self.0.place.host, self.0.place.port)
    }

    async fn open(&self, program: &str) -> Result<(Handle<Believer>, Channel<Msg>), RemoteProblem> {
        let late = |_: Elapsed| RemoteProblem::Timeout(self.host());
        let socket = timeout(self.0.connect, self.connect()).await.map_err(late)??;
        timeout(self.0.silence, self.agree(socket, program)).await.map_err(late)?
    }

    async fn connect(&self) -> Result<TcpStream, RemoteProblem> {
        let SshPlace { host, port, .. } = &self.0.place;
        let unknown = |_| RemoteProblem::UnknownHost(host.clone());
        let addresses: Vec<_> =
            tokio::net::lookup_host((host.as_str(), *port)).await.map_err(unknown)?.collect();
        let socket = TcpStream::connect(&*addresses).await.map_err(|error| {
            RemoteProblem::NoConnection { host: self.host(), reason: error.kind().to_string() }
        })?;
        // Small questions and small answers: each would wait for the next.
        socket.set_nodelay(true).map_err(|error| RemoteProblem::other(&error.to_string()))?;
        Ok(socket)
    }

    async fn agree(
        &self,
        socket: TcpStream,
        program: &str,
    ) -> Result<(Handle<Believer>, Channel<Msg>), RemoteProblem> {
        let config = client::Config {
            keepalive_interval: Some(self.0.silence / 3),
            inactivity_timeout: Some(self.0.silence),
            ..client::Config::default()
        };
        let problem = Arc::default();
        let believer = Believer {
            place: self.0.place.clone(),
            keys: self.0.host_keys.clone(),
            problem: Arc::clone(&problem),
        };
        let session = client::connect_stream(Arc::new(config), socket, believer).await;
        let mut session = session.map_err(|error| {
            let known = problem.lock().unwrap_or_else(PoisonError::into_inner).take();
            known.unwrap_or_else(|| RemoteProblem::other(&error.to_string()))
        })?;
        self.authenticate(&mut session).await?;
        let failed = |error: russh::Error| RemoteProblem::other(&error.to_string());
        let channel = session.channel_open_session().await.map_err(failed)?;
        let command = format!("{program} {}", quoted(&self.0.place.path));
        channel.exec(false, command).await.map_err(failed)?;
        Ok((session, channel))
    }

    async fn authenticate(&self, session: &mut Handle<Believer>) -> Result<(), RemoteProblem> {
        let user = self.0.place.user.clone();
        let answer = match &self.0.proof {
            None => session.authenticate_none(user).await,
            Some(Proof::Password(password)) => {
                session.authenticate_password(user, password.expose_secret()).await
            }
            Some(Proof::Key { private, passphrase }) => {
                let passphrase = passphrase.as_ref().map(SecretString::expose_secret);
                let key = decode_secret_key(private.expose_secret(), passphrase);
                let key = key.map_err(|_| {
                    let text = "the private key cannot be read; Ed25519 and ECDSA keys can, with \
                                the right passphrase";
                    RemoteProblem::Refused(text.to_owned())
                })?;
                let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
                session.authenticate_publickey(user, key).await
            }
        };
        match answer {
            Ok(AuthResult::Success) => Ok(()),
            Ok(AuthResult::Failure { .. }) => {
                let text = "the key or password is not accepted there".to_owned();
                Err(RemoteProblem::Refused(text))
            }
            Err(error) => Err(RemoteProblem::other(&error.to_string())),
        }
    }
}

/// A path for the shell of the other side.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// Believes the host keys that the configuration names.
struct Believer {
    place: SshPlace,
    keys: HostKeys,
    problem: Arc<Mutex<Option<RemoteProblem>>>,
}

impl client::Handler for Believer {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        shown: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        // Certificates are not offered unless asked for, and none is.
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        let believed = self.believes(key);
        if !believed {
            let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
            let problem =
                RemoteProblem::UnknownHostKey { host: self.place.host.clone(), fingerprint };
            *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
        }
        Ok(believed)
    }
}

impl Believer {
    fn believes(&self, key: &PublicKey) -> bool {
        match &self.keys {
            HostKeys::Fingerprints(known) => {
                let found = key.fingerprint(HashAlg::Sha256).to_string();
                known.iter().any(|known| known.trim() == found)
            }
            HostKeys::KnownHosts(file) => {
                let SshPlace { host, port, .. } = &self.place;
                known_hosts::check_known_hosts_path(host, *port, key, file).unwrap_or(false)
            }
        }
    }
}

/// A program that runs at the other side.
struct Conversation {
    session: Handle<Believer>,
    reader: ChannelReadHalf,
    writer: ChannelWriteHalf<Msg>,
    received: Vec<u8>,
    /// What the program says on its standard error.
    complaint: Vec<u8>,
    ended: bool,
    silence: Duration,
    host: String,
    problem: ProblemSlot,
    runtime: Runtime,
}

impl Write for Conversation {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = async { timeout(self.silence, self.writer.data(bytes)).await };
        match self.runtime.block_on(sent) {
            Ok(Ok(())) => Ok(bytes.len()),
            Ok(Err(_)) => Err(self.complain()),
            Err(_) => Err(self.problem.fail(RemoteProblem::Timeout(self.host.clone()))),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Conversation {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.received.is_empty() && !self.ended {
            let next = async { timeout(self.silence, self.reader.wait()).await };
            match self.runtime.block_on(next) {
                Ok(Some(ChannelMsg::Data { data })) => self.received.extend_from_slice(&data),
                Ok(Some(ChannelMsg::ExtendedData { data, .. })) => {
                    let left = MAX_COMPLAINT_BYTES.saturating_sub(self.complaint.len());
                    self.complaint.extend_from_slice(&data[..data.len().min(left)]);
                }
                Ok(None) => self.ended = true,
                Ok(Some(_)) => {}
                Err(_) => return Err(self.problem.fail(RemoteProblem::Timeout(self.host.clone()))),
            }
        }
        if self.received.is_empty() && !into.is_empty() {
            return Err(self.complain());
        }
        let length = self.received.len().min(into.len());
        into[..length].copy_from_slice(&self.received[..length]);
        self.received.drain(..length);
        Ok(length)
    }
}

impl Conversation {
    /// The program ended before it should have; why, if it said so.
    fn complain(&self) -> io::Error {
        let text = shown(&String::from_utf8_lossy(&self.complaint));
        let lower = text.to_lowercase();
        self.problem.fail(if text.is_empty() {
            RemoteProblem::other("the connection broke")
        } else if lower.contains("not found") || lower.contains("does not appear to be a git") {
            RemoteProblem::NotFound
        } else {
            RemoteProblem::Refused(text)
        })
    }
}

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// Says goodbye, so that the program at the other side does not complain. Nobody needs the answer.
impl Drop for Conversation {
    fn drop(&mut self) {
        let Self { session, writer, runtime, .. } = self;
        let farewell = async {
            drop(writer.eof().await);
            drop(session.disconnect(Disconnect::ByApplication, "", "en").await);
            drop(session.await);
        };
        drop(runtime.block_on(async { timeout(FAREWELL, farewell).await }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_for_a_shell() {
        assert_eq!(quoted("/srv/my blog"), "'/srv/my blog'");
        assert_eq!(quoted("a'; rm -rf '"), r"'a'\''; rm -rf '\'''");
    }
}
