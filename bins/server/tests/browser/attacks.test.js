// Stored attacks: every string of the corpus through the API, shown by the widget and re-parsed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { startInkstone } from "./support/inkstone.js";
import { trappedPage } from "./support/trap.js";
import { article, startBlog } from "./support/web.js";
import { Widget } from "./support/widget.js";

const CORPUS = new URL("../../../../crates/comments/tests/attacks.json", import.meta.url);
const THREADS_PER_PAGE = 50;
const LONGEST_NAME = 50;
const SETTINGS = { INKSTONE__LIMITS__COMMENT_INTERVAL_MS: "0" };

/** Elements and attributes that no comment may contain, whatever they hold. */
const FORBIDDEN =
  "script, style, link, meta, base, iframe, frame, object, embed, form, input:not([type=checkbox])," +
  "button, textarea, select, svg, math, template, noscript, audio, video, dialog, portal, slot," +
  "[style], [srcdoc], [id], [name], [formaction], [background], [contenteditable], [is], [slot]";

let browser;
before(async (t) => (browser = await launch(t)));

test("no attack runs, leaves the allow-list, calls out, or changes when it is parsed again", async (t) => {
  const attacks = JSON.parse(await readFile(CORPUS, "utf8"));
  assert.ok(attacks.length > 0, "the corpus is not empty");
  const inkstone = await startInkstone(t, SETTINGS);
  const blog = await startBlog(t);
  await inkstone.configure({ avatarPrefix: `${blog.url}/avatars` });
  const paths = await plant(inkstone, attacks);

  for (const path of paths) {
    blog.write(path, article({ apiBaseUrl: inkstone.url, pageSize: THREADS_PER_PAGE }));
    await t.test(path, async (t) => {
      const { page, incidents } = await trappedPage(t, browser, [blog.url, inkstone.url]);
      await Widget.open(page, blog.url + path);
      const comments = await inkstone.comments(path);
      assert.equal(await page.locator(".cwd-comment-item").count(), comments.length);
      await provoke(page);
      assert.deepEqual(await strangeLinks(page), []);
      const sources = comments.map((comment) => comment.contentHtml);
      const parsed = await page.evaluate(inspect, { sources, forbidden: FORBIDDEN });
      for (const [index, faults] of parsed.entries()) {
        assert.deepEqual(faults, [], `comment ${comments[index].id}: ${sources[index]}`);
      }
      assert.deepEqual(await page.evaluate(() => window.incidents), []);
      assert.deepEqual(incidents, []);
    });
  }
});

/** Posts every attack wherever it fits, a page for every few; answers the pages that hold comments. */
async function plant(inkstone, attacks) {
  const attempts = attacks.flatMap(({ class: kind, input }) => [
    { kind, content: input },
    ...(input.length <= LONGEST_NAME ? [{ kind, content: "as a name", name: input }] : []),
    { kind, content: "as an address", url: input },
    { kind, content: "as a page address", post_url: input },
  ]);
  const filled = new Set();
  for (const [index, { kind, ...comment }] of attempts.entries()) {
    const path = `/attacks/${Math.floor(index / THREADS_PER_PAGE)}/`;
    const { status, body } = await inkstone.post({ ...comment, post_slug: path });
    assert.ok([200, 400, 413].includes(status), `${kind}: ${status} ${JSON.stringify(comment)}`);
    if (status === 200) {
      filled.add(path);
    } else {
      assert.ok(!body.message.includes("<"), `${kind}: the message repeats the input`);
    }
  }
  return filled;
}

/** Fires the events at every rendered element that attackers like to hang scripts on. */
async function provoke(page) {
  await page.locator("#comments").evaluate((host) => {
    const names = ["mouseover", "mouseenter", "focus", "pointerdown", "toggle", "error", "load", "animationend"];
    for (const element of host.shadowRoot.querySelectorAll(".cwd-comment-item *")) {
      for (const name of names) element.dispatchEvent(new Event(name));
    }
  });
}

/** Addresses in the rendered widget, authors' ones included, that do more than lead somewhere. */
async function strangeLinks(page) {
  return page.locator("#comments").evaluate((host) =>
    [...host.shadowRoot.querySelectorAll(".cwd-comment-item a[href]")]
      .filter((link) => !["http:", "https:", "mailto:", "tel:"].includes(link.protocol))
      .map((link) => link.outerHTML),
  );
}

/**
 * Runs in the browser: for each source, what is wrong with it once it is parsed. A source is stable
 * when the serialised tree is the source, and parsing that again changes nothing.
 */
function inspect({ sources, forbidden }) {
  const schemes = ["http:", "https:", "mailto:", "tel:"];
  return sources.map((source) => {
    const faults = [];
    const element = document.createElement("div");
    document.body.append(element);
    element.innerHTML = source;
    const again = document.createElement("div");
    again.innerHTML = element.innerHTML;
    if (element.innerHTML !== source) faults.push(`parses to ${element.innerHTML}`);
    if (again.innerHTML !== element.innerHTML) faults.push(`then to ${again.innerHTML}`);
    for (const found of element.querySelectorAll(forbidden)) faults.push(found.outerHTML);
    for (const { attributes, localName } of element.querySelectorAll("*")) {
      for (const { name, value } of attributes) {
        if (name.startsWith("on")) faults.push(`${localName} ${name}`);
        if (["href", "src"].includes(name) && !schemes.includes(new URL(value, document.baseURI).protocol)) {
          faults.push(`${localName} ${name}=${value}`);
        }
        if (name === "class" && !(/^language-[A-Za-z0-9_+#.-]{1,40}$/.test(value) && ["code", "pre"].includes(localName))) {
          faults.push(`${localName} class=${value}`);
        }
      }
    }
    element.remove();
    return faults;
  });
}
