//! The layer table: which member may depend on which, and which member owns a framework.
//!
//! Words ← domains ← adapters ← thin server. Development dependencies are exempt: a test may look
//! at anything.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::DependencyKind;

use crate::workspace::Workspace;

/// Every member, and the members it may depend on. A new arrow is a line in this table's diff.
const ARROWS: &[(&str, &[&str])] = &[
    ("inkstone-vocab", &[]),
    ("inkstone-accounts", WORDS),
    ("inkstone-comments", WORDS),
    ("inkstone-content", WORDS),
    ("inkstone-fields", WORDS),
    ("inkstone-friends", WORDS),
    ("inkstone-media", WORDS),
    ("inkstone-notifications", WORDS),
    ("inkstone-readmore", WORDS),
    ("inkstone-settings", WORDS),
    ("inkstone-stats", WORDS),
    ("inkstone-talks", WORDS),
    ("inkstone-blobstore", &["inkstone-media", "inkstone-vocab"]),
    ("inkstone-delivery", &["inkstone-notifications", "inkstone-vocab"]),
    ("inkstone-gitstore", &["inkstone-content", "inkstone-vocab"]),
    ("inkstone-scripting", &["inkstone-fields"]),
    ("inkstone-storage", DOMAINS_AND_WORDS),
    ("inkstone-wechat", WORDS),
    (
        "inkstone-server",
        &[
            "inkstone-accounts",
            "inkstone-blobstore",
            "inkstone-comments",
            "inkstone-content",
            "inkstone-delivery",
            "inkstone-fields",
            "inkstone-friends",
            "inkstone-gitstore",
            "inkstone-media",
            "inkstone-notifications",
            "inkstone-readmore",
            "inkstone-scripting",
            "inkstone-settings",
            "inkstone-stats",
            "inkstone-storage",
            "inkstone-talks",
            "inkstone-vocab",
            "inkstone-wechat",
        ],
    ),
    ("inkstone-bench", &[]),
    ("inkstone-xtask", &[]),
];

const WORDS: &[&str] = &["inkstone-vocab"];

const DOMAINS: &[&str] = &[
    "inkstone-accounts",
    "inkstone-comments",
    "inkstone-content",
    "inkstone-fields",
    "inkstone-friends",
    "inkstone-media",
    "inkstone-notifications",
    "inkstone-readmore",
    "inkstone-settings",
    "inkstone-stats",
    "inkstone-talks",
];

const DOMAINS_AND_WORDS: &[&str] = &[
    "inkstone-accounts",
    "inkstone-comments",
    "inkstone-content",
    "inkstone-fields",
    "inkstone-friends",
    "inkstone-media",
    "inkstone-notifications",
    "inkstone-readmore",
    "inkstone-settings",
    "inkstone-stats",
    "inkstone-talks",
    "inkstone-vocab",
];

/// Families of framework crates, and the only members that may name them.
const OWNERS: &[(&str, &[&str])] = &[
    ("actix", &["inkstone-server", "inkstone-bench"]),
    ("aes", &["inkstone-wechat"]),
    ("ammonia", &["inkstone-comments"]),
    ("argon2", &["inkstone-accounts"]),
    ("cbc", &["inkstone-wechat"]),
    ("diesel", &["inkstone-storage"]),
    ("git2", &["inkstone-gitstore"]),
    ("jsonwebtoken", &["inkstone-readmore"]),
    ("lettre", &["inkstone-delivery"]),
    ("libsqlite3-sys", &["inkstone-server"]),
    ("pq-sys", &["inkstone-server"]),
    ("pulldown-cmark", &["inkstone-comments"]),
    ("quick-xml", &["inkstone-wechat"]),
    ("r2d2", &["inkstone-storage"]),
    ("rhai", &["inkstone-scripting"]),
    ("rusqlite", &["inkstone-storage"]),
    ("russh", &["inkstone-gitstore"]),
    ("rustls", &["inkstone-delivery"]),
    ("rusty-s3", &["inkstone-blobstore"]),
    ("sha1", &["inkstone-wechat"]),
    ("tokio", &["inkstone-gitstore", "inkstone-server"]),
    ("utoipa", &["inkstone-server"]),
    ("ureq", &["inkstone-bench", "inkstone-blobstore", "inkstone-delivery", "inkstone-gitstore"]),
];

/// Families that may not occur anywhere below a domain, however deep.
const FOREIGN_TO_DOMAINS: &[&str] = &["actix", "diesel", "rhai", "tokio"];

/// Every broken rule of the tables above, as one sentence each.
pub(crate) fn problems(workspace: &Workspace) -> Vec<String> {
    problems_of(&Graph::new(workspace))
}

