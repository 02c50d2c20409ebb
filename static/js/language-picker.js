// Turns a group of checkboxes into a list one can search by name and code, with chips for what is
// chosen. The checkboxes stay what is sent. Arrow keys walk through the list, Enter chooses.
function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

class LanguagePicker extends HTMLElement {
  connectedCallback() {
    this.filter = this.querySelector("[data-filter]");
    this.chips = this.querySelector("[data-chosen]");
    this.options = [...this.querySelectorAll("[data-list] > li:has(input)")];
    this.regions = [...this.querySelectorAll("[data-region]")];
    this.filter.addEventListener("input", (event) => this.narrow(event));
    this.filter.addEventListener("keydown", (event) => this.fromFilter(event));
    this.querySelector("[data-list]").addEventListener("keydown", (event) => this.walk(event));
    this.addEventListener("change", () => this.showChosen());
    this.chips.addEventListener("click", (event) => this.takeOut(event));
    this.showChosen();
  }

  get visible() {
    return this.options.filter((option) => !option.hidden && !this.boxOf(option).disabled);
  }

  boxOf(option) {
    return option.querySelector("input");
  }

  narrow(event) {
    event?.stopPropagation(); // searching is not filling in
    const words = plain(this.filter.value).split(/\s+/).filter(Boolean);
    for (const option of this.options) {
      const text = plain(option.querySelector("[data-words]").dataset.words);
      option.hidden = !words.every((word) => text.includes(word));
    }
    for (const region of this.regions) region.hidden = words.length > 0;
    const count = this.visible.length;
    this.querySelector("[data-none]").hidden = count > 0;
    this.querySelector("[data-list]").hidden = count === 0;
    this.say(count === 1 ? "1 language" : `${count} languages`);
  }

  fromFilter(event) {
    const [first] = this.visible;
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      this.boxOf(first).focus();
    }
    if (event.key === "Enter") {
      event.preventDefault(); // never sends the form from here
      if (first && this.filter.value.trim()) this.choose(first);
    }
  }

  choose(option) {
    const box = this.boxOf(option);
    if (box.disabled) return;
    box.click();
    this.filter.value = "";
    this.narrow();
  }

  walk(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "Enter") {
      event.preventDefault();
      event.target.click();
      return;
    }
    if (!(event.key in steps)) return;
    event.preventDefault();
    const boxes = this.visible.map((option) => this.boxOf(option));
    const at = boxes.indexOf(event.target) + steps[event.key];
    (at < 0 ? this.filter : boxes[Math.min(at, boxes.length - 1)]).focus();
  }

  showChosen() {
    const chosen = this.options.filter((option) => this.boxOf(option).checked);
    this.chips.replaceChildren(...chosen.map((option) => this.chipFor(option)));
    this.chips.hidden = chosen.length === 0;
    this.say(`${chosen.length} chosen`);
  }

  chipFor(option) {
    const chip = this.querySelector("template[data-chip]").content.cloneNode(true);
    chip.querySelector("[data-chip-name]").textContent = option.querySelector("[data-name]").textContent;
    chip.querySelector("button").dataset.code = this.boxOf(option).value;
    return chip;
  }

  takeOut(event) {
    const button = event.target.closest("button[data-code]");
    if (!button) return;
    const option = this.options.find((each) => this.boxOf(each).value === button.dataset.code);
    this.boxOf(option).click();
    this.filter.focus();
  }

  say(text) {
    this.querySelector("[data-status]").textContent = text;
  }
}

customElements.define("language-picker", LanguagePicker);
