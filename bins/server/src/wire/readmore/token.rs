//! Tokens: checked, and revoked by the owner (contract readmore, 5.1).

use actix_web::{HttpRequest, web::Data};

use super::{
    Answer, Error,
    access::instant,
    captcha::{BLOG_MISSING, known_blog},
    members::Members,
    success,
};
use crate::{blocking::blocking, caller::ClientAddress, clock, owner, readmore::ReadmoreModule};

pub(super) const TOKEN_MISSING: (&str, &str) = ("token", "凭证不能为空");

/// `POST /api/readmore/token/validate`.
pub(super) async fn validate(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    ClientAddress(address): ClientAddress,
    members: Result<Members, Error>,
) -> Answer {
    let members = members.map_err(|error| match error {
        // Clients take any other status for an outage.
        Error::TooLarge => Error::InvalidToken,
        error => error,
    })?;
    let [name, token] = members.required([BLOG_MISSING, TOKEN_MISSING])?;
    let blog = known_blog(&module, &name, request.headers())?;
    let now = instant();
    module.guard.try_token(address, now).map_err(Error::TooOften)?;
    let result = match blog {
        None => Err(Error::InvalidToken),
        Some(blog) => {
            let module = module.clone();
            let check = move || module.service.check(&blog, &token, &module.terms, clock::now());
            blocking(check).await.map_err(Error::from)
        }
    };
    if result == Err(Error::InvalidToken) {
        module.guard.token_was_invalid(address, now);
    }
    result.map(|()| success())
}

/// `POST /api/readmore/token/revoke`: the owner's, not part of the original API.
pub(super) async fn revoke(
    request: HttpRequest,
    module: Data<ReadmoreModule>,
    members: Members,
) -> Answer {
    owner::authenticate(&request).await?;
    let [token] = members.required([TOKEN_MISSING])?;
    blocking(move || module.service.revoke(&token, &module.terms, clock::now())).await?;
    Ok(success())
}
