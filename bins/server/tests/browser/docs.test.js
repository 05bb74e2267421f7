// The description for people: it shows every call, asks nobody else, and works without a mouse.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { eventually } from "./support/eventually.js";
import { startInkstone } from "./support/inkstone.js";

let browser;
before(async (t) => (browser = await launch(t)));

/** The page of a server of its own; `complaints` are errors of the page and requests to others. */
async function open(t, options = {}) {
  const { hash = "", ...contextOptions } = options;
  const { url } = await startInkstone(t);
  const context = await browser.newContext(contextOptions);
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { protocol } = new URL(request.url());
    if (protocol !== "data:" && !request.url().startsWith(`${url}/`)) complaints.push(request.url());
  });
  await page.goto(`${url}/docs${hash}`);
  return { url, page, complaints };
}

async function described(url) {
  const document = await (await fetch(`${url}/openapi.json`)).json();
  return Object.values(document.paths).flatMap((item) => Object.values(item));
}

const shown = (page) => page.locator(".operation:visible").count();

test("every call is shown, and nobody else is asked", async (t) => {
  const { url, page, complaints } = await open(t);
  const operations = await described(url);
  await eventually("all calls", () => shown(page), operations.length);
  for (const { operationId, summary } of operations) {
    const heading = page.locator(`#${operationId} > summary`);
    assert.ok((await heading.textContent()).includes(summary), operationId);
  }
  // All of it, examples and schemas among it.
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  const bodies = () => page.locator(".operation > div").count();
  await eventually("all bodies", bodies, operations.length);
  assert.deepEqual(complaints, []);
});

test("a call is found and opened with the keyboard", async (t) => {
  const { page, complaints } = await open(t);
  await eventually("calls", async () => (await shown(page)) > 100, true);
  await page.keyboard.press("/");
  await page.keyboard.type("post /api/comments like");
  await eventually("one call", () => shown(page), 1);
  assert.match(await page.locator("#count").textContent(), /^1 of \d+ calls$/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const body = page.locator("#postApiCommentsLike > div");
  await body.waitFor();
  const text = await body.innerText();
  for (const part of ["X-CWD-Like-User", "application/json", '"id": 1', "200", "429"]) {
    assert.ok(text.includes(part), part);
  }
  assert.deepEqual(complaints, []);
});

test("an address opens a call, and says who may", async (t) => {
  const { page } = await open(t, { hash: "#putAdminSettingsComments" });
  const body = page.locator("#putAdminSettingsComments > div");
  await body.waitFor();
  assert.ok((await body.innerText()).includes("Authorization: bearer TOKEN"));
});

test("without JavaScript it says where the description is", async (t) => {
  const { page } = await open(t, { javaScriptEnabled: false });
  assert.equal(await page.locator("noscript a").getAttribute("href"), "openapi.json");
});

test("it is dark where the system is", async (t) => {
  for (const [colorScheme, isDark] of [["light", false], ["dark", true]]) {
    const { page } = await open(t, { colorScheme });
    const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red] = back.match(/\d+/g).map(Number);
    assert.equal(red < 128, isDark, back);
  }
});
