// Contract cwd, section 16, item 3: the owner's address in the widget.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { startInkstone } from "./support/inkstone.js";
import { article, startBlog, startProxy } from "./support/web.js";
import { Widget } from "./support/widget.js";

const PATH = "/posts/hello/";
const KEY = "open sesame";
const ANN = { name: "Ann", email: "ann@example.org" };
const BOSS = { name: "Boss", email: "boss@blog.example" };
const SETTINGS = { adminEmail: BOSS.email, adminEnabled: true, adminBadge: "博主", adminKey: KEY };
const WRONG = [401, "密钥错误"];
const LOCKED = [403, "验证失败次数过多,请 30 分钟后再试"];
const AT_ONCE = { INKSTONE__LIMITS__COMMENT_INTERVAL_MS: "0" };

let browser;
before(async (t) => (browser = await launch(t)));

/** A server with an owner's address, and a function that opens the article from a client address. */
async function blogWith(t, settings) {
  const inkstone = await startInkstone(t, AT_ONCE);
  await inkstone.configure(settings);
  const openFrom = async (client) => {
    const apiBaseUrl = await startProxy(t, inkstone.url, { client });
    const blog = await startBlog(t);
    blog.write(PATH, article({ apiBaseUrl }));
    const context = await browser.newContext();
    t.after(() => context.close());
    return Widget.open(await context.newPage(), blog.url + PATH);
  };
  return { inkstone, openFrom };
}

test("a wrong key is refused, the third locks this client address and no other", async (t) => {
  const { openFrom } = await blogWith(t, SETTINGS);
  const widget = await openFrom("198.51.100.7");
  await widget.typeAddress(BOSS.email);
  await widget.showsKeyDialog(true);
  assert.deepEqual(await widget.enterKey("wrong"), WRONG);
  assert.deepEqual(await widget.enterKey("wrong again"), WRONG);
  assert.deepEqual(await widget.enterKey("and again"), LOCKED);
  assert.deepEqual(await widget.enterKey(KEY), LOCKED, "the right key does not open a lock");
  await widget.showsKeyDialog(true);

  const elsewhere = await openFrom("198.51.100.8");
  await elsewhere.typeAddress(BOSS.email);
  assert.deepEqual(await elsewhere.enterKey(KEY), [200, "验证通过"]);
});

test("a locked client address still comments under other addresses", async (t) => {
  const { openFrom } = await blogWith(t, SETTINGS);
  const widget = await openFrom("198.51.100.7");
  await widget.typeAddress(BOSS.email);
  await widget.showsKeyDialog(true);
  for (const expected of [WRONG, WRONG, LOCKED]) {
    assert.deepEqual(await widget.enterKey("wrong"), expected);
  }
  await widget.closeKeyDialog();
  await widget.showsKeyDialog(false);
  assert.equal(await widget.post({ ...ANN, content: "only a visitor" }), 200);
  await widget.showsThreads("only a visitor");
});

test("the right key passes review and shows the badge, a visitor waits", async (t) => {
  const { openFrom } = await blogWith(t, { ...SETTINGS, requireReview: true });
  const visitor = await openFrom("198.51.100.7");
  await visitor.post({ ...ANN, content: "please review" });
  await visitor.showsSuccess("已提交评论,待管理员审核后显示");
  await visitor.showsThreads();

  const owner = await openFrom("198.51.100.8");
  await owner.fill({ ...BOSS, content: "from the owner" });
  await owner.showsKeyDialog(true);
  assert.deepEqual(await owner.enterKey(KEY), [200, "验证通过"]);
  await owner.showsKeyDialog(false);
  assert.equal(await owner.submit(), 200);
  await owner.showsSuccess("评论已提交");
  await owner.showsThreads("from the owner");
  await owner.showsBadges("from the owner", "博主");

  await visitor.reload();
  await visitor.showsThreads("from the owner");
  await visitor.showsBadges("from the owner", "博主");
});

test("the badge is gone when it is switched off", async (t) => {
  const { inkstone, openFrom } = await blogWith(t, SETTINGS);
  const widget = await openFrom("198.51.100.7");
  await widget.fill({ ...BOSS, content: "from the owner" });
  await widget.showsKeyDialog(true);
  await widget.enterKey(KEY);
  await widget.showsKeyDialog(false);
  await widget.submit();
  await widget.showsBadges("from the owner", "博主");
  await inkstone.configure({ adminEnabled: false });
  await widget.reload();
  await widget.showsThreads("from the owner");
  await widget.showsBadges("from the owner");
});

test("without a configured key the dialog accepts anything", async (t) => {
  const { openFrom } = await blogWith(t, { adminEmail: BOSS.email, adminEnabled: true });
  const widget = await openFrom("198.51.100.7");
  await widget.fill({ ...BOSS, content: "no key needed" });
  await widget.showsKeyDialog(true);
  assert.deepEqual(await widget.enterKey("anything"), [200, "未设置管理员密钥"]);
  await widget.showsKeyDialog(false);
  assert.equal(await widget.submit(), 200);
  await widget.showsThreads("no key needed");
});
