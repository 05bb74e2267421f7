//! Services of others that the owner uses: where posts are kept, who is told, who keeps images.

use std::fmt;

use serde_json::{Map, Value};

/// A service of others, by the name that Qexo has for it, and what it needs to know. The `Debug`
/// form hides that, for tokens are among it.
#[derive(Clone, PartialEq)]
pub struct OutsideService {
    /// Its name, such as `github`, `Telegram` or `关闭`.
    pub name: String,
    /// What it needs to know, by name.
    pub params: Map<String, Value>,
}

impl OutsideService {
    /// Reads `{<member>: name, "params": {…}}`; `None` for anything else.
    pub fn read(member: &str, json: &str) -> Option<Self> {
        let Ok(Value::Object(mut service)) = serde_json::from_str(json) else { return None };
        let Some(Value::String(name)) = service.remove(member) else { return None };
        let params = match service.remove("params") {
            Some(Value::Object(params)) => params,
            _ => Map::new(),
        };
        Some(Self { name, params })
    }
}

impl fmt::Debug for OutsideService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OutsideService").field("name", &self.name).finish_non_exhaustive()
    }
}
