// Contract readmore, 13.1: the gate of an article as its readers meet it, across origins. Every
// request passes a recorder in front of the server, which also sees the preflights.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { launch } from "./support/browser.js";
import { eventually } from "./support/eventually.js";
import { startInkstone } from "./support/inkstone.js";
import { Reader, WeChat, gatedArticle, md5, snippet } from "./support/readmore.js";
import { startBlog, startProxy } from "./support/web.js";

const BLOG = "18762-1609305354821-257";
const TOKEN_COOKIE = `readmore_token_${BLOG}`;
const PATH = "/posts/hello/";
const WECHAT_TOKEN = "wxtoken123";
/** The names that the original server gives its settings. */
const SETTINGS = {
  BLOG_ID: BLOG,
  CAPTCHA_API_ADDRESS: "https://blog.example/api/readmore/captcha/generate",
  WECHAT_APP_TOKEN: WECHAT_TOKEN,
};
const [FOLLOWER, ACCOUNT] = ["oFROM_1234567890abcdefghijkl", "gh_0123456789ab"];

const LOCKED = ["/api/readmore/token/validate", "/api/readmore/captcha/validate"];

let browser;
before(async (t) => (browser = await launch(t)));

/** A server with a blog, its article, and what readers do with them. */
async function gate(t, { options = {}, settings = SETTINGS, file, slash = "" } = {}) {
  const inkstone = await startInkstone(t, settings, file);
  const requests = [];
  const outages = [];
  const record = (request) => requests.push(request);
  const isDown = (path) => outages.some((name) => path.endsWith(name));
  const baseUrl = (await startProxy(t, inkstone.url, { record, isDown })) + slash;
  const blog = await startBlog(t);
  const write = (rest) => blog.write(PATH, gatedArticle({ baseUrl, blogId: BLOG, interval: "15", ...options }, rest));
  write("");
  const address = blog.url + PATH;
  const browseCookie = `readmore_browse_${md5(address)}`;
  return { inkstone, baseUrl, write, outages, requests, address, browseCookie };
}

async function arrive(t, address, options) {
  const reader = await Reader.arrive(t, browser, options);
  await reader.open(address);
  return reader;
}

/** A code as an integration fetches it. */
async function captcha(inkstone, openIds = {}) {
  const answer = await inkstone.send("POST", "/api/readmore/captcha/generate", { blogId: BLOG, ...openIds });
  assert.equal(answer.code, 0, answer.msg);
  return answer.data.code;
}

/** Another code of as many digits. */
function wrong(code, step = 1) {
  const digits = String((Number(code) + step) % 10 ** code.length);
  return digits.padStart(code.length, "0");
}

const names = (requests) => requests.map(({ method, path }) => `${method} ${path.split("/api/readmore/")[1]}`);
const bodies = (requests, name) => {
  const posts = requests.filter(({ method, path }) => method === "POST" && path.endsWith(name));
  return posts.map(({ body }) => JSON.parse(body));
};

test("A1: without a token the article is cut, and nobody is asked", async (t) => {
  const { requests, address } = await gate(t);
  const reader = await arrive(t, address);
  await reader.seesTheGate();
  await reader.wait(60);
  assert.deepEqual(requests, []);
});

