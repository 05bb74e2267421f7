// Takes docs/screenshot.png: an article with the widget and a handful of comments.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { launch } from "./support/browser.js";
import { startInkstone } from "./support/inkstone.js";
import { article, startBlog, startProxy } from "./support/web.js";
import { Widget } from "./support/widget.js";

const FILE = fileURLToPath(new URL("../../../../docs/screenshot.png", import.meta.url));
const PATH = "/posts/a-blog-that-answers/";
const KEY = "only for the picture";
const OWNER = { name: "林墨", email: "mo@blog.example", url: "https://blog.example", adminToken: KEY };

const THREADS = [
  {
    name: "Erik Lindqvist",
    email: "erik@example.org",
    content:
      "Moved my blog over last night. The old comments came along, the replies still hang where they belonged, and I did not touch the theme at all.",
    likes: 4,
    answers: [{ ...OWNER, content: "That is the whole idea. **Welcome!**" }],
  },
  {
    name: "周小满",
    email: "xiaoman@example.org",
    url: "https://xiaoman.example",
    content:
      "之前一直担心数据放在别人那里。现在就是自己机器上的一个 `inkstone.db`，备份的时候拷走就行，很安心。",
    likes: 7,
    answers: [
      { ...OWNER, content: "对，换机器也只要带上这一个目录。" },
      { name: "阿树", email: "ashu@example.org", content: "同感，旧主题一行没改，评论就接上了。" },
    ],
  },
  {
    name: "Priya N.",
    email: "priya@example.org",
    content:
      "Do I need anything besides the binary?\n\n```sh\ninkstone serve\n```\n\nworked on the first try, so I almost felt I had missed a step.",
    likes: 2,
    answers: [],
  },
];

const STYLE = `
body { margin: 0; background: #f6f5f1; color: #2b2b2b; font: 17px/1.7 "Noto Sans CJK SC", "Noto Sans", sans-serif; }
main, #comments, p:has(#cwd-page-pv) { max-width: 760px; margin: 0 auto; padding: 0 40px; background: #fff; }
main { padding: 36px 40px 1px; } h1 { font: 600 32px/1.3 "Noto Serif CJK SC", Georgia, serif; margin: 0 0 12px; }
p:has(#cwd-page-pv) { color: #888; font-size: 14px; } #comments { padding-bottom: 24px; }`;
const BODY = `<main><h1>会回应的静态博客 · A static blog that answers</h1>
<p>静态页面快、便宜、不会坏，只是没有人能在上面说话。在旁边放一方砚台，就有了墨。</p></main>`;
const VIEWS = 238;
const LIKES = 16;

const hooks = [];
const run = { after: (hook) => hooks.unshift(hook) };
try {
  await take();
} finally {
  for (const hook of hooks) await hook();
}

async function take() {
  const inkstone = await startInkstone(run, { INKSTONE__LIMITS__COMMENT_INTERVAL_MS: "0" });
  const blog = await startBlog(run);
  await inkstone.configure({
    adminEmail: OWNER.email,
    adminKey: KEY,
    adminEnabled: true,
    adminBadge: "博主",
    avatarPrefix: `${blog.url}/avatars`,
  });
  await converse(inkstone, blog.url + PATH);
  const apiBaseUrl = await startProxy(run, inkstone.url, {});
  blog.write(PATH, article({ apiBaseUrl }, { title: "A static blog that answers", style: STYLE, body: BODY }));
  const browser = await launch(run);
  const context = await browser.newContext({ deviceScaleFactor: 2, viewport: { width: 960, height: 900 } });
  const page = await context.newPage();
  const widget = await Widget.open(page, blog.url + PATH);
  await widget.likePage();
  await widget.showsPageLikes(true, LIKES + 1);
  await page.mouse.move(0, 0);
  await mkdir(new URL(".", `file://${FILE}`), { recursive: true });
  await page.screenshot({ path: FILE, fullPage: true, animations: "disabled" });
}

/** The conversation, and visitors who only looked or liked. */
async function converse(inkstone, address) {
  for (const { answers, likes, ...thread } of [...THREADS].reverse()) {
    const page = { post_slug: PATH, post_url: address };
    await inkstone.send("POST", "/api/comments", { ...page, ...thread });
    const [{ id }] = await inkstone.comments(PATH);
    for (const answer of answers) {
      await inkstone.send("POST", "/api/comments", { ...page, ...answer, parent_id: id });
    }
    await byEach(likes, (reader) => inkstone.send("POST", "/api/comments/like", { id }, reader));
  }
  const liked = { postSlug: PATH, postUrl: address };
  await byEach(LIKES, (reader) => inkstone.send("POST", "/api/like", liked, reader));
  const seen = { postSlug: address, postUrl: address };
  await byEach(VIEWS, (reader) => inkstone.send("POST", "/api/analytics/visit", seen, reader));
}

async function byEach(count, act) {
  for (let reader = 0; reader < count; reader++) await act({ "x-cwd-like-user": `reader ${reader}` });
}
