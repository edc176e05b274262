// Building and keeping elements. No HTML text is ever parsed: what comes in as a string becomes a text node.

/** An element. In `props`: `on` {event: function}, `data` {name: value}, `class`, true/false for bare attributes, others as attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) give(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function give(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
  else if (name === "data") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** Sets text only where it differs: a reader's voice and a selection are not disturbed. */
export function tell(node, text) {
  const words = String(text);
  if (node.textContent !== words) node.textContent = words;
}

/** Sets or removes an attribute, only where it differs. */
export function set(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value === true ? "" : value)) node.setAttribute(name, value === true ? "" : value);
}

/**
 * Keeps `parent`'s children in step with `items`. A row is made again only when its `shape` (a string, or a list of plain values, which
 * costs less where there are many rows and they are asked often) has changed, and then in its
 * place, with the focus on the same control; rows that stay are not moved; when the focused row goes, its neighbour gets the focus.
 */
export function keep(parent, items, { key, make, shape = JSON.stringify }) {
  const rows = (parent.keptRows ??= new Map());
  const names = items.map((item) => String(key(item)));
  const lost = letGo(rows, new Set(names));
  let before = null;
  items.forEach((item, at) => {
    const node = row(rows, names[at], () => walked(parent, make(item)), shape(item));
    const place = before ? before.nextElementSibling : parent.firstElementChild;
    if (node !== place) parent.insertBefore(node, place);
    before = node;
  });
  if (lost.had) (rows.get(lost.next) ?? parent.closest("section")?.querySelector("h2"))?.focus();
}

/** Rows of a list that is walked through can take the focus from their first moment on. */
function walked(parent, node) {
  if (parent.classList.contains("walkable")) node.tabIndex = -1;
  return node;
}

function row(rows, name, make, shape) {
  const known = rows.get(name);
  if (known && isSame(known.rowShape, shape)) return known;
  const node = make();
  node.rowShape = shape;
  rows.set(name, node);
  if (known) inPlace(known, node);
  return node;
}

const isSame = (one, other) =>
  one === other ||
  (Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((value, at) => value === other[at]));

function inPlace(known, node) {
  const focus = known.contains(document.activeElement) ? document.activeElement : null;
  node.classList.toggle("chosen", known.classList.contains("chosen"));
  known.replaceWith(node);
  if (!focus) return;
  const same = focus !== known && focus.dataset.does ? node.querySelector(`[data-does="${focus.dataset.does}"]`) : null;
  (same ?? node).focus({ preventScroll: true });
}

/** Removes the rows that are no longer wanted; tells whether one of them had the focus, and which row should have it next. */
function letGo(rows, wanted) {
  const lost = { had: false, next: undefined };
  for (const name of rows.keys()) {
    if (wanted.has(name)) continue;
    const node = rows.get(name);
    if (node.contains(document.activeElement)) Object.assign(lost, { had: true, next: neighbour(rows, name, wanted) });
    rows.delete(name);
    node.remove();
  }
  return lost;
}

function neighbour(rows, name, wanted) {
  const names = [...rows.keys()];
  const at = names.indexOf(name);
  return names.slice(at + 1).find((one) => wanted.has(one)) ?? names.slice(0, at).findLast((one) => wanted.has(one));
}
