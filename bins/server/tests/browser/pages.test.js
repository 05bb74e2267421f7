// Contract cwd, section 16, items 2 and 9: sites, names of pages, and addresses with a prefix.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { startInkstone } from "./support/inkstone.js";
import { article, startBlog, startProxy } from "./support/web.js";
import { Widget } from "./support/widget.js";

const PATH = "/posts/hello/";
const ANN = { name: "Ann", email: "ann@example.org" };
const AT_ONCE = { INKSTONE__LIMITS__COMMENT_INTERVAL_MS: "0" };

let browser;
before(async (t) => (browser = await launch(t)));

/** Opens an article of its own blog whose widget has these options. */
async function open(t, path, options) {
  const blog = await startBlog(t);
  blog.write(path, article(options));
  const context = await browser.newContext();
  t.after(() => context.close());
  return Widget.open(await context.newPage(), blog.url + path);
}

test("sites do not see each other's comments and views", async (t) => {
  const { url: apiBaseUrl } = await startInkstone(t, AT_ONCE);
  const one = await open(t, PATH, { apiBaseUrl, siteId: "one" });
  const two = await open(t, PATH, { apiBaseUrl, siteId: "two" });
  await one.post({ ...ANN, content: "on site one" });
  await two.post({ ...ANN, content: "on site two" });
  await one.reload();
  await one.showsThreads("on site one");
  await two.reload();
  await two.showsThreads("on site two");
});

for (const postSlug of ["post:123", "C#-tips", "你好/世界", "100%"]) {
  test(`a configured slug like ${postSlug} is found again`, async (t) => {
    const { url: apiBaseUrl } = await startInkstone(t, AT_ONCE);
    const widget = await open(t, PATH, { apiBaseUrl, postSlug });
    assert.equal(await widget.post({ ...ANN, content: "named page" }), 200);
    await widget.showsThreads("named page");
    await widget.likePage();
    await widget.reload();
    await widget.showsThreads("named page");
    await widget.showsPageLikes(true, 1);
    const elsewhere = await open(t, PATH, { apiBaseUrl, postSlug: "post:124" });
    await elsewhere.showsThreads();
  });
}

test("a path with an encoded name is one page", async (t) => {
  const { url: apiBaseUrl } = await startInkstone(t, AT_ONCE);
  const widget = await open(t, encodeURI("/文章/你好/"), { apiBaseUrl });
  await widget.post({ ...ANN, content: "encoded page" });
  await widget.likePage();
  await widget.reload();
  await widget.showsThreads("encoded page");
  await widget.showsPageLikes(true, 1);
});

for (const slash of ["", "/"]) {
  test(`a base address with a prefix${slash && " and a slash"} works`, async (t) => {
    const inkstone = await startInkstone(t, AT_ONCE);
    const base = await startProxy(t, inkstone.url, { prefix: "/cwd" });
    const version = await fetch(base, { redirect: "error" });
    assert.equal((await version.json()).version, "0.1.11");
    const widget = await open(t, PATH, { apiBaseUrl: base + slash });
    await widget.post({ ...ANN, content: "behind a prefix" });
    await widget.reply("behind a prefix", "so is this");
    await widget.likePage();
    await widget.reload();
    await widget.showsThreads("behind a prefix");
    await widget.showsReplies("so is this");
    await widget.showsPageLikes(true, 1);
  });
}
