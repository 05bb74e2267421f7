// Contract qexo, section 12 and checklist 17: what widgets of talks, friends and counters do in a browser,
// on a page of another origin.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { startInkstone } from "./support/inkstone.js";
import { qexoPage } from "./support/qexo.js";
import { trappedPage } from "./support/trap.js";
import { startBlog } from "./support/web.js";

const CORPUS = new URL("../../../../crates/comments/tests/attacks.json", import.meta.url);
const PATH = "/friends/";
const UNLIMITED = {
  INKSTONE__QEXO__ASK_FRIEND_PER_HOUR: "100000",
  INKSTONE__QEXO__TALK_LIKES_PER_MINUTE: "1000",
};
const LONGEST = { name: 100, description: 500 };
/** How many strangers the owner links to in the test of attacks; a corpus has about as many inputs. */
const MOST_PENDING = 1000;

let browser;
before(async (t) => (browser = await launch(t)));

/** A server, and a blog with one page on another origin; `open` shows it to a visitor. */
async function world(t) {
  const inkstone = await startInkstone(t, UNLIMITED);
  const blog = await startBlog(t);
  await inkstone.manage("/api/set_statistic", { allow_statistic: "是", statistic_domains: "127.0.0.1" });
  await inkstone.manage("/api/set_api", { allow_friend: "是" });
  const open = async (options = {}, base = inkstone.url) => {
    blog.write(PATH, qexoPage(base, options));
    const visitor = await trappedPage(t, browser, [blog.url, inkstone.url]);
    await visitor.page.goto(blog.url + PATH);
    await settle(visitor.page);
    return visitor;
  };
  return { inkstone, blog, open };
}

/** Waits for everything that the page has begun; fails when something of it failed. */
const settle = (page) => page.evaluate(() => window.settled().then(() => true));

const texts = (page, selector) => page.locator(selector).allInnerTexts();

async function uneventful({ page, incidents }) {
  assert.deepEqual(await page.evaluate(() => window.incidents), []);
  assert.deepEqual(incidents, []);
}

test("counters fill, and say that they cannot where the domain is not allowed", async (t) => {
  const { inkstone, blog, open } = await world(t);
  const counters = (page) => texts(page, "#counters b");
  const visitor = await open();
  assert.deepEqual(await counters(visitor.page), ["1", "1", "1"]);
  await visitor.page.reload();
  await settle(visitor.page);
  assert.deepEqual(await counters(visitor.page), ["1", "2", "2"]);
  // Another page of the site, and a base address with a slash too many.
  blog.write("/other/", qexoPage(`${inkstone.url}/`));
  await visitor.page.goto(`${blog.url}/other/`);
  await settle(visitor.page);
  assert.deepEqual(await counters(visitor.page), ["1", "3", "1"]);
  await uneventful(visitor);

  await inkstone.manage("/api/set_statistic", { statistic_domains: "blog.example" });
  const refused = await open();
  assert.deepEqual(await texts(refused.page, "#counters"), ["请求失败"]);
});

test("talks are listed page by page, and their likes toggle and stay", async (t) => {
  const { inkstone, open } = await world(t);
  for (const content of ["<p>one</p>", "two", "<b>three</b>"]) {
    await inkstone.manage("/pub/save_talk/", { content, tags: '["a","b"]' });
  }
  const today = new Date().getUTCFullYear();
  for (const like of ["plain", "encoded"]) {
    const visitor = await open({ like });
    const { page } = visitor;
    assert.deepEqual(await texts(page, "article div"), ["three", "two"]);
    await page.locator("#more").click();
    await settle(page);
    assert.deepEqual(await texts(page, "article div"), ["three", "two", "one"]);
    assert.equal(await page.locator("#more").isHidden(), true);
    assert.equal(await page.locator("article div b").innerText(), "three", "the owner may write HTML");
    assert.deepEqual(await texts(page, "article em"), ["a,b", "a,b", "a,b"]);
    for (const date of await texts(page, "article time")) assert.ok(date.startsWith(`${today}-`), date);

    const likes = () => texts(page, "article button");
    const liked = () => texts(page, "article button.liked");
    const click = async () => {
      await page.locator("article button").nth(1).click();
      await settle(page);
    };
    await click();
    assert.deepEqual([await likes(), await liked()], [["0", "1", "0"], ["1"]]);
    await page.reload();
    await settle(page);
    assert.deepEqual([await likes(), await liked()], [["0", "1"], ["1"]]);
    await click();
    assert.deepEqual([await likes(), await liked()], [["0", "0"], []]);
    await page.reload();
    await settle(page);
    assert.deepEqual([await likes(), await liked()], [["0", "0"], []]);
    await uneventful(visitor);
  }
});