test("A2: a valid code opens the article, and is reported", async (t) => {
  const { inkstone, requests, address, browseCookie } = await gate(t);
  const reader = await arrive(t, address);
  const code = await captcha(inkstone);
  await reader.enter(code);
  await reader.seesTheArticle();
  await eventually("the visit is remembered", () => reader.cookie(browseCookie), "3");
  const expected = ["OPTIONS captcha/validate", "POST captcha/validate", "OPTIONS browse/add", "POST browse/add"];
  assert.deepEqual(names(requests), expected);
  assert.deepEqual(bodies(requests, "captcha/validate"), [{ code, blogId: BLOG }]);
  const visit = { probability: 1, blogId: BLOG, url: address, title: "An article ", tag: 3 };
  assert.deepEqual(bodies(requests, "browse/add"), [visit]);
  assert.match(await reader.cookie(TOKEN_COOKIE), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await reader.seesAlerts();
});

test("A3: a code opens one browser", async (t) => {
  const { inkstone, address } = await gate(t);
  const code = await captcha(inkstone);
  const [first, second] = [await arrive(t, address), await arrive(t, address)];
  await first.enter(code);
  await first.seesTheArticle();
  await second.enter(code);
  await second.seesAlerts("验证码无效");
  await second.seesTheGate();
  assert.equal(await second.cookie(TOKEN_COOKIE), undefined);
});

test("A4: whoever comes back is let in, and reported once an hour", async (t) => {
  const { inkstone, requests, address, browseCookie } = await gate(t);
  const reader = await arrive(t, address);
  await reader.enter(await captcha(inkstone));
  await eventually("the visit is remembered", () => reader.cookie(browseCookie), "3");
  requests.length = 0;
  await reader.reload();
  await reader.seesTheArticle();
  assert.deepEqual(bodies(requests, "browse/add"), []);
  assert.equal(bodies(requests, "token/validate").length, 1);
  await reader.forgetCookie(browseCookie);
  await reader.reload();
  await eventually("the visit is remembered", () => reader.cookie(browseCookie), "1");
  assert.deepEqual(bodies(requests, "browse/add").map(({ tag }) => tag), [1]);
});

test("A5: a token that was tampered with is taken away", async (t) => {
  const { inkstone, address } = await gate(t);
  const reader = await arrive(t, address);
  await reader.enter(await captcha(inkstone));
  await reader.seesTheArticle();
  const token = await reader.cookie(TOKEN_COOKIE);
  const [head, claims, signature] = token.split(".");
  const subject = JSON.parse(Buffer.from(claims, "base64url"));
  const forged = Buffer.from(JSON.stringify({ ...subject, exp: subject.exp + 1 })).toString("base64url");
  await reader.setCookie(TOKEN_COOKIE, [head, forged, signature].join("."));
  await reader.reload();
  await reader.seesTheGate();
  assert.equal(await reader.cookie(TOKEN_COOKIE), undefined);
});

test("A6: whoever leaves the account finds the article locked within 15 seconds", async (t) => {
  const { inkstone, address } = await gate(t);
  const wechat = new WeChat(inkstone, WECHAT_TOKEN);
  await wechat.event(FOLLOWER, ACCOUNT, "subscribe");
  const reader = await arrive(t, address);
  await reader.enter(await captcha(inkstone, { fromOpenId: FOLLOWER, toOpenId: ACCOUNT }));
  await reader.seesTheArticle();
  await reader.wait(15);
  await reader.seesTheArticle();
  await wechat.event(FOLLOWER, ACCOUNT, "unsubscribe");
  await reader.wait(15);
  await reader.seesTheGate();
  assert.equal(await reader.cookie(TOKEN_COOKIE), undefined);
});

test("A7: the eleventh wrong code is too many, and the reader is told", async (t) => {
  const { inkstone, address } = await gate(t);
  const code = await captcha(inkstone);
  const reader = await arrive(t, address);
  const alerts = [];
  for (let step = 1; step <= 10; step += 1) {
    await reader.enter(wrong(code, step));
    await reader.seesAlerts(...alerts, "验证码无效");
    alerts.push("验证码无效");
  }
  await reader.enter(wrong(code, 11));
  await reader.seesAlerts(...alerts, "操作过于频繁, 请稍后再试");
  await reader.seesTheGate();
});

test("A8: from a blog that is not on the list nothing opens, and the reader is told", async (t) => {
  const file = `[readmore]\nblogs = [{ id = "${BLOG}", allowed_origins = ["https://blog.example"] }]\n`;
  const { inkstone, requests, address } = await gate(t, { settings: {}, file });
  const reader = await arrive(t, address);
  await reader.enter(await captcha(inkstone));
  await reader.seesAlerts("非法请求来源");
  await reader.seesTheGate();
  const statuses = requests.map(({ method, status }) => `${method} ${Math.floor(status / 100)}xx`);
  assert.deepEqual(statuses, ["OPTIONS 2xx", "POST 4xx"]);
});

test("A9: a base address with a slash behind it works", async (t) => {
  const { inkstone, requests, address, browseCookie } = await gate(t, { slash: "/" });
  const reader = await arrive(t, address);
  await reader.enter(await captcha(inkstone));
  await reader.seesTheArticle();
  await eventually("the visit is remembered", () => reader.cookie(browseCookie), "3");
  assert.ok(requests.every(({ path }) => path.startsWith("//api/readmore/")));
});

test("A10: with a probability most visitors meet no gate", async (t) => {
  const { requests, address, browseCookie } = await gate(t, { options: { random: "0.1" } });
  const lucky = await arrive(t, address, { draw: 0.5 });
  await eventually("the visit is remembered", () => lucky.cookie(browseCookie), "2");
  const visit = { probability: 0.1, blogId: BLOG, url: address, title: "An article ", tag: 2 };
  assert.deepEqual(bodies(requests, "browse/add"), [visit]);
  assert.ok(!requests.some(({ path }) => LOCKED.includes(path)));
  const unlucky = await arrive(t, address, { draw: 0.05 });
  await unlucky.seesTheGate();
});

test("A11: when the server is gone, the article opens after two failed checks", async (t) => {
  const { inkstone, outages, requests, address, browseCookie } = await gate(t);
  const reader = await arrive(t, address);
  await reader.enter(await captcha(inkstone));
  await eventually("the visit is remembered", () => reader.cookie(browseCookie), "3");
  await reader.forgetCookie(browseCookie);
  requests.length = 0;
  outages.push("token/validate");
  await reader.reload();
  await reader.missedChecks(1);
  await reader.seesAlerts();
  await reader.wait(15);
  await reader.missedChecks(2);
  await reader.wait(15);
  await reader.seesTheArticle();
  await eventually("the visit is remembered", () => reader.cookie(browseCookie), "4");
  assert.deepEqual(bodies(requests, "browse/add").map(({ tag }) => tag), [4]);
});

for (const [what, typed] of [
  ["blanks around it", (code) => `  ${code} `],
  ["an ideographic space", (code) => `\u3000${code}`],
  ["full-width digits", (code) => code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))],
]) {
  test(`A12: a code with ${what} is accepted`, async (t) => {
    const { inkstone, address } = await gate(t);
    const reader = await arrive(t, address);
    await reader.enter(typed(await captcha(inkstone)));
    await reader.seesTheArticle();
    await reader.seesAlerts();
  });
}

