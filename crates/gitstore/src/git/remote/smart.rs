//! A remote that speaks Git's protocol, over whatever connection.

use std::sync::Arc;

use git2::{
    AutotagOption, Direction, Error, ErrorClass, ErrorCode, FetchOptions, Oid, PushOptions, Remote,
    RemoteCallbacks, Repository,
};

use super::{
    Link, Pushed, RemoteProblem, Tip, pick,
    transport::{ADDRESS, Dial, ProblemSlot, calling},
};
use crate::{failure::Failure, words::shown};

/// A remote that is dialled.
pub(crate) struct Smart {
    pub(crate) dial: Arc<dyn Dial>,
    /// The most bytes of one transfer that are taken.
    pub(crate) max_bytes: u64,
}

impl Link for Smart {
    fn fetch(&self, into: &Repository, branch: &str) -> Result<Tip, Failure> {
        calling(&self.dial, |problem| {
            let mut remote = into.remote_anonymous(ADDRESS)?;
            let mut fetched = self.fetch_from(&mut remote, into, branch);
            if let Err(Failure::Git(error)) = fetched {
                fetched = Err(explained(error, problem));
            }
            hang_up(&mut remote);
            fetched
        })
    }

    fn push(&self, from: &Repository, commit: Oid, reference: &str) -> Result<Pushed, Failure> {
        calling(&self.dial, |problem| {
            let mut remote = from.remote_anonymous(ADDRESS)?;
            let mut refused = None;
            let mut callbacks = RemoteCallbacks::new();
            callbacks.push_update_reference(|_, status| {
                refused = status.map(shown);
                Ok(())
            });
            let mut options = PushOptions::new();
            options.remote_callbacks(callbacks);
            let pushed = remote.push(&[format!("{commit}:{reference}")], Some(&mut options));
            drop(options);
            hang_up(&mut remote);
            match (pushed, refused) {
                (Ok(()), None) => Ok(Pushed::Done),
                (Ok(()), Some(reason)) => Ok(Pushed::Refused(reason)),
                (Err(error), _) if error.code() == ErrorCode::NotFastForward => {
                    Ok(Pushed::Refused("the branch has moved".to_owned()))
                }
                (Err(error), _) => Err(explained(error, problem)),
            }
        })
    }

    fn look(&self, at: &Repository, branch: &str) -> Result<Option<Oid>, Failure> {
        calling(&self.dial, |problem| {
            let mut remote = at.remote_anonymous(ADDRESS)?;
            let connected = remote.connect(Direction::Fetch);
            let found = match connected {
                Ok(()) => listed(&remote, branch),
                Err(error) => Err(explained(error, problem)),
            };
            hang_up(&mut remote);
            found
        })
    }
}

impl Smart {
    fn fetch_from(
        &self,
        remote: &mut Remote<'_>,
        into: &Repository,
        branch: &str,
    ) -> Result<Tip, Failure> {
        remote.connect(Direction::Fetch)?;
        let Some(tip) = listed(remote, branch)? else { return Ok(Tip::Empty) };
        if into.find_commit(tip).is_ok() {
            return Ok(Tip::At(tip));
        }
        let mut too_large = false;
        let mut callbacks = RemoteCallbacks::new();
        callbacks.transfer_progress(|progress| {
            too_large |= progress.received_bytes() as u64 > self.max_bytes;
            !too_large
        });
        let mut options = FetchOptions::new();
        options.remote_callbacks(callbacks).download_tags(AutotagOption::None);
        let downloaded = remote.download(&[branch], Some(&mut options));
        drop(options);
        if too_large {
            return Err(RemoteProblem::TooLarge(self.max_bytes >> 20).into());
        }
        downloaded?;
        into.odb()?.refresh()?;
        into.find_commit(tip)?.tree()?;
        Ok(Tip::At(tip))
    }
}

fn listed(remote: &Remote<'_>, branch: &str) -> Result<Option<Oid>, Failure> {
    let heads = remote.list()?;
    pick(heads.iter().map(|head| (head.name(), head.oid())), branch)
}

/// What was agreed is agreed: that the connection does not close well changes nothing.
fn hang_up(remote: &mut Remote<'_>) {
    drop(remote.disconnect());
}

/// The reason that a stream left, or what the library says about the conversation.
fn explained(error: Error, problem: &ProblemSlot) -> Failure {
    match problem.take() {
        Some(problem) => problem.into(),
        None if is_about_conversation(&error) => RemoteProblem::other(error.message()).into(),
        None => error.into(),
    }
}

fn is_about_conversation(error: &Error) -> bool {
    let classes = [ErrorClass::Net, ErrorClass::Http, ErrorClass::Ssh, ErrorClass::Indexer];
    classes.contains(&error.class()) || error.code() == ErrorCode::Eof
}
