//! What the API refuses by itself, before any domain is asked.

use std::fmt;

use inkstone_vocab::{Fault, FaultKind};

/// A request that the API refuses; its text is found by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    kind: FaultKind,
    code: &'static str,
}

impl Refusal {
    const fn invalid(code: &'static str) -> Self {
        Self { kind: FaultKind::Invalid, code }
    }

    const fn unauthenticated(code: &'static str) -> Self {
        Self { kind: FaultKind::Unauthenticated, code }
    }
}

pub(super) const INVALID_BODY: Refusal = Refusal::invalid("body_invalid");
pub(super) const INVALID_JSON: Refusal = Refusal::invalid("json_invalid");
pub(super) const LIST_SLUG_REQUIRED: Refusal = Refusal::invalid("list_slug_required");
pub(super) const SUBMIT_SLUG_REQUIRED: Refusal = Refusal::invalid("submit_slug_required");
pub(super) const BODY_SLUG_REQUIRED: Refusal = Refusal::invalid("body_slug_required");
pub(super) const CONTENT_REQUIRED: Refusal = Refusal::invalid("content_required");
pub(super) const CONTENT_TOO_LONG: Refusal = Refusal::invalid("content_too_long");
pub(super) const NAME_REQUIRED: Refusal = Refusal::invalid("name_required");
pub(super) const NAME_TOO_LONG: Refusal = Refusal::invalid("name_too_long");
pub(super) const EMAIL_REQUIRED: Refusal = Refusal::invalid("email_required");
pub(super) const EMAIL_INVALID: Refusal = Refusal::invalid("email_invalid");
pub(super) const IP_REQUIRED: Refusal = Refusal::invalid("ip_required");
pub(super) const LIKED_ID_INVALID: Refusal = Refusal::invalid("liked_id_invalid");
pub(super) const LIKED_COMMENT_UNKNOWN: Refusal = Refusal::invalid("liked_comment_unknown");
pub(super) const ID_OR_STATUS_MISSING: Refusal = Refusal::invalid("id_or_status_missing");
pub(super) const STATUS_INVALID: Refusal = Refusal::invalid("status_invalid");
pub(super) const ID_MISSING: Refusal = Refusal::invalid("id_missing");
pub(super) const ID_INVALID: Refusal = Refusal::invalid("id_invalid");
pub(super) const COMMENT_KEY_MISSING: Refusal = Refusal::unauthenticated("comment_key_missing");
pub(super) const ADMIN_KEY_MISSING: Refusal = Refusal::unauthenticated("admin_key_missing");
pub(super) const IMPORT_EMPTY: Refusal = Refusal::invalid("import_empty");
pub(super) const IMPORT_MALFORMED: Refusal = Refusal::invalid("import_malformed");
pub(super) const CONFIG_INVALID: Refusal = Refusal::invalid("config_invalid");
pub(super) const RECIPIENT_INVALID: Refusal = Refusal::invalid("recipient_invalid");
pub(super) const SMTP_INCOMPLETE: Refusal = Refusal::invalid("smtp_incomplete");
pub(super) const KEY_MISSING: Refusal = Refusal::invalid("key_missing");
pub(super) const OVER_BUDGET: Refusal =
    Refusal { kind: FaultKind::RateLimited, code: "over_budget" };

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code)
    }
}

impl std::error::Error for Refusal {}

impl Fault for Refusal {
    fn kind(&self) -> FaultKind {
        self.kind
    }

    fn code(&self) -> &'static str {
        self.code
    }
}