test("an application is sent from a form, waits for the owner, and is shown when they agree", async (t) => {
  const { inkstone, open } = await world(t);
  for (const apply of ["urlencoded", "multipart"]) {
    const visitor = await open({ apply });
    const { page } = visitor;
    const shown = await page.locator("#friends a").count();
    const friend = {
      name: `Ada & ${apply}`,
      url: `https://${apply}.example/?a=1&b=2`,
      image: "data:,",
      description: 'Notes on "engines" <x>',
    };
    const submit = async () => {
      for (const [name, text] of Object.entries(friend)) await page.locator(`#apply [name=${name}]`).fill(text);
      await page.locator("#apply button").click();
      await settle(page);
      return page.locator("#said").innerText();
    };
    assert.equal(await submit(), "参数错误: image");
    friend.image = "https://127.0.0.1:9/a.png";
    assert.equal(await submit(), "申请成功!");
    await uneventful(visitor);

    // Browsers keep the list for a minute, so others look.
    const before = await open();
    assert.equal(await before.page.locator("#friends a").count(), shown, "a stranger shows nobody");
    const waiting = (await inkstone.friends()).find(({ url }) => url === friend.url);
    await inkstone.manage("/pub/edit_friend/", { time: waiting.time, status: "显示" });
    const after = await open();
    const last = after.page.locator("#friends a").last();
    assert.equal(await last.locator("b").innerText(), friend.name);
    assert.equal(await last.locator("i").innerText(), friend.description);
    assert.equal(await last.getAttribute("title"), friend.description);
    assert.equal(await last.getAttribute("href"), friend.url);
    assert.equal((await texts(after.page, "#sidebar i")).at(-1), `${apply}.example`);
    await uneventful(after);
  }
  await inkstone.manage("/api/set_api", { allow_friend: "否" });
  const visitor = await open();
  await visitor.page.locator("#apply button").click();
  await settle(visitor.page);
  assert.equal(await visitor.page.locator("#said").innerText(), "网络异常！");
});

test("what hostile strangers and friends say comes out as text", async (t) => {
  const { inkstone, blog, open } = await world(t);
  const attacks = JSON.parse(await readFile(CORPUS, "utf8")).map(({ input }) => input);
  assert.ok(attacks.length > 50 && attacks.length < MOST_PENDING, `${attacks.length} attacks`);
  for (const [index, input] of attacks.entries()) {
    const cut = (name) => [...input].slice(0, LONGEST[name]).join("");
    const address = (kind) => `https://127.0.0.1:9/${kind}/${index}/${[...input].slice(0, 100).join("")}`;
    const fields = { url: address("site"), image: address("image"), description: cut("description") };
    const body = new URLSearchParams({ name: `${index} ${cut("name")}`.slice(0, 90), ...fields });
    const answer = await (await fetch(`${inkstone.url}/pub/ask_friend/`, { method: "POST", body })).json();
    assert.ok(answer.status || /^参数错误: (url|image)$/.test(answer.msg), `${input}: ${answer.msg}`);
  }
  for (const { time } of await inkstone.friends()) {
    await inkstone.manage("/pub/edit_friend/", { time, status: "显示" });
  }
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
  await inkstone.manage("/pub/add_friend/", { name: hostile, url: hostile, image: hostile, description: hostile });

  const friends = (await inkstone.friends()).length;
  assert.ok(friends > attacks.length / 2, `${friends} friends`);
  const visitor = await open();
  const { page } = visitor;
  const found = await page.evaluate(inspect);
  assert.deepEqual(found.faults, []);
  assert.deepEqual(found.counts, { a: friends, img: friends, b: friends, i: 2 * friends, p: friends, span: friends });
  assert.equal(await page.locator("#friends a").last().locator("b").innerText(), hostile);
  await provoke(page);
  await uneventful(visitor);
  assert.equal(page.url(), blog.url + PATH);
});

/** Runs in the browser: the elements that friends have become, and whatever they should not be. */
function inspect() {
  const counts = {};
  const faults = [];
  const allowed = { a: ["href", "title"], img: ["src", "alt"], b: [], i: [], p: [], span: ["style"] };
  for (const element of document.querySelectorAll("#friends *, #sidebar *, #covers *")) {
    counts[element.localName] = (counts[element.localName] ?? 0) + 1;
    for (const { name, value } of element.attributes) {
      if (!allowed[element.localName]?.includes(name)) faults.push(`${element.localName} ${name}=${value}`);
    }
    if (element.localName === "a" && !["http:", "https:"].includes(element.protocol)) faults.push(element.href);
    // An image that is no address is dropped as a whole; more than an image it never becomes.
    for (const property of element.style) {
      if (property !== "background-image") faults.push(`${property} of ${element.getAttribute("style")}`);
    }
  }
  return { counts, faults };
}

/** Fires the events at every rendered element that attackers like to hang scripts on. */
async function provoke(page) {
  await page.evaluate(() => {
    const names = ["mouseover", "mouseenter", "focus", "pointerdown", "toggle", "error", "load", "animationend"];
    for (const element of document.querySelectorAll("#friends *, #sidebar *, #covers *")) {
      for (const name of names) element.dispatchEvent(new Event(name));
    }
  });
}
