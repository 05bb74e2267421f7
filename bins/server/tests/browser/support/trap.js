// Pages that notice when an attack succeeds.

/** A page that records every sign of a script at work or of a request to a stranger. */
export async function trappedPage(t, browser, origins) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const incidents = [];
  page.on("dialog", (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("popup", (popup) => incidents.push(`popup: ${popup.url()}`));
  page.on("pageerror", (error) => incidents.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const harmless = request.resourceType() === "image" || request.url().startsWith("data:,");
    const known = origins.some((origin) => request.url().startsWith(`${origin}/`));
    if (!known && !harmless) incidents.push(`${request.resourceType()}: ${request.url()}`);
  });
  page.on("framenavigated", (frame) => {
    if (!origins.some((origin) => frame.url().startsWith(`${origin}/`))) {
      incidents.push(`navigation: ${frame.url()}`);
    }
  });
  await context.addInitScript(setTraps);
  return { page, incidents };
}

/** Runs in the browser before anything else. */
function setTraps() {
  window.incidents = [];
  const record = (what) => window.incidents.push(what);
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
    window[name] = () => record(name);
  }
  for (const marker of ["__xss", "xss", "pwned"]) {
    Object.defineProperty(window, marker, { set: () => record(marker), get: () => undefined });
  }
  let widgetLoaded = false;
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (widgetLoaded && node.nodeName === "SCRIPT") record(`script ${node.outerHTML}`);
    }
  }).observe(document, { childList: true, subtree: true });
  addEventListener("load", () => (widgetLoaded = true));
}
