"""The words in the bytes of a page."""

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SPOKEN = re.compile(
    r"utf-8|utf-16(-[lb]e)?|iso8859-\d+|cp(125\d|866|874|932|949)|koi8-[rut]|mac-\w+|ptcp154"
    r"|gb2312|gbk|gb18030|big5\w*|euc_(jp|kr)|euc_jis\w*|shift_jis\w*|iso2022_jp\w*|johab"
)
"""
The codecs that pages are written in, as Python spells them.

Why: Python has others too, such as `punycode` and `unicode_escape`, that take
quadratic time or make halves of characters.
"""


def decode(body: bytes, charset: str | None = None) -> str:
    """
    The text of a page: byte order mark, then what HTTP said (`charset`), then `<meta>`, UTF-8, Windows-1252.

    A name that lies is passed over: the next is tried. Never raises.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    meta = _META.search(body[:4096])
    # A page whose <meta> could be read byte by byte is not in UTF-16, whatever it says (HTML §13.2.3.2).
    named = _codec(meta[1].decode("ascii", "replace")) if meta else None
    said = "utf-8" if named and named.startswith("utf-16") else named
    for name in filter(None, (_codec(charset), said, "utf-8")):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")


def _codec(name: str | None) -> str | None:
    """The codec of this name; None if there is none that pages are written in."""
    try:
        found = codecs.lookup(name.strip(" \"'")).name if name else ""
    except (LookupError, ValueError):
        return None
    if found in ("ascii", "iso8859-1"):
        return "cp1252"  # What pages mean by it (WHATWG Encoding §4.2).
    return found if _SPOKEN.fullmatch(found) else None
