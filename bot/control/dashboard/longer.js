// A long list begins with its first rows; the others wait behind a button. Nobody reads four hundred cards at once, and every card that
// stands in the page takes memory, twice over while the browser waits to collect it, and time at each drawing.

import { el, tell } from "./dom.js";

const STEP = 25;

/** Cuts `list`; `draw` draws it again when more of it is wanted. `button` belongs right after the list. */
export class Longer {
  constructor(list, draw) {
    this.list = list;
    this.draw = draw;
    this.most = STEP;
    this.button = el("button", { type: "button", class: "more", hidden: true, on: { click: () => this.more() } });
  }

  /** The rows that are to be drawn now. */
  part(items) {
    const rest = items.length - this.most;
    if (items.length <= STEP) this.most = STEP;
    if (rest > 0) tell(this.button, `Show more (${rest} left)`);
    else if (this.button === document.activeElement) this.list.lastElementChild?.focus();
    this.button.hidden = rest <= 0;
    return items.slice(0, this.most);
  }

  /** The focus goes to the first of the new rows. */
  more() {
    const first = this.most;
    this.most += STEP;
    this.draw();
    this.list.children[first]?.focus();
  }
}
