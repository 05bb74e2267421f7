//! Images with any service that takes an upload over HTTP and answers with an address.

use inkstone_media::{HostError, ImageFile, ImageHost, ImageUrl, Moment, Removal, Stored};
use inkstone_vocab::{Timestamp, WebUrl};
use serde_json::Value;
use ureq::{
    Agent,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request,
        header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING},
    },
};
use url::Url;

use crate::{
    client::{Limits, agent, text},
    error::BlobError,
    params::{Params, is_web},
    removal::Recipe,
};

/// The most bytes of an answer that are looked at.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// What the file is called in the form when the owner says nothing.
const DEFAULT_FIELD: &str = "file";

/// A service that takes a form with a file.
pub(crate) struct RemoteApi {
    agent: Agent,
    api: Url,
    field: String,
    /// Fields besides the file.
    fields: Vec<(String, String)>,
    headers: HeaderMap,
    url_path: String,
    url_prefix: String,
    delete_path: String,
}

impl RemoteApi {
    /// The parameters of contract qexo, section 10.
    pub(crate) fn new(params: Params<'_>, limits: &Limits) -> Result<Self, HostError> {
        let field = params.text("post_params")?;
        let field = if field.is_empty() { DEFAULT_FIELD.into() } else { field };
        Ok(Self {
            agent: agent(limits),
            api: params.web_address("api")?,
            field: field.into_owned(),
            fields: params.pairs("custom_body")?,
            headers: headers(params)?,
            url_path: params.text("json_path")?.into_owned(),
            url_prefix: params.text("custom_url")?.into_owned(),
            delete_path: params.text("delete_url")?.into_owned(),
        })
    }

    /// The body of a successful answer.
    fn ask(&self, method: Method, url: &Url, form: Option<&Form>) -> Result<String, HostError> {
        let mut request = Request::new(form.map_or(&[][..], |form| &form.body));
        *request.method_mut() = method;
        *request.uri_mut() = url.as_str().parse().map_err(|_| HostError::Parameter("api"))?;
        request.headers_mut().clone_from(&self.headers);
        if let Some(form) = form {
            request.headers_mut().insert(CONTENT_TYPE, form.content_type.clone());
        }
        let answer = self.agent.run(request).map_err(|error| {
            // The texts of some errors hold the address, and addresses hold tokens.
            tell(match error {
                ureq::Error::Timeout(_) => "it does not answer in time",
                ureq::Error::HostNotFound => "its host cannot be found",
                _ => "it is out of reach",
            })
        })?;
        let status = answer.status();
        if !status.is_success() {
            return Err(tell(format!("it answers {}", status.as_u16())));
        }
        text(answer.into_body(), MAX_ANSWER_BYTES).map_err(|error| {
            tell(match error {
                BlobError::TooLarge => "its answer is too large",
                BlobError::Malformed(_) => "its answer is no text",
                _ => "its answer breaks off",
            })
        })
    }

    /// Where the answer says that the image is.
    fn image_url(&self, answer: &str) -> Result<ImageUrl, HostError> {
        let found = find(answer, &self.url_path)
            .ok_or_else(|| tell("its answer has no address at `json_path`"))?;
        let url = WebUrl::parse(&format!("{}{}", self.url_prefix, found.trim()));
        let url = url.and_then(|url| ImageUrl::parse(url.as_str()));
        url.ok_or_else(|| tell("what its answer has at `json_path` is no web address"))
    }

    /// Where the answer says that the image can be deleted, if that is a place of the service:
    /// what it says may lead anywhere, and our headers are for it alone.
    fn delete_url(&self, answer: &str) -> Option<Url> {
        if self.delete_path.is_empty() {
            return None;
        }
        let found = find(answer, &self.delete_path)?;
        self.api.join(found.trim()).ok().filter(|url| self.is_own(url))
    }

    fn is_own(&self, url: &Url) -> bool {
        is_web(url) && url.origin() == self.api.origin()
    }
}

impl ImageHost for RemoteApi {
    fn store(&self, file: &ImageFile<'_>, _: &Moment) -> Result<Stored, HostError> {
        let form = Form::new(&self.fields, &self.field, file);
        let answer = self.ask(Method::POST, &self.api, Some(&form))?;
        let delete = self.delete_url(&answer);
        Ok(Stored {
            url: self.image_url(&answer)?,
            removal: delete
                .map(|url| Recipe::RemoteApi { url: url.into() }.write())
                .unwrap_or_default(),
        })
    }

