// The browser's side of contract readmore, section 10, for pages of tests. It is written from the
// contract: the published script has no licence that would let it be kept here. Requests, cookies,
// elements and reactions are those of 10.3 and 10.4; `md5` comes from the test.

class ReadmorePlugin {
  /** How many checks went wrong since the script was loaded. */
  failures = 0;

  static #ALERTS = {
    406: "验证码无效",
    407: "博客ID无效",
    500: "服务器出错, 请稍后再试",
    502: "非法参数传递",
  };
  static #HTTP_ALERTS = {
    403: "非法请求来源",
    429: "操作过于频繁, 请稍后再试",
    500: "服务器出错, 请稍后再试",
  };
  static #UNREACHABLE = "网络或服务器连接失败, 请稍后再试";
  static #HOUR = 3_600_000;
  static #DAY = 24 * ReadmorePlugin.#HOUR;

  #options;
  #container;
  #wrapper;
  #token;

  async init(options) {
    clearInterval(window.detectIntervalId);
    this.#options = options;
    if (location.pathname === "/" || (options.execute ?? "yes") !== "yes") return;
    this.#token = cookie(this.#tokenCookie);
    if (this.#probability !== 1 && !this.#token && (await this.#drawsOpen())) return this.#browse(2);
    this.#build();
    window.detectIntervalId = setInterval(() => this.#check(), this.#interval);
    this.#check();
  }

  get #probability() {
    const given = parseFloat(this.#options.random);
    return given > 0 ? given : 1;
  }

  get #interval() {
    const seconds = parseFloat(this.#options.interval);
    return (seconds >= 15 ? seconds : 60) * 1000;
  }

  get #lifetime() {
    const days = parseFloat(this.#options.expires);
    return (days > 0 ? days : 365) * ReadmorePlugin.#DAY;
  }

  get #tokenCookie() {
    return cookie("readmore_token") === undefined ? `readmore_token_${this.#options.blogId}` : "readmore_token";
  }

  get #url() {
    return `${location.protocol}//${location.host}${location.pathname}`;
  }

  async #drawsOpen() {
    const name = `readmore_random_${await md5(this.#url)}`;
    const [gate, open] = [await md5("true"), await md5("false")];
    let drawn = cookie(name);
    if (drawn !== gate && drawn !== open) {
      drawn = Math.random() < this.#probability ? gate : open;
      setCookie(name, drawn, ReadmorePlugin.#DAY);
    }
    return drawn === open;
  }

  #build() {
    this.#container = document.getElementById(this.#options.id ?? "readmore-container");
    this.#wrapper = document.createElement("div");
    this.#wrapper.id = "readmore-wrapper";
    this.#wrapper.innerHTML = '<a id="readmore-btn" style="display: none">阅读全文</a>';
    this.#container.after(this.#wrapper);
    this.#wrapper.firstChild.addEventListener("click", () => this.#ask());
    this.#truncate();
  }

  #truncate() {
    const height = this.#container.offsetHeight / 2;
    this.#container.style.cssText = `height: ${height}px; overflow: hidden; position: relative`;
    this.#wrapper.style.display = "block";
  }

  #lock() {
    if (!this.#container.hasAttribute("style")) this.#truncate();
    this.#wrapper.firstChild.style.display = "inline";
  }

  async #check() {
    if (!this.#token) return this.#lock();
    if (this.failures >= 2) {
      clearInterval(window.detectIntervalId);
      this.#unlock(4);
    }
    const { token, blogId } = { token: this.#token, blogId: this.#options.blogId };
    const { status, data } = await this.#post("token/validate", { token, blogId });
    if (data?.code === 0) return this.#unlock(1);
    if ([407, 408].includes(data?.code)) return this.#forget();
    const broken = data === undefined && ![403, 429].includes(status);
    if (broken || data?.code === 500) this.failures += 1;
  }

  #forget() {
    this.#token = undefined;
    setCookie(this.#tokenCookie, "", -ReadmorePlugin.#DAY);
    this.#lock();
  }

  #unlock(tag) {
    setCookie(this.#tokenCookie, this.#token, this.#lifetime);
    this.#container.removeAttribute("style");
    this.#wrapper.style.display = "none";
    this.#browse(tag);
  }

  async #browse(tag) {
    const name = `readmore_browse_${await md5(this.#url)}`;
    if (cookie(name) !== undefined) return;
    const [title] = [...document.querySelectorAll("title")].map((each) => each.textContent).join("").split("|");
    const [probability, blogId, url] = [this.#probability, this.#options.blogId, this.#url];
    const { data } = await this.#post("browse/add", { probability, blogId, url, title, tag });
    if (data?.code === 0) setCookie(name, tag, ReadmorePlugin.#HOUR);
  }

  #ask() {
    const modal = document.createElement("div");
    modal.id = "readmore-modal-wrapper";
    modal.innerHTML = `<input id="readmore-modal-captcha-input" maxlength="10">
      <button id="readmore-modal-submit-btn">提交</button>`;
    document.body.append(modal);
    const [input, button] = modal.children;
    input.addEventListener("keydown", ({ key }) => key === "Enter" && button.click());
    button.addEventListener("click", () => this.#submit(input.value, modal));
  }

  async #submit(code, modal) {
    const { status, data } = await this.#post("captcha/validate", { code, blogId: this.#options.blogId });
    if (data === undefined) {
      return alert(ReadmorePlugin.#HTTP_ALERTS[status] ?? ReadmorePlugin.#UNREACHABLE);
    }
    if (data.code === 0) {
      modal.remove();
      this.#token = data.data.token;
      return this.#unlock(3);
    }
    const text = ReadmorePlugin.#ALERTS[data.code];
    if (text) alert(text);
  }

  // No data means failure. What does not say that it is JSON is a text, which has no code.
  #post(name, body) {
    const request = new XMLHttpRequest();
    request.open("POST", `${this.#options.baseUrl}/api/readmore/${name}`);
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("Accept", "*/*");
    return new Promise((resolve) => {
      request.onloadend = () => resolve({ status: request.status, data: answer(request) });
      request.send(JSON.stringify(body));
    });
  }
}

function answer(request) {
  if (request.status < 200 || request.status > 299) return undefined;
  const type = request.getResponseHeader("Content-Type") ?? "";
  if (!type.includes("json")) return { text: request.responseText };
  try {
    return JSON.parse(request.responseText);
  } catch {
    return undefined;
  }
}

function cookie(name) {
  const pairs = document.cookie.split("; ").map((pair) => pair.split(/=(.*)/s));
  return pairs.find(([known]) => known === name)?.[1];
}

function setCookie(name, value, lifetime) {
  document.cookie = `${name}=${value}; path=/; expires=${new Date(Date.now() + lifetime).toUTCString()}`;
}
