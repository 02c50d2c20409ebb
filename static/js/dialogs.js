// A link with data-dialog opens the confirmation that its page holds (data-dialog-body) as a
// dialog. Where anything is unusual, such as a session that ended, the link is simply followed.
let opener = null;

async function bodyAt(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-dialog-body]");
}

// `from`: where the focus goes back to.
export function show(body, from = opener) {
  opener = from;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const heading = body.querySelector("h1, h2");
  if (heading) dialog.setAttribute("aria-label", heading.textContent.trim());
  dialog.append(document.importNode(body, true));
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  // The verb stands first; Enter alone shall not press it.
  if (document.activeElement.matches("form button")) dialog.querySelector("[data-dialog-close]")?.focus();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const menu = link.closest("details.menu");
  opener = menu ? menu.querySelector("summary") : link;
  if (menu) menu.open = false;
  const body = await bodyAt(link.href).catch(() => null);
  if (body) show(body);
  else window.location.assign(link.href);
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  const onBackdrop = event.target === dialog;
  if (onBackdrop || event.target.closest("[data-dialog-close]")) {
    event.preventDefault();
    dialog.close();
  }
});
