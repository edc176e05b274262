// A list that does not move under the eyes: while it is frozen, read further up or worked in, what is new waits behind "12 new".

import { el, tell } from "./dom.js";
import { times } from "./text.js";

const NEAR = 60; // px from the newest end that still count as being there

/** `end` is where the newest rows are: "bottom" or "top". `render` draws a list of items; `what` are they called. */
export class Steady {
  constructor(scroller, { end, render, what = ["line", "lines"] }) {
    this.scroller = scroller;
    this.end = end;
    this.render = render;
    this.what = what;
    this.frozen = false;
    this.shown = [];
    this.items = [];
    this.near = true; // at the newest end, as far as the last scrolling tells: asking at each showing would cost a layout each time
    this.button = el("button", { type: "button", class: `news ${end}`, hidden: true, on: { click: () => this.catchUp() } });
    scroller.after(this.button);
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  scrolled() {
    this.near = this.atEnd();
    if (this.items.length > this.shown.length && !this.held()) this.show(this.items);
  }

  /** Is what is shown to stay as it is? */
  held() {
    return this.frozen || !this.near || this.scroller.contains(document.activeElement);
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return this.end === "top" ? scrollTop < NEAR : scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** New items have come (all of them, in the order of the page); `key` tells them apart. */
  show(items, key = this.key) {
    this.key = key;
    this.items = items;
    const held = this.held() && this.shown.length > 0;
    const shown = held ? this.known(items) : items;
    this.shown = shown.map(key);
    this.render(shown);
    this.tellNews(items.length - this.shown.length);
    if (!held) this.toEnd();
  }

  /** Those that are shown already. */
  known(items) {
    const names = new Set(this.shown);
    return items.filter((one) => names.has(this.key(one)));
  }

  tellNews(count) {
    this.button.hidden = count === 0;
    if (count) tell(this.button, `${times(count, ...this.what)} new`);
  }

  toEnd() {
    this.near = true;
    const go = () => {
      this.scroller.scrollTop = this.end === "top" ? 0 : this.scroller.scrollHeight;
    };
    requestAnimationFrame(() => {
      go();
      requestAnimationFrame(go); // rows that came into sight may be higher than was guessed
    });
  }

  /** Shows everything and goes to the newest. */
  catchUp() {
    this.shown = [];
    this.frozen = false;
    this.show(this.items);
    this.toEnd();
    (this.end === "top"
      ? this.scroller.querySelector(".chosen, [tabindex]")
      : this.scroller.querySelector("[data-key]:last-child")
    )?.focus?.({ preventScroll: true });
  }
}
