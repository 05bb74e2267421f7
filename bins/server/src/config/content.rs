//! What an operator decides about the files of the blog: its source, and uploaded images.

use std::{num::NonZeroU32, path::PathBuf};

use secrecy::SecretString;

use super::{
    section::{Section, Setting, section},
    values::{Directories, Optional},
};

section! {
    /// The source of the blog: see [Content](CONTENT.md). Which repository it is, the owner sets
    /// at run time (`PROVIDER`).
    Content "content" {
        /// Where clones of the repository are kept. Empty: `content` in the data directory.
        directory: Optional<PathBuf> = "''";
        /// The name in commits.
        author_name: String = "'Inkstone'";
        /// The mail address in commits.
        author_email: String = "'inkstone@localhost'";
        /// Seconds that connecting to the repository's host may take, and that a transfer may
        /// stand still.
        timeout_s: NonZeroU32 = "30";
        /// Seconds after which a list is made from a fresh look at the repository's host.
        refresh_s: NonZeroU32 = "3600";
        /// Seconds until a change that could not be delivered is tried again; they double up to
        /// an hour.
        retry_s: NonZeroU32 = "30";
        /// Directories of this machine inside which the owner may choose a blog or a repository
        /// (provider `本地`, paths, `file://`). In the environment separated by commas. Empty: none.
        local_roots: Directories = "[]";
        /// Whether the owner may have a command run after changes to a local blog (`auto`). Whoever
        /// has an API token can then run anything as this server's user.
        build_commands: bool = "false";
        /// Seconds after which such a command is ended.
        build_timeout_s: NonZeroU32 = "600";
        /// The address of GitHub.
        github_url: url::Url = "'https://github.com'";
        /// The address of GitHub's API, for webhooks.
        github_api_url: url::Url = "'https://api.github.com'";
        /// The address of GitLab where the owner's settings name none.
        gitlab_url: url::Url = "'https://gitlab.com'";
        /// The address of Gitea where the owner's settings name none.
        gitea_url: url::Url = "'https://gitea.com'";
        /// What webhooks are signed with (`X-Hub-Signature-256`, `X-Gitea-Signature`) or carry
        /// (`X-Gitlab-Token`); the token in their address is not enough then. Empty: it is enough.
        webhook_secret: Optional<SecretString> = "''";
        /// A private key for repositories that are reached by ssh. Empty: none.
        ssh_key_file: Optional<PathBuf> = "''";
        /// A PEM file with the certificates of authorities that the repository's host is trusted by,
        /// instead of the usual ones. Empty: the usual ones.
        ca_file: Optional<PathBuf> = "''";
        /// The hosts that ssh trusts, as in `~/.ssh/known_hosts`. Empty: none.
        known_hosts_file: Optional<PathBuf> = "''";
        /// A TOML file with layouts of your own (`[[layout]]`), which come before the usual ones.
        /// Empty: none.
        layouts_file: Optional<PathBuf> = "''";
    }
}

section! {
    /// Uploaded images: see [Images](IMAGES.md). Where they go is a setting of the owner's.
    Media "media" {
        /// Bytes of an image.
        max_bytes: NonZeroU32 = "10485760";
        /// Seconds an image may take to arrive here.
        upload_timeout_s: NonZeroU32 = "120";
        /// Seconds a bucket or a remote API may take for an image.
        host_timeout_s: NonZeroU32 = "60";
        /// Where images are kept that stay on this machine; they are served under `/media/`. Empty:
        /// `media` in the data directory.
        directory: Optional<PathBuf> = "''";
    }
}
