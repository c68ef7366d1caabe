"""Finds a Chromium for the browser tests, or gets one; run as a script it prints the path.

The order: LAYERLAB_BROWSER, a browser that is installed, Playwright's own, Debian's.
It never gives up quietly: a machine on which none can be had fails the tests.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Debian's headless shell is the same engine without a window around it: half the processor time.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FONTS = "fonts-noto-cjk"


class NoBrowserError(RuntimeError):
    """There is no browser here and none could be installed."""


def named_browser() -> str | None:
    """The browser that LAYERLAB_BROWSER names."""
    named = os.environ.get("LAYERLAB_BROWSER")
    if not named:
        return None
    path = shutil.which(named)
    if path is None:
        raise NoBrowserError(f"LAYERLAB_BROWSER names {named!r}, which cannot be run.")
    return path


def installed_browser() -> str | None:
    """A browser on the PATH or in its usual place."""
    return next((path for name in (*NAMES, *PLACES) if (path := shutil.which(name))), None)


def playwright_browser() -> str | None:
    """The browser that `playwright install` put in its cache."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return shutil.which(playwright.chromium.executable_path)


def install_by_playwright() -> bool:
    """Asks Playwright to download its Chromium, and as root the libraries that it needs."""
    playwright = [sys.executable, "-m", "playwright"]
    installed = run([*playwright, "install", "chromium"])
    if installed and sys.platform == "linux" and os.geteuid() == 0:
        run([*playwright, "install-deps", "chromium"])
    return installed


def install_by_apt() -> bool:
    """Asks Debian's or Ubuntu's apt-get, as root or by a sudo that asks no password."""
    if shutil.which("apt-get") is None:
        return False
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    run([*apt, "update"])
    install = [*apt, "install", "-y", "--no-install-recommends", FONTS]
    # Ubuntu and older Debians do not have the shell.
    return run([*install, SHELL]) or run([*install, "chromium"])


def run(command: list[str]) -> bool:
    """Runs a command with its output on stderr, since stdout is for the answer."""
    print("browser:", " ".join(command), file=sys.stderr)
    try:
        return subprocess.run(command, stdout=sys.stderr, timeout=420, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print("browser:", error, file=sys.stderr)
        return False


def find_browser() -> Path | None:
    """The browser that is here already, if any."""
    path = named_browser() or installed_browser() or playwright_browser()
    return Path(path) if path else None


def get_browser() -> Path:
    """The browser to test with, installed if need be."""
    installers: tuple[Callable[[], bool], ...] = (install_by_playwright, install_by_apt)
    path = find_browser()
    for install in installers:
        if path is None and install():
            path = find_browser()
    if path is None:
        raise NoBrowserError(
            "The browser tests need Chromium, and neither `playwright install chromium` nor "
            "`apt-get install chromium` could get it. Install it, or name one in LAYERLAB_BROWSER."
        )
    return path


if __name__ == "__main__":
    try:
        print(get_browser())
    except NoBrowserError as error:
        sys.exit(f"browser: {error}")
