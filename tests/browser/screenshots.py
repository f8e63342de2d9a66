"""
Pictures of the example, for the README and indie/docs/: `python tests/browser/screenshots.py OUT_DIR`.

`python tests/browser/screenshots.py indie/docs/pictures` makes those that are shown; look at them before they are
committed. They are WebP without a visible loss, together less than 1 MB.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import click
from PIL import Image
from playwright.sync_api import sync_playwright

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.live.running import Running, command, until

HOME = "http://mira.example.net/"
"""
What the pages say that the site is called; the browser is told that it is the one we started.

Why not mira.example: the pictures of the example lie there, and no site fetches from itself.
"""

PASSWORD = "correct horse"

PICTURES_ARE_THERE = """async () => {
  const all = [...document.images].map(image => { image.loading = "eager"; return image.decode().then(() => true, () => false) });
  return (await Promise.all(all)).every(Boolean);
}"""
"""Also those that load late; a copy that fits the screen is made by a job, and may not be there yet."""


class Shot(NamedTuple):
    """A picture. page: path, or `letter`. tall: in pixels, None for the whole page. prefer: what is set meanwhile."""

    page: str
    width: int = 1000
    scheme: str = "light"
    tall: int | None = None
    owner: bool = False
    prefer: tuple[tuple[str, str], ...] = ()


SHOTS = {
    "conversation": Shot("letter"),
    "conversation-dark": Shot("letter", scheme="dark"),
    "conversation-320": Shot("letter", 320),
    "home": Shot("", tall=1100),
    "home-dark": Shot("", scheme="dark", tall=1100),
    "photos": Shot("photos/", tall=700),
    "search": Shot("search?q=fence", tall=900),
    "archive": Shot("archive/", tall=700),
    "card": Shot("", tall=1100, prefer=(("theme", "card"),)),
    "photo-first": Shot("", tall=1100, prefer=(("theme", "photo"),)),
    "colours": Shot("letter", tall=1100, prefer=(("style", '{"accent": "#a33b20", "paper": "#ffffff"}'),)),
    "account": Shot("account", tall=900, owner=True),
    "account-theme": Shot("account/theme", tall=900, owner=True),
    "account-followers": Shot("account/followers", tall=700, owner=True),
}
"""By name of the file."""


def main(out):
    """Start a site with the example, write the pictures into the folder `out`, stop it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Running(Path(folder) / "data", INDIE_URL=HOME)
        try:
            example = command(site.data, "demo", **site.settings)
            assert example.returncode == 0, example.stderr
            letter = example.stdout.split()[-1].removeprefix(HOME)
            owner = command(site.data, "setup", "--name", "Mira Example", "--password-stdin", stdin=PASSWORD, **site.settings)
            assert owner.returncode == 0, owner.stderr
            site.start()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
                    args=["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP mira.example.net 127.0.0.1:{site.port}"],
                )
                for name, shot in SHOTS.items():
                    prefer(site, dict(shot.prefer))
                    url = HOME + (letter if shot.page == "letter" else shot.page)
                    click.echo(write(take(browser, url, shot), out / f"{name}.webp"))
                    prefer(site, dict.fromkeys(dict(shot.prefer), ""))
                browser.close()
        finally:
            site.kill()


def prefer(site, preferred):
    """Set preferences; "" puts the default back."""
    for name, value in preferred.items():
        done = command(site.data, "prefer", name, value, **site.settings)
        assert done.returncode == 0, done.stderr


def take(browser, url, shot):
    """The page as PNG."""
    context = browser.new_context(viewport={"width": shot.width, "height": shot.tall or 800}, color_scheme=shot.scheme)
    page = context.new_page()
    if shot.owner:
        page.goto(f"{HOME}signin")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{HOME}account")
    answer = page.goto(url)
    assert answer.status == 200, f"{url} answers {answer.status}"
    until(lambda: page.reload() and page.evaluate(PICTURES_ARE_THERE))
    taken = page.screenshot(full_page=shot.tall is None)
    context.close()
    return taken


def write(shot, path):
    """Write it as small as it gets; returns a line that says how small."""
    Image.open(io.BytesIO(shot)).convert("RGB").save(path, quality=82, method=6)
    return f"{path}: {path.stat().st_size / 1000:.0f} kB"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/browser/screenshots.py OUT_DIR")
    main(Path(sys.argv[1]))
