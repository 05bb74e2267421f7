//! All calls of all APIs while they are being gathered.

use std::collections::BTreeMap;

use utoipa::openapi::{HttpMethod, Paths, RefOr, Schema, Tag, path::PathItem};

use super::Call;

/// Calls by path, and what they mention.
#[derive(Default)]
pub(in crate::wire) struct Catalogue {
    paths: BTreeMap<String, PathItem>,
    tags: Vec<Tag>,
    group: &'static str,
    schemas: BTreeMap<String, RefOr<Schema>>,
}

impl Catalogue {
    /// Begins a group, or goes on with it: what follows belongs to it.
    pub(in crate::wire) fn group(&mut self, (name, description): (&'static str, &str)) {
        self.group = name;
        if self.tags.iter().all(|tag| tag.name != name) {
            let mut tag = Tag::new(name);
            tag.description = Some(description.to_owned());
            self.tags.push(tag);
        }
    }

    /// Adds what GET does at `path`.
    pub(in crate::wire) fn get(&mut self, path: &str, call: Call) {
        self.add(HttpMethod::Get, path, call);
    }

    /// Adds what POST does at `path`.
    pub(in crate::wire) fn post(&mut self, path: &str, call: Call) {
        self.add(HttpMethod::Post, path, call);
    }

    /// Adds what PUT does at `path`.
    pub(in crate::wire) fn put(&mut self, path: &str, call: Call) {
        self.add(HttpMethod::Put, path, call);
    }

    /// Adds what DELETE does at `path`.
    pub(in crate::wire) fn delete(&mut self, path: &str, call: Call) {
        self.add(HttpMethod::Delete, path, call);
    }

    fn add(&mut self, method: HttpMethod, path: &str, call: Call) {
        let (operation, schemas) = call.finish(id(&method, path), self.group);
        let item = PathItem::new(method, operation);
        self.paths.entry(path.to_owned()).or_default().merge_operations(item);
        for (name, schema) in schemas {
            let known = self.schemas.entry(name.clone()).or_insert_with(|| schema.clone());
            debug_assert!(*known == schema, "two schemas are named {name}");
        }
    }

    /// Everything that was gathered.
    pub(super) fn finish(self) -> (Paths, Vec<Tag>, BTreeMap<String, RefOr<Schema>>) {
        let mut paths = Paths::new();
        paths.paths = self.paths;
        (paths, self.tags, self.schemas)
    }
}

/// A name that no other operation has, and that a generated client can have: `getApiComments`.
fn id(method: &HttpMethod, path: &str) -> String {
    let mut id = match method {
        HttpMethod::Get => "get",
        HttpMethod::Put => "put",
        HttpMethod::Delete => "delete",
        _ => "post",
    }
    .to_owned();
    for word in path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_after_their_paths() {
        for (method, path, name) in [
            (HttpMethod::Get, "/", "get"),
            (HttpMethod::Post, "/api/comments", "postApiComments"),
            (HttpMethod::Put, "/admin/settings/email-notify", "putAdminSettingsEmailNotify"),
            (HttpMethod::Delete, "/a/{id}/b_c.d", "deleteAIdBCD"),
        ] {
            assert_eq!(id(&method, path), name);
        }
    }
}
