//! A client of the servers, as browsers and panels are.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::inkstone::{OWNER, PASSWORD};

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks one server, or the balancer, over connections that it keeps.
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Self { agent, url: url.to_owned() }
    }

    /// Sends a GET request; any answer is one.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.call()?)
    }

    /// Sends JSON by POST.
    pub(crate) fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<Answer> {
        let mut request = self.agent.post(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send_json(body)?)
    }

    /// Changes settings as the owner.
    pub(crate) fn put(&self, path: &str, token: &str, body: &Value) -> anyhow::Result<()> {
        let url = format!("{}{path}", self.url);
        let request = self.agent.put(url).header("authorization", format!("Bearer {token}"));
        let answer = answer(request.send_json(body)?)?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.body);
        Ok(())
    }

    /// Opens a session of the owner's; its token.
    pub(crate) fn log_in(&self) -> anyhow::Result<String> {
        let owner = serde_json::json!({ "name": OWNER, "password": PASSWORD });
        let Answer { status, body } = self.post("/admin/login", &[], &owner)?;
        let token = body["data"]["key"].as_str();
        Ok(token.with_context(|| format!("a session: {status} {body}"))?.to_owned())
    }
}

fn answer(mut answer: ureq::http::Response<ureq::Body>) -> anyhow::Result<Answer> {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string()?;
    // Pages of the balancer are no JSON.
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or_default() })
}
