// A gated article as its reader meets it, and what WeChat tells the server.

import assert from "node:assert/strict";
import { createHash, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";

import { eventually } from "./eventually.js";

const CLIENT = await readFile(new URL("readmore-client.js", import.meta.url), "utf8");
const LINES = Array.from({ length: 60 }, (_, line) => `<p>Line ${line} of the article</p>`).join("\n");

/** The page of an article behind the gate; `options` are the plugin's own, `rest` is more HTML. */
export function gatedArticle(options, rest = "") {
  return `<!doctype html><html><head><meta charset="utf-8"><title>An article | A blog</title>
<link rel="icon" href="data:,"></head><body><div id="readmore-container">${LINES}</div>${rest}
<script>${CLIENT}</script>
<script>window.readmore = new ReadmorePlugin(); readmore.init(${JSON.stringify(options)})</script>
</body></html>`;
}

/** What the manual tells a theme to put into its articles, for this API and blog. */
export async function snippet(baseUrl, blogId) {
  const manual = await readFile(new URL("../../../../../docs/READMORE.md", import.meta.url), "utf8");
  const [, html] = /```html\n([^`]*article\/read[\s\S]*?)```/.exec(manual);
  return html.replace(/https:[^']*(?=\/api\/readmore)/, baseUrl).replace(/(blogId = ')[^']*/, `$1${blogId}`);
}

/** A reader with a browser profile of their own. */
export class Reader {
  /** What alerts said, in order. */
  alerts = [];
  #context;
  #page;

  /** `draw` is what the browser's dice show; its clock moves on with `wait` alone. */
  static async arrive(t, browser, { draw = 0 } = {}) {
    const reader = new Reader();
    reader.#context = await browser.newContext();
    t.after(() => reader.#context.close());
    await reader.#context.exposeFunction("md5", md5);
    await reader.#context.addInitScript(`Math.random = () => ${draw}`);
    reader.#page = await reader.#context.newPage();
    await reader.#page.clock.install({ time: Date.now() });
    reader.#page.on("dialog", (dialog) => {
      reader.alerts.push(dialog.message());
      return dialog.accept();
    });
    return reader;
  }

  async open(address) {
    await this.#page.goto(address);
  }

  async reload() {
    await this.#page.reload();
  }

  /** Lets the page's clock run. */
  async wait(seconds) {
    await this.#page.clock.runFor(seconds * 1000);
  }

  /** Types a code into the dialog, which a first one opens, and sends it. */
  async enter(code) {
    if ((await this.#page.locator("#readmore-modal-wrapper").count()) === 0) {
      await this.#page.locator("#readmore-btn").click();
    }
    await this.#page.locator("#readmore-modal-captcha-input").fill(code);
    await this.#page.locator("#readmore-modal-submit-btn").click();
  }

  /** Opens the page of a code on a narrow telephone; answers what it says. */
  async follow(link) {
    const page = await this.#context.newPage();
    await page.setViewportSize({ width: 320, height: 640 });
    const foreign = [];
    page.on("request", (request) => request.url() === link || foreign.push(request.url()));
    await page.goto(link);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 320, `the page is ${width} wide`);
    assert.deepEqual(foreign, [], "the page needs nothing else");
    const text = await page.locator("body").innerText();
    await page.close();
    return text;
  }

  /** Waits for the text of an element, empty while it is hidden. */
  async sees(selector, text) {
    await eventually(selector, () => this.#page.locator(selector).innerText(), text);
  }

  async seesTheGate() {
    await eventually("the article is locked", () => this.#state(), { whole: false, button: true });
  }

  async seesTheArticle() {
    await eventually("the article is open", () => this.#state(), { whole: true, button: false });
  }

  async seesAlerts(...texts) {
    await eventually("alerts", () => this.alerts, texts);
  }

  /** Waits until that many checks of the token have gone wrong. */
  async missedChecks(count) {
    await eventually("missed checks", () => this.#page.evaluate("readmore.failures"), count);
  }

  async cookie(name) {
    const cookies = await this.#context.cookies();
    return cookies.find((cookie) => cookie.name === name)?.value;
  }

  async setCookie(name, value) {
    const { origin } = new URL(this.#page.url());
    await this.#context.addCookies([{ name, value, url: origin }]);
  }

  async forgetCookie(name) {
    await this.#context.clearCookies({ name });
  }

  async #state() {
    const whole = await this.#page.locator("#readmore-container").evaluate((container) => {
      return container.scrollHeight <= container.clientHeight;
    });
    return { whole, button: await this.#page.locator("#readmore-btn").isVisible() };
  }
}

/** WeChat's servers, which tell what a follower does; plain messages signed with `token`. */
export class WeChat {
  #receive;
  #token;

  constructor(inkstone, token) {
    this.#receive = `${inkstone.url}/api/readmore/wechat/receive`;
    this.#token = token;
  }

  async event(follower, account, name) {
    await this.#deliver(follower, account, "event", `<Event><![CDATA[${name}]]></Event>`);
  }

  /** Sends a text of a follower; answers the XML of the reply. */
  async text(follower, account, content) {
    const rest = `<Content><![CDATA[${content}]]></Content><MsgId>${randomInt(2 ** 47)}</MsgId>`;
    return this.#deliver(follower, account, "text", rest);
  }

  async #deliver(follower, account, type, rest) {
    const seconds = String(Math.floor(Date.now() / 1000));
    const nonce = String(randomInt(1_000_000_000));
    const signature = createHash("sha1").update([this.#token, seconds, nonce].sort().join("")).digest("hex");
    const query = new URLSearchParams({ signature, timestamp: seconds, nonce, openid: follower });
    const response = await fetch(`${this.#receive}?${query}`, {
      method: "POST",
      headers: { "content-type": "text/xml" },
      body: `<xml><ToUserName><![CDATA[${account}]]></ToUserName>
<FromUserName><![CDATA[${follower}]]></FromUserName><CreateTime>${seconds}</CreateTime>
<MsgType><![CDATA[${type}]]></MsgType>${rest}</xml>`,
    });
    assert.equal(response.status, 200);
    return response.text();
  }
}

export function md5(text) {
  return createHash("md5").update(text).digest("hex");
}
