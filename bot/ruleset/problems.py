"""What is wrong in a rule file, shown like a good compiler does: file, line, caret, what is wrong, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. Lines and columns count from 1; `source` is the line itself; `rule` is the item's id if known."""

    file: str
    line: int
    column: int
    text: str
    hint: str = ""
    rule: str = ""
    width: int = 1
    source: str = ""
    level: Literal["error", "warning"] = "error"

    def render(self) -> str:
        """Several lines of plain text, without a trailing newline."""
        head = f"{self.file}:{self.line}:{self.column}: {self.level}: {self.text}"
        lines = [head]
        if self.source:
            lines += [f"    {self.source}", "    " + " " * (self.column - 1) + "^" * max(1, self.width)]
        if self.hint:
            lines.append(f"    {self.hint}")
        return "\n".join(lines)
