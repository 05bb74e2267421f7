//! Qmsg酱 and go-cqhttp, which reach the owner in QQ.

use inkstone_notifications::DeliveryError;

use super::{
    Push,
    answer::{Report, is_zero},
    params,
};

const QMSG: Report =
    Report { codes: &["success"], taken: |code| *code == true, texts: &["reason"], lasting: &[] };

const CQ_HTTP: Report = Report {
    codes: &["retcode"],
    taken: is_zero,
    texts: &["wording", "msg", "message"],
    lasting: &[],
};

/// `mode` is `send` to people or `group` to groups.
pub(super) fn qmsg(push: &Push<'_>) -> Result<(), DeliveryError> {
    let key = push.params.required("key")?;
    let mode = push.params.text("mode").unwrap_or_else(|| "send".to_owned());
    let url = params::below(&push.pusher.addresses.qmsg, &[&mode, &key])?;
    let mut form = vec![("msg", push.whole())];
    form.extend(push.params.text("qq").map(|qq| ("qq", qq)));
    let answer = push.post_form(&url, &form)?;
    QMSG.read(&answer, &push.params.secrets()).map(drop)
}

/// `endpoint` is a host, or the address of the owner's own server.
pub(super) fn cq_http(push: &Push<'_>) -> Result<(), DeliveryError> {
    let endpoint = push.params.required("endpoint")?;
    let endpoint =
        if params::is_address(&endpoint) { endpoint } else { format!("http://{endpoint}") };
    let path = push.params.text("path").unwrap_or_else(|| "send_msg".to_owned());
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let url = params::below(&endpoint, &segments)?;
    let mut query = Vec::new();
    query.extend(push.params.text("token").map(|token| ("access_token", token)));
    for name in ["message_type", "user_id", "group_id"] {
        query.extend(push.params.text(name).map(|text| (name, text)));
    }
    query.push(("message", push.whole()));
    // What strangers wrote must not become a picture or a mention.
    query.push(("auto_escape", "true".to_owned()));
    let answer = push.get(url, &query)?;
    CQ_HTTP.read(&answer, &push.params.secrets()).map(drop)
}
