"""Which pages are not given to mf2py: its work grows with far more than their length."""

from indie.mf2.outline import Outline

LENGTH = 4_000_000
ELEMENTS = 100_000
DEPTH = 256
NESTED = 12
ROOTS = 1000
CLASSES = 200
VISITS = 4 * ELEMENTS


def refusal(page: Outline, length: int) -> str | None:
    """
    Why a page is not searched for microformats, for a person; None if it is.

    length: of its text, in characters.
    Among 462 pages of the web and of parsers' own tests none comes near these; one of ours with 250 responses has 502
    items, and replies nest as deep as NESTED allows (`site.render.DEEPEST`).
    """
    if length > LENGTH:
        return f"it is longer than {LENGTH} characters"
    if page.elements > ELEMENTS:
        return f"it has more than {ELEMENTS} elements"
    if page.depth > DEPTH:
        return f"its elements lie more than {DEPTH} deep in one another"
    if page.nested > NESTED:
        return f"its microformats lie more than {NESTED} deep in one another"
    if page.roots > ROOTS:
        return f"it has more than {ROOTS} microformats items"
    if page.classes > CLASSES:
        return f"an element has more than {CLASSES} classes"
    if page.visits > VISITS:
        return "its items repeat one another too often"
    return None