    fn delete(&self, removal: &Removal, _: Timestamp) -> Result<bool, HostError> {
        let Some(Recipe::RemoteApi { url }) = Recipe::read(removal) else { return Ok(false) };
        let url = Url::parse(&url).ok().filter(|url| self.is_own(url));
        self.ask(Method::GET, &url.ok_or(HostError::Elsewhere)?, None)?;
        Ok(true)
    }
}

/// A form with a file, as browsers send it.
struct Form {
    content_type: HeaderValue,
    body: Vec<u8>,
}

impl Form {
    fn new(fields: &[(String, String)], name: &str, file: &ImageFile<'_>) -> Self {
        let boundary = boundary(fields, file.content);
        let mut body = Vec::with_capacity(file.content.len() + 1024);
        for (name, value) in fields {
            let name = quoted(name);
            let head =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let (name, extension) = (quoted(name), file.kind.extension());
        let (stem, media_type) = (quoted(file.name.stem()), file.kind.media_type());
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"{stem}.{extension}\"\r\nContent-Type: {media_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.content);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={boundary}");
        #[expect(clippy::expect_used, reason = "letters and digits")]
        let content_type = HeaderValue::try_from(content_type).expect("a header");
        Self { content_type, body }
    }
}

/// Something that occurs nowhere in the form.
fn boundary(fields: &[(String, String)], content: &[u8]) -> String {
    let occurs = |boundary: &String| {
        let bytes = boundary.as_bytes();
        content.windows(bytes.len()).any(|window| window == bytes)
            || fields.iter().any(|(_, value)| value.contains(boundary.as_str()))
    };
    let mut number = 0_u64;
    loop {
        let boundary = format!("InkstoneForm{number:016x}");
        if !occurs(&boundary) {
            return boundary;
        }
        number += 1;
    }
}

/// A name inside quotation marks, as the HTML standard has it.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Headers of the owner; not those that say where a request goes or where it ends.
fn headers(params: Params<'_>) -> Result<HeaderMap, HostError> {
    const NAME: &str = "custom_header";
    let mut headers = HeaderMap::new();
    for (name, value) in params.pairs(NAME)? {
        let name = HeaderName::try_from(name).map_err(|_| HostError::Parameter(NAME))?;
        let mut value = HeaderValue::try_from(value).map_err(|_| HostError::Parameter(NAME))?;
        if [HOST, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, CONNECTION].contains(&name) {
            return Err(HostError::Parameter(NAME));
        }
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// The text at a path of names and places in lists, separated by dots; the whole answer where the
/// path is empty.
fn find(answer: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(answer.to_owned());
    }
    let json: Value = serde_json::from_str(answer).ok()?;
    let found = path.split('.').try_fold(&json, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    });
    found?.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn tell(reason: impl Into<String>) -> HostError {
    HostError::Refused(reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_through_objects_and_lists() {
        let answer = r#"{"data":{"links":[{"url":"a"},{"url":" b "}],"n":5,"":{"x":"c"},"e":" "}}"#;
        for (path, found) in [
            ("data.links.0.url", Some("a")),
            ("data.links.1.url", Some(" b ")),
            ("data..x", Some("c")),
            ("", Some(answer)),
            ("data.links.2.url", None),
            ("data.links.-1.url", None),
            ("data.links.url", None),
            ("data.n", None),
            ("data.e", None),
            ("data", None),
            ("url", None),
            (".", None),
        ] {
            assert_eq!(find(answer, path).as_deref(), found, "{path}");
        }
        assert_eq!(find("no JSON", "url"), None);
        assert_eq!(find("https://a.b/c.png", "").as_deref(), Some("https://a.b/c.png"));
    }

    #[test]
    fn a_boundary_occurs_nowhere_else() {
        let first = boundary(&[], b"");
        let second = boundary(&[], first.as_bytes());
        assert_ne!(first, second);
        let fields = [("a".to_owned(), format!("x{second}y"))];
        assert!(![first.clone(), second].contains(&boundary(&fields, first.as_bytes())));
    }

    #[test]
    fn a_name_ends_where_its_quotation_marks_do() {
        assert_eq!(quoted("a\"\r\nb"), "a%22%0D%0Ab");
    }
}
