"""Horizontal bars as an SVG file, light and dark, each with its number: `bars(title, [(group, name, value), …], "s")`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, NAMES, ROW, HEAD = 760, 240, 22, 30
_STYLE = (
    "text{font:13px sans-serif;fill:#222}.g{font-weight:bold}.b{fill:#4a72b0}.o{fill:#b4552d}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.b{fill:#7ba0d8}.o{fill:#e08a63}}"
)


def bars(title: str, rows: Sequence[tuple[str, str, float]], unit: str, ours: str = "") -> str:
    """The picture. Rows of one group stand together; those whose name is `ours` have a colour of their own."""
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    top = max(value for _, _, value in rows)
    height = HEAD + ROW * (len(rows) + len(groups)) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"><title>{escape(title)}</title>',
        f'<style>{_STYLE}</style><text x="0" y="18" class="g">{escape(title)}</text>',
    ]
    y = HEAD
    for group in groups:
        parts.append(f'<text x="0" y="{y + 16}" class="g">{escape(group)}</text>')
        y += ROW
        for name, value in [(name, value) for of, name, value in rows if of == group]:
            parts.append(_bar(y, name, value, (WIDTH - NAMES - 90) * value / top, unit, "o" if name == ours else "b"))
            y += ROW
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(y: int, name: str, value: float, width: float, unit: str, kind: str) -> str:
    label = f'<text x="12" y="{y + 15}">{escape(name)}</text>'
    bar = f'<rect x="{NAMES}" y="{y + 3}" width="{width:.1f}" height="{ROW - 6}" class="{kind}"/>'
    return f'{label}{bar}<text x="{NAMES + width + 6:.1f}" y="{y + 15}">{value:.3f} {unit}</text>'
