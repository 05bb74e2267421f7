//! Reading the body of a request: never more than the scope allows, never longer than a client
//! may take.

use std::{marker::PhantomData, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header,
    rt::time::timeout,
    web::{Bytes, BytesMut},
};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, future::LocalBoxFuture};
use inkstone_vocab::{Fault, FaultKind};

use crate::wire::error::{ApiError, FailureFormat};

/// How much body the routes of a scope accept; registered as `app_data`, the innermost counts.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit {
    /// The most bytes.
    pub bytes: usize,
    /// The most time until the last of them has arrived.
    pub time: Duration,
}

impl BodyLimit {
    /// What counts where nobody registered anything: 64 KiB, 30 seconds.
    pub const DEFAULT: Self = Self { bytes: 65_536, time: Duration::from_secs(30) };
}

/// The whole body of a request, whatever its content type; failures are told in the format `F`.
///
/// An extractor.
#[derive(Clone, Debug)]
pub struct Body<F> {
    /// The bytes.
    pub bytes: Bytes,
    format: PhantomData<F>,
}

/// Why a body was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// More bytes than the scope accepts.
    #[error("body is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// The client takes too long.
    #[error("body did not arrive in time")]
    TooSlow,
    /// The connection broke, or what arrived breaks the rules of HTTP.
    #[error("body is incomplete")]
    Broken(#[source] PayloadError),
}

impl Fault for BodyError {
    fn kind(&self) -> FaultKind {
        FaultKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "body_too_large",
            Self::TooSlow => "body_too_slow",
            Self::Broken(_) => "body_broken",
        }
    }
}

impl<F: FailureFormat> FromRequest for Body<F> {
    type Error = ApiError<F>;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError<F>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<BodyLimit>().copied().unwrap_or(BodyLimit::DEFAULT);
        let bytes = read_within(limit, request, payload.take());
        Box::pin(async move { Ok(Self { bytes: bytes.await?, format: PhantomData }) })
    }
}

/// The body of `request` piece by piece, of which `payload` is taken; it ends with
/// [`PayloadError::Overflow`] where it would be larger than `limit`. Whoever reads it keeps the
/// time.
pub fn pieces_within(
    limit: BodyLimit,
    request: &HttpRequest,
    payload: Payload,
) -> Result<impl Stream<Item = Result<Bytes, PayloadError>> + use<>, BodyError> {
    let mut left = limit.bytes;
    if announced_bytes(request).is_some_and(|bytes| bytes > left) {
        return Err(BodyError::TooLarge { limit: limit.bytes });
    }
    Ok(payload.map(move |piece| {
        let piece = piece?;
        left = left.checked_sub(piece.len()).ok_or(PayloadError::Overflow)?;
        Ok(piece)
    }))
}

/// The whole body of `request`, of which `payload` is taken.
pub fn read_within(
    limit: BodyLimit,
    request: &HttpRequest,
    payload: Payload,
) -> impl Future<Output = Result<Bytes, BodyError>> + use<> {
    let announced = announced_bytes(request);
    let pieces = pieces_within(limit, request, payload);
    async move {
        match timeout(limit.time, gathered(pieces?, announced)).await {
            Ok(Err(PayloadError::Overflow)) => Err(BodyError::TooLarge { limit: limit.bytes }),
            Ok(read) => read.map_err(BodyError::Broken),
            Err(_) => Err(BodyError::TooSlow),
        }
    }
}

/// Shows `each` piece of a body to its end and keeps none of them; so a client has been heard before
/// it is answered.
pub async fn drain(
    limit: BodyLimit,
    mut payload: Payload,
    mut each: impl FnMut(&[u8]),
) -> Result<(), BodyError> {
    let read = async move {
        let mut rest = limit.bytes;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(BodyError::Broken)?;
            let left = rest.checked_sub(chunk.len());
            rest = left.ok_or(BodyError::TooLarge { limit: limit.bytes })?;
            each(&chunk);
        }
        Ok(())
    };
    timeout(limit.time, read).await.unwrap_or(Err(BodyError::TooSlow))
}

fn announced_bytes(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn gathered(
    mut pieces: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    announced: Option<usize>,
) -> Result<Bytes, PayloadError> {
    // What is announced is not trusted with memory beyond the smallest limit.
    let mut body = BytesMut::with_capacity(announced.unwrap_or(0).min(BodyLimit::DEFAULT.bytes));
    while let Some(piece) = pieces.try_next().await? {
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}
