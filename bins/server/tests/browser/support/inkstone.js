// A running Inkstone on a data directory of its own, and the calls that tests make to it directly.

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { eventually } from "./eventually.js";

const WORKSPACE = fileURLToPath(new URL("../../../../../", import.meta.url));
const BINARY = process.env.INKSTONE_BIN ?? join(WORKSPACE, "target/debug/inkstone");
const OWNER = { name: "owner", password: "a password for tests only" };

/**
 * Starts a server for the duration of the test `t`. `settings` are environment variables, `file` is
 * its `inkstone.toml`.
 */
export async function startInkstone(t, settings = {}, file = "") {
  const directory = await mkdtemp(join(tmpdir(), "inkstone-browser-"));
  await writeFile(join(directory, "inkstone.toml"), file);
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(BINARY, ["serve"], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...environment(address), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (log += text));
  }
  const ended = new Promise((resolve) => {
    server.on("exit", resolve);
    server.on("error", (error) => resolve((log += error)));
  });
  t.after(async () => {
    server.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  const inkstone = new Inkstone(`http://${address}`);
  const ready = eventually("the server is ready", () => inkstone.isReady(), true);
  await Promise.race([ready, ended.then(() => Promise.reject(new Error(`inkstone ended: ${log}`)))]);
  return inkstone;
}

function environment(address) {
  return {
    INKSTONE__METRICS__LISTEN: "",
    INKSTONE__SERVER__LISTEN: address,
    INKSTONE__SERVER__TRUSTED_PROXIES: "127.0.0.1/32",
    INKSTONE__OWNER__NAME: OWNER.name,
    INKSTONE__OWNER__PASSWORD: OWNER.password,
  };
}

class Inkstone {
  #url;
  #key;

  constructor(url) {
    this.#url = url;
  }

  /** The base address of the API, without a trailing slash. */
  get url() {
    return this.#url;
  }

  async isReady() {
    try {
      return (await fetch(`${this.#url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** Changes the comment settings as the owner. */
  async configure(settings) {
    await this.sendAsOwner("PUT", "/admin/settings/comments", settings);
  }

  async sendAsOwner(method, path, body) {
    this.#key ??= await this.#login();
    return this.send(method, path, body, { authorization: `Bearer ${this.#key}` });
  }

  /** Sends a form to a call of Qexo's panel as the owner and answers its JSON; fails when it is refused. */
  async manage(path, fields) {
    this.#key ??= await this.#login();
    const headers = { authorization: `Bearer ${this.#key}` };
    const response = await fetch(this.#url + path, { method: "POST", headers, body: new URLSearchParams(fields) });
    const answer = await response.json();
    if (!answer.status) throw new Error(`${path}: ${response.status} ${answer.msg}`);
    return answer;
  }

  /** All friends as the owner sees them, hidden ones among them. */
  async friends() {
    return (await this.manage("/pub/get_friends/", {})).data;
  }

  /** Posts a comment as a visitor who is not in a browser; answers the status and the body. */
  async post(comment) {
    const visitor = { name: "Visitor", email: "visitor@example.org" };
    const response = await fetch(`${this.#url}/api/comments`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...visitor, ...comment }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** One page of at most 50 threads, as a widget receives it. */
  async comments(slug, page = 1) {
    const query = new URLSearchParams({ post_slug: slug, limit: "50", page: String(page) });
    const response = await fetch(`${this.#url}/api/comments?${query}`);
    return (await response.json()).data;
  }

  /** Sends JSON to any endpoint and answers its JSON; fails when the API refuses. */
  async send(method, path, body, headers = {}) {
    const response = await fetch(this.#url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async #login() {
    const { data } = await this.send("POST", "/admin/login", OWNER);
    return data.key;
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
