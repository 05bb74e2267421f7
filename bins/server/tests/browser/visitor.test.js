// Contract cwd, section 16, item 1: a visitor and the widget on an ordinary page.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { eventually } from "./support/eventually.js";
import { startInkstone } from "./support/inkstone.js";
import { article, startBlog } from "./support/web.js";
import { Widget } from "./support/widget.js";

const PATH = "/posts/hello/";
const ANN = { name: "Ann", email: "ann@example.org" };
const INTERVAL = "INKSTONE__LIMITS__COMMENT_INTERVAL_MS";

let browser;
before(async (t) => (browser = await launch(t)));

/** A server, an article that uses it, and a visitor who has just opened it. */
async function visit(t, settings) {
  const inkstone = await startInkstone(t, settings);
  const blog = await startBlog(t);
  blog.write(PATH, article({ apiBaseUrl: inkstone.url }));
  const context = await browser.newContext();
  t.after(() => context.close());
  const widget = await Widget.open(await context.newPage(), blog.url + PATH);
  return { inkstone, widget };
}

test("a comment is posted, shown, and there after a reload", async (t) => {
  const { widget } = await visit(t);
  await widget.showsThreads();
  assert.equal(await widget.post({ ...ANN, content: "first words" }), 200);
  await widget.showsSuccess("评论已提交");
  await widget.showsThreads("first words");
  await widget.reload();
  await widget.showsThreads("first words");
});

test("a reply within the interval shows why it is refused", async (t) => {
  const { widget } = await visit(t);
  await widget.post({ ...ANN, content: "first words" });
  await widget.showsThreads("first words");
  assert.equal(await widget.reply("first words", "too soon"), 429);
  await widget.showsError("评论频繁,等 10s 后再试");
  await widget.showsReplies();
});

test("a reply after the interval appears below its comment", async (t) => {
  const interval = 1_000;
  const { inkstone, widget } = await visit(t, { [INTERVAL]: String(interval) });
  await widget.post({ ...ANN, content: "first words" });
  await widget.showsThreads("first words");
  const [{ created }] = await inkstone.comments(PATH);
  await eventually("the interval is over", () => Date.now() > created + interval, true);
  assert.equal(await widget.reply("first words", "in good time"), 200);
  await widget.showsReplies("in good time");
  await widget.showsThreads("first words");
});

test("a comment is liked and unliked, and a reload agrees", async (t) => {
  const { widget } = await visit(t);
  await widget.post({ ...ANN, content: "first words" });
  await widget.showsCommentLikes("first words", false);
  assert.equal(await widget.toggleCommentLike("first words", "POST"), 200);
  await widget.showsCommentLikes("first words", true, "1");
  await widget.reload();
  await widget.showsCommentLikes("first words", true, "1");
  assert.equal(await widget.toggleCommentLike("first words", "DELETE"), 200);
  await widget.showsCommentLikes("first words", false);
  await widget.reload();
  await widget.showsCommentLikes("first words", false);
});

test("the heart of a liked page stays filled after a reload, and so does its count", async (t) => {
  const { widget } = await visit(t);
  await widget.showsPageLikes(false, 0);
  assert.equal(await widget.likePage(), 200);
  await widget.showsPageLikes(true, 1);
  await widget.reload();
  await widget.showsPageLikes(true, 1);
});

test("page views appear in the article and grow", async (t) => {
  const { widget } = await visit(t);
  // The widget asks while it reports, so that a load may or may not see itself.
  assert.ok([0, 1].includes(await widget.views()));
  await widget.reload();
  await widget.reload();
  assert.ok([2, 3].includes(await widget.views()));
});
