"""
Pictures of the example: `python tests/browser/screenshots.py OUT_DIR` writes four PNG files.

`conversation.png` is the one that the README shows (indie/docs/); look at it before you put it there.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import sync_playwright

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.live.running import Running, command

HOME = "http://mira.example/"
"""What the pages say that the site is called; the browser is told that it is the one we started."""

SHOTS = {
    "conversation": ("letter", 1000, "light"),
    "conversation-dark": ("letter", 1000, "dark"),
    "conversation-320": ("letter", 320, "light"),
    "home": ("home", 1000, "light"),
}
"""Name of the file: the page, its width in pixels, the colour scheme."""


def main(out):
    """Start a site with the example, write the pictures into the folder `out`, stop it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Running(Path(folder) / "data", INDIE_URL=HOME)
        try:
            example = command(site.data, "demo", **site.settings)
            assert example.returncode == 0, example.stderr
            pages = {"letter": example.stdout.split()[-1], "home": HOME}
            site.start()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
                    args=["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP mira.example 127.0.0.1:{site.port}"],
                )
                for name, (page, width, scheme) in SHOTS.items():
                    click.echo(write(shoot(browser, pages[page], width, scheme), out / f"{name}.png"))
                browser.close()
        finally:
            site.kill()


def shoot(browser, url, width, scheme):
    """The whole of a page as PNG, pictures that load late among it."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(url)
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("i => i.decode()")
    page.evaluate("scrollTo(0, 0)")
    shot = page.screenshot(full_page=True)
    context.close()
    return shot


def write(shot, path):
    """Write a PNG as small as it gets without a loss; returns a line that says how small."""
    Image.open(io.BytesIO(shot)).convert("RGB").save(path, optimize=True)
    return f"{path}: {path.stat().st_size / 1000:.0f} kB"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/browser/screenshots.py OUT_DIR")
    main(Path(sys.argv[1]))