test("in server mode the keyword leads to a code, and the code into the article", async (t) => {
  const { inkstone, address } = await gate(t);
  const wechat = new WeChat(inkstone, WECHAT_TOKEN);
  const reader = await arrive(t, address);
  const ask = async () => {
    const reply = await wechat.text(FOLLOWER, ACCOUNT, " 验证码\u3000");
    return /href="https:\/\/blog.example([^"]+)"/.exec(reply)?.[1] ?? reply;
  };
  await wechat.event(FOLLOWER, ACCOUNT, "subscribe");
  const link = inkstone.url + (await ask());
  const page = await reader.follow(link);
  assert.match(page, /5 分钟后失效, 请尽快使用!/);
  await reader.enter(/\d{4,10}/.exec(page)[0]);
  await reader.seesTheArticle();

  await wechat.event(FOLLOWER, ACCOUNT, "unsubscribe");
  assert.match(await reader.follow(link), /您曾取消过关注，暂时无法获取验证码/);
  await wechat.event(FOLLOWER, ACCOUNT, "subscribe");
  assert.match(await ask(), /您曾取消过关注，暂时无法获取验证码/);
});

test("the page of a code tells a stranger what to do", async (t) => {
  const { inkstone, address } = await gate(t);
  const reader = await arrive(t, address);
  const link = (query) => `${inkstone.url}/api/readmore/captcha/generate?${query}`;
  const stranger = `blogId=${BLOG}&fromOpenId=oStranger&toOpenId=${ACCOUNT}`;
  assert.match(await reader.follow(link(stranger)), /请确认是否已关注微信公众号/);
  assert.match(await reader.follow(link("blogId=unknown")), /博客ID无效/);
  assert.match(await reader.follow(link(`${stranger}%3Cb%3E`)), /非法参数传递/);
  await reader.enter(/\d{4,10}/.exec(await reader.follow(link(`blogId=${BLOG}`)))[0]);
  await reader.seesTheArticle();
});

test("with the manual's lines in the theme the rest of an article comes for a token alone", async (t) => {
  const settings = { ...SETTINGS, INKSTONE__READMORE__GATE: "true" };
  const { inkstone, baseUrl, write, address } = await gate(t, { settings });
  write(await snippet(baseUrl, BLOG));
  const article = { blogId: BLOG, url: address, content: "<p>The <b>rest</b> of it</p>" };
  await inkstone.sendAsOwner("POST", "/api/readmore/article/save", article);

  const reader = await arrive(t, address);
  await reader.seesTheGate();
  await reader.sees("#rest", "");
  await reader.enter(await captcha(inkstone));
  await reader.wait(1);
  await reader.sees("#rest", "The rest of it");

  const token = `${await reader.cookie(TOKEN_COOKIE)}x`;
  const forged = { blogId: BLOG, url: address, token };
  assert.deepEqual(await inkstone.send("POST", "/api/readmore/article/read", forged), {
    code: 408,
    msg: "Invalid token",
  });
  const forger = await arrive(t, address);
  await forger.setCookie(TOKEN_COOKIE, token);
  await forger.reload();
  await forger.seesTheGate();
  await forger.wait(1);
  await forger.sees("#rest", "");
});
