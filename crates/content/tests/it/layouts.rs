//! A tree of each generator, and exactly what is listed of it.

use inkstone_content::{ContentPath, Kind, Layout, layouts};

#[track_caller]
fn layout(name: &str) -> Layout {
    layouts().into_iter().find(|layout| layout.name == name).unwrap()
}

/// Every name of a kind, in the order of the paths.
fn names(layout: &Layout, kind: Kind, tree: &[&str]) -> Vec<String> {
    let mut paths: Vec<_> = tree.iter().map(|path| ContentPath::parse(path).unwrap()).collect();
    paths.sort();
    paths.iter().filter_map(|path| layout.name(kind, path)).map(str::to_owned).collect()
}

#[track_caller]
fn check(layout: &Layout, tree: &[&str], expected: [(Kind, &[&str]); 4]) {
    for (kind, expected) in expected {
        assert_eq!(names(layout, kind, tree), expected, "{kind:?} of {}", layout.name);
    }
}

#[test]
fn the_built_in_layouts_are_sound() {
    let names: Vec<_> = layouts().into_iter().map(|layout| layout.name).collect();
    assert_eq!(names, ["Hexo", "Hugo", "Valaxy", "Vitepress", "Vuepress", "Nuxt", "Astro"]);
    for layout in layouts() {
        assert_eq!(layout.check(), Ok(()));
    }
}

#[test]
fn hexo() {
    let tree = [
        "_config.yml",
        "_config.landscape.yml",
        ".yml",
        "package.json",
        "README.md",
        ".github/workflows/main.yml",
        ".github/a/b/c/too-deep.yml",
        ".github/dependabot.yaml",
        "node_modules/hexo/package.json",
        "node_modules/hexo/README.md",
        "scaffolds/post.md",
        "source/CNAME",
        "source/404.html",
        "source/about/index.md",
        "source/about/deep/index.md",
        "source/_data/links.yml",
        "source/_data/deep/links.yml",
        "source/config.json",
        "source/_drafts/idea.md",
        "source/_posts/hello.md",
        "source/_posts/hello.markdown",
        "source/_posts/hello/photo.jpg",
        "source/_posts/sub/deep/b.md",
        "source/_posts/node_modules/x/README.md",
        "source/index.md",
        "themes/next/_config.yml",
        "themes/next/languages/en.yml",
        "themes/own.toml",
    ];
    let hexo = layout("Hexo");
    check(
        &hexo,
        &tree,
        [
            (Kind::Post, &["hello", "sub/deep/b"]),
            (Kind::Draft, &["idea"]),
            (Kind::Page, &["404", "about/index", "index"]),
            (
                Kind::Config,
                &[
                    "dependabot",
                    "workflows/main",
                    "_config.landscape",
                    "_config",
                    "package",
                    "links",
                    "config",
                    "next/_config",
                    "own",
                ],
            ),
        ],
    );
    let deep = hexo.with_deep_pages();
    assert_eq!(
        names(&deep, Kind::Page, &tree),
        ["404", "about/deep/index", "about/index", "index"]
    );
}

#[test]
fn hugo() {
    let tree = [
        "hugo.toml",
        "archetypes/default.md",
        "config/_default/params.toml",
        "config/_default/deep/params.toml",
        "content/_index.md",
        "content/about.md",
        "content/_drafts/x.md",
        "content/post/old.md",
        "content/posts/a/index.md",
        "content/posts/b.md",
        "content/docs/a/b/too-deep.md",
        "content/docs/a/page.html",
        "themes/paper/theme.toml",
    ];
    check(
        &layout("Hugo"),
        &tree,
        [
            (Kind::Post, &["a/index", "b"]),
            (Kind::Draft, &["x"]),
            (Kind::Page, &["_index", "about", "docs/a/page", "posts/a/index", "posts/b"]),
            (Kind::Config, &["_default/params", "hugo", "paper/theme"]),
        ],
    );
}

#[test]
fn valaxy() {
    let tree = [
        "valaxy.config.ts",
        "vite.ts",
        "package.json",
        ".github/workflows/gh-pages.yml",
        "pages/index.md",
        "pages/about/index.md",
        "pages/about/deep/site.md",
        "pages/posts/hello.md",
        "pages/_drafts/wip.md",
        "node_modules/valaxy/README.md",
    ];
    check(
        &layout("Valaxy"),
        &tree,
        [
            (Kind::Post, &["hello"]),
            (Kind::Draft, &["wip"]),
            (Kind::Page, &["about/index", "index"]),
            (Kind::Config, &["workflows/gh-pages", "package", "valaxy"]),
        ],
    );
}

#[test]
fn vitepress_and_vuepress() {
    for (name, hidden) in [("Vitepress", ".vitepress"), ("Vuepress", ".vuepress")] {
        let config = format!("{hidden}/config.ts");
        let theme = format!("{hidden}/theme/index.vue");
        let deep = format!("{hidden}/theme/deep/index.vue");
        let note = format!("{hidden}/notes.md");
        let inner = format!("posts/{hidden}/cache.md");
        let tree = [
            config.as_str(),
            theme.as_str(),
            deep.as_str(),
            note.as_str(),
            inner.as_str(),
            "README.md",
            "package.json",
            "guide/start.md",
            "guide/posts/below.md",
            "guide/node_modules/x/README.md",
            "node_modules/vue/README.md",
            "blogs/a.md",
            "posts/2024/b.md",
            "articles/c.md",
            "archives/d.md",
            "posts/e.html",
        ];
        check(
            &layout(name),
            &tree,
            [
                (Kind::Post, &["d", "c", "a", "2024/b"]),
                (Kind::Draft, &[]),
                (Kind::Page, &["README", "guide/start"]),
                (Kind::Config, &["config", "theme/index", "package"]),
            ],
        );
    }
}

