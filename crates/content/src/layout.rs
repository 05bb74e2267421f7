//! Where a generator of static sites keeps its files: data, and a pure function over paths.

use serde::Deserialize;

use crate::path::{ContentPath, PathError};

/// Never looked into, whatever a layout says.
const NEVER: &[&str] = &[".git", "node_modules", ".svn", ".hg"];

/// What stands for the name of a document in [`Rules::save_path`].
const FILENAME: &str = "${filename}";

/// What a file is for the blog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Published, by its directory.
    Post,
    /// Not yet published, by its directory.
    Draft,
    /// Outside the stream of posts.
    Page,
    /// A configuration of the site, its theme or its hosting.
    Config,
}

impl Kind {
    /// Every kind, in the order of listings.
    pub const ALL: [Self; 4] = [Self::Post, Self::Draft, Self::Page, Self::Config];
}

/// Where a generator keeps what (contract qexo, 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// What settings call it, such as `Hexo`.
    pub name: String,
    /// Published posts.
    pub posts: Rules,
    /// Drafts; a layout may have none.
    #[serde(default)]
    pub drafts: Rules,
    /// Pages.
    #[serde(default)]
    pub pages: Rules,
    /// Configurations.
    #[serde(default)]
    pub configs: Rules,
}

/// Which files are of one kind, and where a new one goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Where they are; the first that holds a file names it.
    pub directories: Vec<Directory>,
    /// How their names end; the first that matches is cut off.
    pub extensions: Vec<String>,
    /// Segments that may not occur below the directory.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Where a new one goes, with `${filename}` for its name.
    pub save_path: Option<String>,
    /// The template of a new one.
    pub scaffold: Option<String>,
}

/// A directory, and how deep it is looked into.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Relative to the root of the blog; empty is the root itself.
    pub path: String,
    /// How many levels; 1 is the directory alone, `None` has no limit.
    pub depth: Option<usize>,
}

#[derive(Deserialize)]
struct Tables {
    layout: Vec<Layout>,
}

/// The layouts of `Hexo`, `Hugo`, `Valaxy`, `Vitepress`, `Vuepress`, `Nuxt` and `Astro`.
pub fn layouts() -> Vec<Layout> {
    // The table is part of the program; that it parses is a test.
    toml::from_str::<Tables>(include_str!("layouts.toml"))
        .map_or_else(|_| Vec::new(), |tables| tables.layout)
}

impl Layout {
    /// Checks a layout that somebody has configured; the problem, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("a layout has no name".to_owned());
        }
        Kind::ALL.into_iter().try_for_each(|kind| {
            self.rules(kind).check().map_err(|problem| format!("layout {}: {problem}", self.name))
        })
    }

    /// The same layout with pages of every depth, as they are listed from Git (contract qexo, 5.3).
    #[must_use]
    pub fn with_deep_pages(mut self) -> Self {
        self.pages.directories.iter_mut().for_each(|directory| directory.depth = None);
        self
    }

    /// The rules of one kind.
    pub fn rules(&self, kind: Kind) -> &Rules {
        match kind {
            Kind::Post => &self.posts,
            Kind::Draft => &self.drafts,
            Kind::Page => &self.pages,
            Kind::Config => &self.configs,
        }
    }

    /// The name of the file among those of this kind, `None` when it is none of them.
    pub fn name<'a>(&self, kind: Kind, path: &'a ContentPath) -> Option<&'a str> {
        self.rules(kind).name(path)
    }

    /// Where a new document of this kind and name goes; `None` when the layout has no such kind.
    pub fn place(&self, kind: Kind, name: &str) -> Option<Result<ContentPath, PathError>> {
        let template = self.rules(kind).save_path.as_deref()?;
        let name = name.trim_matches('/');
        if name.is_empty() {
            return Some(Err(PathError));
        }
        Some(ContentPath::parse(&template.replace(FILENAME, name)))
    }

    /// Where a document goes when it becomes another kind; it keeps its name and extension.
    pub fn moved(&self, from: Kind, to: Kind, path: &ContentPath) -> Option<ContentPath> {
        let (name, extension) = self.rules(from).split(path)?;
        let place = self.place(to, name)?.ok()?;
        let Some(expected) = self.rules(to).extension(place.as_str()) else { return Some(place) };
        let stem = place.as_str().strip_suffix(expected)?;
        ContentPath::parse(&format!("{stem}{extension}")).ok()
    }
}

impl Rules {
    fn name<'a>(&self, path: &'a ContentPath) -> Option<&'a str> {
        self.split(path).map(|(name, _)| name)
    }

    /// The name of a file, and the extension that was cut off.
    fn split<'a>(&self, path: &'a ContentPath) -> Option<(&'a str, &'a str)> {
        let extension = self.extension(path.as_str())?.len();
        if path.file_name().len() == extension {
            return None;
        }
        let below = self.directories.iter().find_map(|directory| directory.below(path.as_str()));
        let below = below.filter(|below| {
            let excluded = |segment| {
                NEVER.contains(&segment) || self.exclude.iter().any(|name| name == segment)
            };
            !below.split('/').any(excluded)
        })?;
        (!path.segments().any(|segment| NEVER.contains(&segment)))
            .then(|| below.split_at(below.len() - extension))
    }

    fn extension(&self, path: &str) -> Option<&str> {
        self.extensions
            .iter()
            .find(|extension| path.ends_with(extension.as_str()))
            .map(String::as_str)
    }

    fn check(&self) -> Result<(), String> {
        for Directory { path, .. } in &self.directories {
            if !path.is_empty() && ContentPath::parse(path).is_err() {
                return Err(format!("{path:?} is not a directory of a blog"));
            }
        }
        if self.extensions.iter().any(|extension| extension.len() < 2) {
            return Err("an extension is a dot and letters".to_owned());
        }
        if let Some(template) = &self.save_path
            && (!template.contains(FILENAME)
                || ContentPath::parse(&template.replace(FILENAME, "name")).is_err())
        {
            return Err(format!("{template:?} is not a path with {FILENAME}"));
        }
        match &self.scaffold {
            Some(path) if ContentPath::parse(path).is_err() => Err(format!("{path:?} is no path")),
            _ => Ok(()),
        }
    }
}

impl Directory {
    /// What follows the directory in a path inside it, within its depth.
    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let below = if self.path.is_empty() {
            path
        } else {
            path.strip_prefix(&self.path)?.strip_prefix('/')?
        };
        let levels = below.split('/').count();
        self.depth.is_none_or(|depth| levels <= depth).then_some(below)
    }
}
