"""How many mutants of each file the tests kill, from what `mutmut run` left behind: `python -m bench.mutants [LEAST]`.

Exit code 1 if fewer than LEAST percent (85) were killed in any file. Survivors are shown as what changed; docs/mutants.md says
why those that stay, stay.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import sys
from pathlib import Path

HOME = Path("mutants")


def main() -> int:
    """All files that have mutants."""
    least = float(sys.argv[1]) if len(sys.argv) > 1 else 85.0
    worst = 100.0
    for meta in sorted(HOME.rglob("*.meta")):
        outcomes: dict[str, int | None] = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
        survivors = [name for name, code in outcomes.items() if code in (0, 33, None)]
        if not outcomes:
            continue
        rate = 100.0 * (len(outcomes) - len(survivors)) / len(outcomes)
        worst = min(worst, rate)
        file = meta.with_suffix("")
        print(f"{file.relative_to(HOME)}: {len(outcomes) - len(survivors)} of {len(outcomes)} killed ({rate:.1f} %)")
        for name in survivors:
            print(f"  {name.rpartition('.')[2].replace('__mutmut_', ' #')}: {changed(file, name)}")
    return int(worst < least)


def changed(file: Path, mutant: str) -> str:
    """The lines in which a mutant differs from the original."""
    functions = {
        node.name: ast.unparse(node).splitlines()[1:]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    name = mutant.rpartition(".")[2]
    before, after = functions[re.sub(r"__mutmut_\d+$", "__mutmut_orig", name)], functions[name]
    lines = [
        line
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    return " → ".join(" ".join(line[1:].split())[:100] for line in lines)


if __name__ == "__main__":
    sys.exit(main())
