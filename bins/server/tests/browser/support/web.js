// The web around the API: a blog on an origin of its own, and a reverse proxy.

import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";

const WIDGET = createRequire(import.meta.url).resolve("cwd-widget");

/** A static blog for the duration of the test `t`; `write` adds a page, `url` is its origin. */
export async function startBlog(t) {
  const pages = new Map();
  const widget = await readFile(WIDGET);
  const url = await listen(t, (incoming, answer) => {
    const { pathname } = new URL(incoming.url, "http://blog");
    if (pathname === "/widget.js") return send(answer, "text/javascript", widget);
    if (pathname.startsWith("/avatars/")) return send(answer, "image/svg+xml", avatar(pathname));
    if (pages.has(pathname)) return send(answer, "text/html; charset=utf-8", pages.get(pathname));
    answer.writeHead(404).end();
  });
  return { url, write: (path, html) => pages.set(path, html) };
}

/** The page of an article with the widget and a view counter; `options` are the widget's own. */
export function article(options, { title = "An article", style = "", body = "" } = {}) {
  const settings = { el: "#comments", lang: "zh-CN", ...options };
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title>
<link rel="icon" href="data:,"><style>${style}</style></head><body>${body}
<p>Views: <span id="cwd-page-pv"></span></p><div id="comments"></div>
<script src="/widget.js"></script>
<script>window.widget = new CWDComments(${JSON.stringify(settings)}); window.widget.mount();</script>
</body></html>`;
}

/**
 * A reverse proxy in front of `target` that serves it below `prefix` and names `client` as the
 * address of every visitor. `record` is told of every request, with the status of its answer, if
 * there was one: it hangs up on requests whose path `isDown`.
 */
export async function startProxy(t, target, options) {
  const { prefix = "", client = "203.0.113.1", record = () => {}, isDown = () => false } = options;
  const url = await listen(t, async (incoming, answer) => {
    if (!incoming.url.startsWith(prefix)) return answer.writeHead(404).end();
    const path = incoming.url.slice(prefix.length);
    const { method } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    const tell = (status) => record({ method, path, body: body.toString(), status });
    if (isDown(path)) {
      tell();
      return answer.destroy();
    }
    const headers = { ...incoming.headers, "x-forwarded-for": client };
    const forward = new URL(target + (path.startsWith("/") ? "" : "/") + path);
    const outgoing = request(forward, { method, headers }, (received) => {
      tell(received.statusCode);
      answer.writeHead(received.statusCode, received.headers);
      received.pipe(answer);
    });
    outgoing.on("error", () => answer.writeHead(502).end());
    outgoing.end(body);
  });
  return url + prefix;
}

/** A figure in a colour that follows from the last part of the path, a hash. */
function avatar(path) {
  const hue = Math.round((parseInt(path.slice(path.lastIndexOf("/") + 1, path.lastIndexOf("/") + 3), 16) / 256) * 360);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">
<rect width="8" height="8" fill="hsl(${hue || 0} 32% 70%)"/><circle cx="4" cy="3.2" r="1.6" fill="#fff"/>
<path d="M1 8a3 3 0 0 1 6 0z" fill="#fff"/></svg>`;
}

function send(answer, type, body) {
  answer.writeHead(200, { "content-type": type }).end(body);
}

async function listen(t, handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}`;
}
