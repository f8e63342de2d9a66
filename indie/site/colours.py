"""
The place of a picture that is not there yet, filled with its dominant colour.

A picture names its colour by a class, `c-a1b2c3`, and its page explains the
classes that stand on it in one `<style>`. Why no style attribute: the policy of
our pages takes a `<style>` whose hash it knows, and nothing else inline.
"""

import re

from indie import style as colours

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PICTURE = re.compile(r'<img(?: [a-z]+="[^"]*")*? class="(?:[^"]* )?c-([0-9a-f]{6})"')
"""Why it finds ours alone: in text `<` is escaped, in attributes the quotes are, and nobody else's class stays."""


def class_of(color: str) -> str:
    """The class of a picture of this dominant colour, `#rrggbb`; "" for anything else."""
    return f"c-{color[1:]}" if _COLOUR.fullmatch(color) else ""


def style(html: str) -> str:
    """
    The rules for the pictures of a page, one for each of their colours; "" where none has any.

    Each has an ink that can be read on it: a browser that cannot have the picture writes its `alt` there.
    """
    return "".join(
        f".c-{digits}{{background:#{digits};color:{colours.ink_on('#' + digits)}}}"
        for digits in sorted(set(_PICTURE.findall(html)))
    )
