// The comment widget as a visitor meets it. Its shadow tree is open, so selectors reach inside.

import { eventually } from "./eventually.js";

export class Widget {
  #page;

  constructor(page) {
    this.#page = page;
  }

  /** Opens an address and waits until comments, page likes, views and the visit have been answered. */
  static async open(page, address) {
    const widget = new Widget(page);
    await widget.#settled(() => page.goto(address));
    return widget;
  }

  async reload() {
    await this.#settled(() => this.#page.reload());
  }

  async #settled(act) {
    const answers = [
      this.answer("GET", "/api/comments"),
      this.answer("GET", "/api/like"),
      this.answer("GET", "/api/analytics/pv"),
      this.answer("POST", "/api/analytics/visit"),
    ];
    await Promise.all([...answers, act()]);
    await this.#page.locator(".cwd-comment-list").waitFor();
    await this.#page.locator(".cwd-loading").waitFor({ state: "detached" });
  }

  /** The next answer of the API to `method` and a path that ends like this. */
  answer(method, path) {
    return this.#page.waitForResponse(
      (response) =>
        response.request().method() === method && new URL(response.url()).pathname.endsWith(path),
    );
  }

  /** Fills the form for a new comment; leaving the address may open the key dialog. */
  async fill({ name, email, url = "", content }) {
    await this.#field("name").fill(name);
    await this.#field("url").fill(url);
    await this.#page.locator(".cwd-form-textarea").fill(content);
    await this.typeAddress(email);
  }

  /** Types an e-mail address and leaves the field. */
  async typeAddress(email) {
    await this.#field("email").fill(email);
    await this.#field("email").blur();
  }

  /** Fills and sends the form; answers the status of the API. */
  async post(comment) {
    await this.fill(comment);
    return this.submit();
  }

  async submit() {
    const answer = this.answer("POST", "/api/comments");
    await this.#page.locator(".cwd-comment-form button[type=submit]").click();
    return (await answer).status();
  }

  /** Replies to the comment with that text; answers the status of the API. */
  async reply(text, content) {
    await this.#of(text, ".cwd-comment-header .cwd-action-btn").click();
    await this.#of(text, ".cwd-reply-editor-container .cwd-reply-textarea").fill(content);
    return this.submitReply(text);
  }

  async submitReply(text) {
    const answer = this.answer("POST", "/api/comments");
    await this.#of(text, ".cwd-reply-editor-container .cwd-reply-actions .cwd-btn-primary").click();
    return (await answer).status();
  }

  /** Waits for the texts of the threads' first comments, in their order. */
  async showsThreads(...texts) {
    const threads = ".cwd-comments > .cwd-comment-item > .cwd-comment-body > .cwd-comment-content";
    await eventually("threads", () => this.#texts(threads), texts);
  }

  /** Waits for the texts of all replies. */
  async showsReplies(...texts) {
    const replies = ".cwd-replies > .cwd-comment-item > .cwd-comment-body > .cwd-comment-content";
    await eventually("replies", () => this.#texts(replies), texts);
  }

  async showsSuccess(text) {
    await eventually("success", () => this.#texts(".cwd-success-inline > span"), [text]);
  }

  async showsError(text) {
    await eventually("error", () => this.#texts(".cwd-error-inline > span"), [text]);
  }

  /** Waits for the badges beside the author of the comment with that text. */
  async showsBadges(text, ...badges) {
    const read = () => this.#of(text, ".cwd-comment-header .cwd-admin-badge").allInnerTexts();
    await eventually("badges", read, badges);
  }

  /** Clicks the thumb of the comment with that text; answers the status of the API. */
  async toggleCommentLike(text, method) {
    const answer = this.answer(method, "/api/comments/like");
    await this.#of(text, ".cwd-comment-header .cwd-comment-like-button").click();
    return (await answer).status();
  }

  /** Waits for the thumb of a comment; the widget shows no number for nobody. */
  async showsCommentLikes(text, liked, ...counts) {
    const read = async () => [
      await this.#of(text, ".cwd-comment-header .cwd-comment-like-button-liked").count(),
      ...(await this.#of(text, ".cwd-comment-header .cwd-comment-like-count").allInnerTexts()),
    ];
    await eventually("comment likes", read, [liked ? 1 : 0, ...counts]);
  }

  /** Clicks the heart of the page; answers the status of the API. */
  async likePage() {
    const answer = this.answer("POST", "/api/like");
    await this.#page.locator(".cwd-like-button").click();
    return (await answer).status();
  }

  /** Waits for the heart of the page and its number. */
  async showsPageLikes(liked, count) {
    const heart = this.#page.locator(".cwd-like-button");
    const read = async () => [
      await heart.getAttribute("data-liked"),
      await this.#page.locator(".cwd-like-count").innerText(),
    ];
    await eventually("page likes", read, [String(liked), String(count)]);
  }

  /** The number of page views in the article, as soon as there is one. */
  async views() {
    await this.#page.locator("#cwd-page-pv[data-cwd-pv]").waitFor();
    return Number(await this.#page.locator("#cwd-page-pv").innerText());
  }

  /** Enters a key into the dialog; answers status and message of the API. */
  async enterKey(key) {
    const answer = this.answer("POST", "/api/verify-admin");
    await this.#page.locator(".cwd-modal input").fill(key);
    await this.#page.locator(".cwd-modal .cwd-btn-primary").click();
    const response = await answer;
    return [response.status(), (await response.json()).message];
  }

  async closeKeyDialog() {
    await this.#page.locator(".cwd-modal .cwd-btn-secondary").click();
  }

  async showsKeyDialog(shown) {
    await eventually("key dialog", () => this.#page.locator(".cwd-modal").count(), shown ? 1 : 0);
  }

  #field(name) {
    return this.#page.locator(`.cwd-comment-form input[name=${name}]`);
  }

  async #texts(selector) {
    const texts = await this.#page.locator(selector).allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** A part of exactly the comment with that text, not of the replies below it. */
  #of(text, part) {
    const content = `> .cwd-comment-content p:text-is(${JSON.stringify(text)})`;
    return this.#page.locator(`.cwd-comment-body:has(${content}) > ${part}`);
  }
}
