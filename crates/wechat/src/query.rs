//! The parameters that accompany a request.

use url::form_urlencoded;

use crate::refusal::Refusal;

/// The query of a request to the message endpoint. Of a repeated parameter the first value counts;
/// other parameters are ignored.
///
/// It cannot be printed: its signature opens the endpoint as long as its timestamp is fresh.
#[derive(Default)]
pub struct Query {
    signature: Option<String>,
    msg_signature: Option<String>,
    timestamp: Option<String>,
    nonce: Option<String>,
    echostr: Option<String>,
    encrypt_type: Option<String>,
}

impl Query {
    /// Reads what follows the `?` of the request's address, still percent-encoded.
    pub fn parse(raw: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            if let Some(parameter) = query.parameter(&name) {
                parameter.get_or_insert_with(|| value.into_owned());
            }
        }
        query
    }

    fn parameter(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "signature" => &mut self.signature,
            "msg_signature" => &mut self.msg_signature,
            "timestamp" => &mut self.timestamp,
            "nonce" => &mut self.nonce,
            "echostr" => &mut self.echostr,
            "encrypt_type" => &mut self.encrypt_type,
            _ => return None,
        })
    }

    pub(crate) fn signature(&self) -> Result<&str, Refusal> {
        required("signature", self.signature.as_deref())
    }

    pub(crate) fn msg_signature(&self) -> Result<&str, Refusal> {
        required("msg_signature", self.msg_signature.as_deref())
    }

    pub(crate) fn timestamp(&self) -> Result<&str, Refusal> {
        required("timestamp", self.timestamp.as_deref())
    }

    pub(crate) fn nonce(&self) -> Result<&str, Refusal> {
        required("nonce", self.nonce.as_deref())
    }

    pub(crate) fn echostr(&self) -> Result<&str, Refusal> {
        required("echostr", self.echostr.as_deref())
    }

    /// Whether the body is encrypted.
    pub(crate) fn encrypted(&self) -> Result<bool, Refusal> {
        match self.encrypt_type.as_deref() {
            None | Some("" | "raw") => Ok(false),
            Some("aes") => Ok(true),
            Some(_) => Err(Refusal::EncryptType),
        }
    }
}

fn required<'a>(name: &'static str, value: Option<&'a str>) -> Result<&'a str, Refusal> {
    value.filter(|value| !value.is_empty()).ok_or(Refusal::Missing(name))
}
