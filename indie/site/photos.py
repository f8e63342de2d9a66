"""Pictures as pages show them: a smaller copy where there is one, the whole a click away."""

from indie import files, mirror, urls
from indie.languages import ENGLISH, N_, Language
from indie.mf2.item import Image
from indie.site import colours
from indie.site.views import Photo
from indie.store import Store
from indie.store.media import MISSING, PHOTO, Medium

MIDDLE = 800
"""Width in pixels of the copy that stands for the picture itself, as `src`."""

SMALL = 400
"""Up to this width in pixels a picture in a text is shown whole already, and leads nowhere."""

WHOLE = N_("The whole picture")
"""What the link of a picture is called that nobody has described."""

COLUMN = "(min-width: 44rem) 41rem, calc(100vw - 3rem)"
HALF = "(min-width: 44rem) 20rem, calc(50vw - 2rem)"
"""How wide the theme shows a picture: alone, or beside another one (`.page` and `.several` in theme.css)."""


def name_of(store: Store, me: str, url: str) -> str | None:
    """The name that a picture has among our media: its own, or that of our copy. None for other pages of ours."""
    own = files.name_at(me, url)
    if own is None and not urls.same_site(url, me):
        return mirror.name(store.secret, PHOTO, url)
    return own


def photo(me: str, image: Image, name: str | None, medium: Medium | None, *, several: bool = False) -> Photo:
    """
    A picture of a post.

    name: `name_of` it. medium: what we know of that; a picture of ours that is not there is missing.
    several: whether others stand beside it.
    """
    missing = name is not None and (medium is None or medium.state == MISSING)
    if name is None or medium is None or missing:
        return Photo(src=image.url, alt=image.alt or "", href=image.url, missing=missing)
    whole, copies = files.address(me, name), _copies(me, medium)
    return Photo(
        src=next((url for url, width in copies if width == MIDDLE), whole),
        alt=image.alt or "",
        href=whole,
        width=medium.width or None,
        height=medium.height or None,
        srcset=copies,
        sizes=HALF if several else COLUMN,
        color=medium.color,
    )


def attributes(
    me: str, url: str, name: str | None, medium: Medium | None, words: Language = ENGLISH
) -> dict[str, str]:
    """
    The attributes of an `<img>` in the text of a post, and of the link around it (`sanitize.Picture`).

    It is always one of ours. Which one is looked at first is for the template to know: here all of them can wait.
    """
    # Why an alt: where its author wrote none, its file name would be read out.
    always = {"alt": "", "loading": "lazy", "decoding": "async"}
    shown = photo(me, Image(url), name, medium)
    if shown.missing and name:
        return {"src": files.address(me, name), **always}
    known = {"src": shown.src, "width": f"{shown.width or ''}", "height": f"{shown.height or ''}", **always}
    known |= {"class": colours.class_of(shown.color)}
    if name and (shown.width or SMALL + 1) > SMALL:
        known |= {"href": shown.href, "aria-label": words.gettext(WHOLE)}
    if shown.srcset:
        known |= {"srcset": ", ".join(f"{copy} {width}w" for copy, width in shown.srcset), "sizes": shown.sizes}
    return {attribute: value for attribute, value in known.items() if value or attribute == "alt"}


def _copies(me: str, medium: Medium) -> tuple[tuple[str, int], ...]:
    """The smaller copies; behind them the whole, unless it is more than any screen needs."""
    copies = [(files.address(me, copy.file), copy.width) for copy in medium.renditions]
    if copies and medium.width <= 2 * MIDDLE:
        copies.append((files.address(me, medium.name), medium.width))
    return tuple(copies)
