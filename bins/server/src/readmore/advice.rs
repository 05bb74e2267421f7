//! What is easily forgotten (contract readmore, 8.1).

use crate::config::Config;

/// What an operator should know about settings that work, but perhaps not as they are meant.
pub fn advice(config: &Config) -> Vec<String> {
    let settings = &config.readmore;
    let mut advice = Vec::new();
    if settings.blogs.as_slice().is_empty() {
        return advice;
    }
    if config.wechat.app_token.as_ref().is_some() && !settings.require_open_id {
        advice.push(
            "readmore.require_open_id is off: whoever knows the id of a blog gets a code without \
             following the account."
                .to_owned(),
        );
    }
    for blog in settings.blogs.as_slice().iter().filter(|blog| blog.allowed_origins.is_empty()) {
        advice.push(format!(
            "The blog {} has no allowed_origins: pages of everybody can use its codes.",
            blog.id.as_str()
        ));
    }
    if config.server.public_url.as_ref().is_some_and(|url| url.scheme() == "http") {
        advice.push(
            "server.public_url is not encrypted: codes and tokens can be read on their way."
                .to_owned(),
        );
    }
    advice
}