#[test]
fn nuxt() {
    let tree = [
        "nuxt.config.ts",
        "app/app.config.ts",
        "app/a/too-deep/x.ts",
        "content/index.md",
        "content/about.html",
        "content/posts/a.md",
        "content/drafts/b.md",
        "tsconfig.json",
        ".github/ci.yml",
        "config.yaml",
    ];
    check(
        &layout("Nuxt"),
        &tree,
        [
            (Kind::Post, &["a"]),
            (Kind::Draft, &["b"]),
            (Kind::Page, &["about", "index"]),
            (Kind::Config, &["ci", "app.config", "nuxt.config", "tsconfig"]),
        ],
    );
}

#[test]
fn astro() {
    let tree = [
        "astro.config.mjs",
        "public/manifest.json",
        "src/content.config.ts",
        "src/content/config.ts",
        "src/content/blog/deep/config.ts",
        "src/content/blog/a.md",
        "content/b.html",
        "src/pages/about.md",
        "src/pages/blog/c.md",
        "src/pages/components/d.md",
        "src/drafts/e.md",
        "drafts/f.md",
    ];
    check(
        &layout("Astro"),
        &tree,
        [
            // Of the directories that hold a file the first names it: once, and not again below `blog`.
            (Kind::Post, &["b", "blog/a", "about", "blog/c", "components/d"]),
            (Kind::Draft, &["f", "e"]),
            (Kind::Page, &["about", "blog/c"]),
            (Kind::Config, &["astro.config", "manifest", "content.config", "content/config"]),
        ],
    );
}

#[test]
fn new_documents_have_a_place() {
    let place = |name: &str, kind, document: &str| {
        layout(name).place(kind, document).map(|path| path.map(|path| path.to_string()))
    };
    let at = |path: &str| Some(Ok(path.to_owned()));
    assert_eq!(place("Hexo", Kind::Post, "a/b"), at("source/_posts/a/b.md"));
    assert_eq!(place("Hugo", Kind::Page, "about"), at("content/about/index.md"));
    assert_eq!(place("Valaxy", Kind::Page, "about/index.md"), at("pages/about/index.md"));
    assert_eq!(place("Vitepress", Kind::Post, "posts/a"), at("posts/a.md"));
    assert_eq!(place("Vitepress", Kind::Draft, "a"), None);
    assert_eq!(place("Hexo", Kind::Config, "a"), None);
    for bad in ["", "/", "../../x", "a/../b", "a\\b", "a\0"] {
        assert!(place("Hexo", Kind::Post, bad).unwrap().is_err(), "{bad:?}");
    }
}

#[test]
fn a_document_keeps_its_name_and_extension_when_it_moves() {
    let moved = |name: &str, path: &str| {
        let path = ContentPath::parse(path).unwrap();
        layout(name).moved(Kind::Draft, Kind::Post, &path).map(|path| path.to_string())
    };
    assert_eq!(moved("Hexo", "source/_drafts/a/b.md").as_deref(), Some("source/_posts/a/b.md"));
    assert_eq!(moved("Astro", "drafts/a.html").as_deref(), Some("src/content/a.html"));
    assert_eq!(moved("Hexo", "source/_posts/a.md"), None);
    assert_eq!(moved("Vuepress", "posts/a.md"), None);
}

#[test]
fn a_layout_of_ones_own_is_checked() {
    let parse = |text: &str| toml::from_str::<Layout>(text);
    let own = parse(
        "name = 'Mine'\n[posts]\ndirectories = [{ path = 'notes', depth = 2 }]\nextensions = ['.txt']\n\
         save_path = 'notes/${filename}.txt'",
    )
    .unwrap();
    assert_eq!(own.check(), Ok(()));
    assert_eq!(
        names(&own, Kind::Post, &["notes/a.txt", "notes/b/c.txt", "notes/b/c/d.txt"]),
        ["a", "b/c"]
    );
    for bad in [
        "name = ''\n[posts]\ndirectories = []\nextensions = []",
        "name = 'x'\n[posts]\ndirectories = [{ path = '../x' }]\nextensions = []",
        "name = 'x'\n[posts]\ndirectories = []\nextensions = ['']",
        "name = 'x'\n[posts]\ndirectories = []\nextensions = []\nsave_path = 'fixed.md'",
        "name = 'x'\n[posts]\ndirectories = []\nextensions = []\nsave_path = '../${filename}'",
        "name = 'x'\n[posts]\ndirectories = []\nextensions = []\nscaffold = '/etc/passwd'",
    ] {
        assert!(parse(bad).unwrap().check().is_err(), "{bad}");
    }
    assert!(parse("name = 'x'\n[posts]\ndirectories = []\nextensions = []\nwrong = 1").is_err());
}