/// Packages by identity; an edge is a normal or build dependency.
#[derive(Clone, Default)]
struct Graph {
    members: BTreeSet<String>,
    names: BTreeMap<String, String>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn new(workspace: &Workspace) -> Self {
        let metadata = &workspace.metadata;
        let mut graph = Self::default();
        for package in &metadata.packages {
            graph.names.insert(package.id.repr.clone(), package.name.to_string());
        }
        graph.members.extend(metadata.workspace_members.iter().map(|id| id.repr.clone()));
        for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
            let targets = node
                .deps
                .iter()
                .filter(|edge| {
                    edge.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
                })
                .map(|edge| edge.pkg.repr.clone());
            graph.edges.insert(node.id.repr.clone(), targets.collect());
        }
        graph
    }

    fn name(&self, id: &str) -> &str {
        &self.names[id]
    }

    fn below(&self, id: &str) -> impl Iterator<Item = &String> {
        self.edges.get(id).into_iter().flatten()
    }

    /// The names of everything that `id` pulls in, itself left out.
    fn tree(&self, id: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&String> = self.below(id).collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(self.below(next));
            }
        }
        seen.into_iter().map(|id| self.name(id)).collect()
    }
}

fn problems_of(graph: &Graph) -> Vec<String> {
    let mut problems = Vec::new();
    for id in &graph.members {
        let name = graph.name(id);
        let Some((_, allowed)) = ARROWS.iter().find(|(member, _)| *member == name) else {
            problems.push(format!("{name} has no row in the layer table"));
            continue;
        };
        for target in graph.below(id) {
            let dependency = graph.name(target);
            if graph.members.contains(target) && !allowed.contains(&dependency) {
                problems.push(format!("{name} must not depend on {dependency}"));
            }
            if let Some((_, owners)) = owned(dependency)
                && !owners.contains(&name)
            {
                let owners = owners.join(" and ");
                problems.push(format!("{name} uses {dependency}, which belongs to {owners}"));
            }
        }
        if DOMAINS.contains(&name) {
            problems.extend(foreign(name, &graph.tree(id)));
        }
    }
    problems
}

fn owned(dependency: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
    OWNERS.iter().find(|(family, _)| belongs(dependency, family))
}

fn foreign(domain: &str, tree: &BTreeSet<&str>) -> Vec<String> {
    tree.iter()
        .filter(|name| FOREIGN_TO_DOMAINS.iter().any(|family| belongs(name, family)))
        .map(|name| format!("{domain} pulls in {name}"))
        .collect()
}

/// `actix-web` and `actix_web` belong to `actix`, `actixy` does not.
fn belongs(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_obeys_the_layer_table() {
        let workspace = Workspace::load().unwrap();
        assert_eq!(problems(&workspace), Vec::<String>::new());
    }

    #[test]
    fn every_row_of_the_layer_table_is_a_member() {
        let workspace = Workspace::load().unwrap();
        let members: BTreeSet<&str> =
            workspace.members().iter().map(|package| package.name.as_str()).collect();
        let rows: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
        assert_eq!(rows, members);
    }

    #[test]
    fn an_allowed_graph_is_silent() {
        check(&[("inkstone-server", "inkstone-storage"), ("inkstone-server", "actix-web")], &[]);
        check(&[("inkstone-storage", "diesel_migrations")], &[]);
    }

    #[test]
    fn an_added_arrow_is_a_problem() {
        check(
            &[("inkstone-comments", "inkstone-stats")],
            &["inkstone-comments must not depend on inkstone-stats"],
        );
        check(
            &[("inkstone-bench", "inkstone-vocab")],
            &["inkstone-bench must not depend on inkstone-vocab"],
        );
        check(&[("inkstone-new", "serde")], &["inkstone-new has no row in the layer table"]);
    }

    #[test]
    fn a_framework_outside_its_owner_is_a_problem() {
        check(
            &[("inkstone-server", "diesel")],
            &["inkstone-server uses diesel, which belongs to inkstone-storage"],
        );
        check(
            &[("inkstone-storage", "tokio-util")],
            &[
                "inkstone-storage uses tokio-util, which belongs to inkstone-gitstore and inkstone-server",
            ],
        );
    }

    #[test]
    fn a_framework_deep_below_a_domain_is_a_problem() {
        check(
            &[("inkstone-stats", "innocent"), ("innocent", "tokio")],
            &["inkstone-stats pulls in tokio"],
        );
    }

    #[track_caller]
    fn check(edges: &[(&str, &str)], expected: &[&str]) {
        let mut graph = Graph::default();
        for name in edges.iter().flat_map(|(from, to)| [from, to]) {
            graph.names.insert((*name).to_owned(), (*name).to_owned());
            if name.starts_with("inkstone-") {
                graph.members.insert((*name).to_owned());
            }
        }
        for (from, to) in edges {
            graph.edges.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        assert_eq!(problems_of(&graph), expected);
    }
}
