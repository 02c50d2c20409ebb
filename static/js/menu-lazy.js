// A menu that asks for what it offers when it is opened: details with data-lazy-menu, the address.
import { loadAnew } from "./leave.js";

document.addEventListener(
  "toggle",
  async (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-lazy-menu]") || !menu.open || menu.dataset.lazyMenu === "") return;
    const bodies = [...menu.querySelectorAll("[data-lazy-body]")];
    const body = bodies.find((one) => one.closest("details") === menu); // not a menu's within it
    const address = menu.dataset.lazyMenu;
    menu.dataset.lazyMenu = "";
    const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (response?.redirected) {
      loadAnew(); // the session ended
    } else if (response?.ok) {
      const told = new DOMParser().parseFromString(await response.text(), "text/html");
      body.replaceChildren(...told.body.childNodes);
      body.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
    } else {
      menu.dataset.lazyMenu = address; // the next opening asks again
    }
  },
  true,
);
