// Shows openapi.json. Texts become text nodes, never markup.

const byId = (id) => document.getElementById(id);
const METHODS = ["get", "post", "put", "delete"];

/** An element with attributes and children; strings become text. */
function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The paragraphs of a text, with `code` and **strong** in it. */
function paragraphs(text = "") {
  const marked = (part) => {
    if (part.startsWith("`")) return element("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return element("strong", {}, part.slice(2, -2));
    return part;
  };
  const split = (paragraph) => paragraph.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map(marked);
  return text.split("\n\n").filter(Boolean).map((paragraph) => element("p", {}, ...split(paragraph)));
}

/** What can be found of a document, and shown. */
class Page {
  #schemas;
  #schemes;
  #operations = [];

  constructor(document) {
    this.#schemas = document.components.schemas;
    this.#schemes = document.components.securitySchemes;
    byId("version").append(document.info.version);
    byId("introduction").append(...paragraphs(document.info.description));
    for (const tag of document.tags) byId("groups").append(this.#group(tag, document.paths));
  }

  /** Hides what does not hold all words of the query. */
  search(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { details, text } of this.#operations) {
      details.hidden = !words.every((word) => text.includes(word));
      if (!details.hidden) shown += 1;
    }
    for (const section of byId("groups").children) {
      section.hidden = !section.querySelector(".operation:not([hidden])");
    }
    byId("count").value = `${shown} of ${this.#operations.length} calls`;
  }

  /** Opens the operation that the address names. */
  open() {
    const named = byId(decodeURIComponent(location.hash.slice(1)));
    if (named?.matches(".operation")) {
      named.open = true;
      named.scrollIntoView();
    }
  }

  #group(tag, paths) {
    const section = element("section", {}, element("h2", {}, tag.name), ...paragraphs(tag.description));
    for (const [path, item] of Object.entries(paths)) {
      for (const method of METHODS.filter((method) => item[method]?.tags.includes(tag.name))) {
        section.append(this.#operation(method, path, item[method]));
      }
    }
    return section;
  }

  #operation(method, path, operation) {
    const summary = element(
      "summary",
      {},
      element("span", { className: `method ${method}` }, method.toUpperCase()),
      element("code", {}, path),
      element("span", {}, operation.summary),
      operation.security ? element("span", { className: "soft" }, "owner") : null,
    );
    const details = element("details", { className: "operation", id: operation.operationId }, summary);
    details.addEventListener("toggle", () => details.append(this.#body(operation)), { once: true });
    const text = `${method} ${path} ${operation.summary} ${operation.tags}`.toLowerCase();
    this.#operations.push({ details, text });
    return details;
  }

  #body(operation) {
    return element(
      "div",
      {},
      ...paragraphs(operation.description),
      ...this.#authentication(operation.security),
      ...this.#parameters(operation.parameters ?? []),
      ...(operation.requestBody
        ? [element("h3", {}, "Body"), ...this.#content(operation.requestBody.content)]
        : []),
      element("h3", {}, "Answers"),
      ...Object.entries(operation.responses).map(([status, response]) =>
        element(
          "details",
          { open: status.startsWith("2") },
          element("summary", {}, element("strong", {}, status), " ", response.description),
          ...this.#content(response.content ?? {}),
        ),
      ),
    );
  }

  #authentication(security = []) {
    if (security.length === 0) return [];
    const ways = security.flatMap(Object.keys).map((name) => {
      const { type, scheme, name: key, in: place } = this.#schemes[name];
      return type === "http" ? `Authorization: ${scheme} TOKEN` : `${key} in the ${place}`;
    });
    return [element("h3", {}, "Token"), element("p", {}, ways.join(", or "))];
  }

  #parameters(parameters) {
    if (parameters.length === 0) return [];
    const items = parameters.map(({ name, in: place, required, schema, description }) =>
      this.#member(`${name} (${place})`, { description, ...schema }, required),
    );
    return [element("h3", {}, "Parameters"), element("ul", { className: "members" }, ...items)];
  }

  #content(content) {
    return Object.entries(content).map(([kind, { schema, example }]) =>
      element(
        "div",
        {},
        element("p", { className: "soft" }, kind),
        example === undefined
          ? null
          : element("pre", { tabIndex: 0 }, typeof example === "string" ? example : JSON.stringify(example, null, 2)),
        schema ? this.#schema(schema) : null,
      ),
    );
  }

  /** A schema's members, or its kind; a name of one opens when it is asked for. */
  #schema(schema) {
    if (schema.$ref) {
      const name = schema.$ref.split("/").pop();
      const details = element("details", {}, element("summary", {}, element("code", {}, name)));
      const show = () => details.append(this.#schema(this.#schemas[name]));
      details.addEventListener("toggle", show, { once: true });
      return details;
    }
    const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (parts) {
      const word = schema.allOf ? "all of" : "one of";
      return element("div", {}, word, ...parts.map((part) => this.#schema(part)));
    }
    if (schema.properties) {
      const required = schema.required ?? [];
      const items = Object.entries(schema.properties).map(([name, member]) =>
        this.#member(name, member, required.includes(name)),
      );
      return element("ul", { className: "members" }, ...items);
    }
    if (schema.items) return element("div", {}, "array of ", this.#schema(schema.items));
    return element("span", { className: "soft" }, kindOf(schema));
  }

  #member(name, schema, required) {
    const isSimple = !schema.$ref && !schema.items && !schema.anyOf && !schema.oneOf && !schema.allOf && !schema.properties;
    return element(
      "li",
      {},
      element("code", {}, name),
      " ",
      element("span", { className: "soft" }, [isSimple ? kindOf(schema) : "", required ? "required" : ""].filter(Boolean).join(", ")),
      ...(schema.description ? [" ", schema.description] : []),
      isSimple ? null : this.#schema(schema),
    );
  }
}

/** A schema's kind and bounds in words. */
function kindOf(schema) {
  const { type = "anything", format, enum: choices, minimum, maximum } = schema;
  const bounds = [
    minimum === undefined ? "" : `from ${minimum}`,
    maximum === undefined ? "" : `up to ${maximum}`,
    choices ? choices.join(" | ") : "",
  ];
  return [[type].flat().join(" or "), format ? `(${format})` : "", ...bounds].filter(Boolean).join(" ");
}

async function main() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json: ${response.status}`);
  const page = new Page(await response.json());
  const search = byId("search");
  search.addEventListener("input", () => page.search(search.value));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== search) {
      event.preventDefault();
      search.focus();
    }
  });
  addEventListener("hashchange", () => page.open());
  page.search(search.value);
  page.open();
}

main().catch((error) => {
  byId("failure").textContent = `The description cannot be shown: ${error.message}`;
  byId("failure").hidden = false;
});
