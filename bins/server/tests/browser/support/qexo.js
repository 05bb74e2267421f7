// A page of a blog that uses the Qexo API as its widgets do: the same requests, and what comes back is
// put into the page as HTML where they do so. Written here; nothing is taken from them.

/** The page; `base` is the address of the API as the blog's author configured it, `options` go to `start`. */
export function qexoPage(base, options = {}) {
  return `<!doctype html><html><head><meta charset="utf-8"><title>Friends and talks</title>
<link rel="icon" href="data:,"></head><body>
<p id="counters"><b id="site-uv"></b> <b id="site-pv"></b> <b id="page-pv"></b></p>
<div id="friends"></div><div id="sidebar"></div><div id="covers"></div>
<div id="talks"></div><button id="more" hidden>more</button>
<form id="apply"><input name="name"><input name="url"><input name="image"><input name="description">
<button>apply</button></form><p id="said"></p>
<script>(${start})(${JSON.stringify({ base, ...options })});</script></body></html>`;
}

/** Runs in the browser. */
function start({ base, limit = 2, like = "plain", apply = "urlencoded" }) {
  const find = (id) => document.getElementById(id);
  const plain = { headers: { "Content-Type": "text/plain" } };
  const settled = [];

  async function counters() {
    const response = await fetch(`${base}/pub/statistic/`, { referrerPolicy: "no-referrer-when-downgrade" });
    const counted = response.ok ? await response.json() : { status: false };
    if (!counted.status) return (find("counters").innerHTML = "请求失败");
    find("site-uv").innerHTML = counted.site_uv;
    find("site-pv").innerHTML = counted.site_pv;
    find("page-pv").innerHTML = counted.page_pv;
  }

  async function friends() {
    const listed = await (await fetch(`${base}/pub/friends/`, plain)).json();
    const list = await (await fetch(`${base}/pub/friends/`)).json();
    if (!listed.status || JSON.stringify(listed) !== JSON.stringify(list)) throw new Error("two lists");
    find("friends").innerHTML = listed.data
      .map(
        ({ url, name, image, description }) =>
          `<a href="${url}" title="${description}"><img src="${image}" alt="${name}"><b>${name}</b><i>${description}</i></a>`,
      )
      .join("");
    find("sidebar").innerHTML = listed.data.map(({ url, name }) => `<p>${name} <i>${url.split("/")[2]}</i></p>`).join("");
    find("covers").innerHTML = listed.data
      .map(({ image }) => `<span style="background-image:url(${image})"></span>`)
      .join("");
  }

  let page = 0;
  async function talks() {
    const address = new URL("pub/talks/", `${base}/`);
    address.searchParams.set("page", ++page);
    address.searchParams.set("limit", limit);
    const listed = await (await fetch(address, plain)).json();
    if (!listed.status || !Array.isArray(listed.data)) throw new Error(listed.data.msg);
    for (const talk of listed.data) {
      const time = Number(talk.time);
      const date = new Date(String(talk.time).length === 10 ? time * 1000 : time);
      const item = document.createElement("article");
      item.id = talk.id;
      item.innerHTML = `<div>${talk.content}</div><time>${date.toISOString().slice(0, 10)}</time>
        <em>${talk.tags.join(",")}</em><button class="${talk.liked ? "liked" : ""}">${talk.like}</button>`;
      const button = item.querySelector("button");
      button.addEventListener("click", () => settled.push(toggle(talk.id, button)));
      find("talks").append(item);
    }
    find("more").hidden = find("talks").children.length >= listed.count;
  }

  async function toggle(id, button) {
    const sent = {
      plain: ["application/x-www-form-urlencoded", `id=${id}`],
      encoded: ["application/x-www-form-urlencoded; charset=UTF-8", `id=${encodeURIComponent(id)}`],
    }[like];
    const request = { method: "POST", headers: { "Content-Type": sent[0] }, body: sent[1] };
    const answer = await (await fetch(`${base}/pub/like_talk/`, request)).json();
    if (!answer.status) throw new Error(answer.msg);
    button.textContent = Number(button.textContent) + (answer.action ? 1 : -1);
    button.className = answer.action ? "liked" : "";
  }

  async function ask(event) {
    event.preventDefault();
    const form = new FormData(find("apply"));
    const body = apply === "multipart" ? form : new URLSearchParams(form).toString();
    const headers = apply === "multipart" ? {} : { "Content-Type": "application/x-www-form-urlencoded" };
    const response = await fetch(`${base}/pub/ask_friend/`, { method: "POST", headers, body });
    find("said").textContent = response.ok ? (await response.json()).msg : "网络异常！";
  }

  find("more").addEventListener("click", () => settled.push(talks()));
  find("apply").addEventListener("submit", (event) => settled.push(ask(event)));
  settled.push(counters(), friends(), talks());
  /** Resolves when everything that was begun has ended; rejects when something failed. */
  window.settled = () => Promise.all(settled);
}
