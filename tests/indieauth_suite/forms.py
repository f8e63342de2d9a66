"""The forms of a page as a browser sees them, and which of them signs in, allows, denies."""

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from bs4 import BeautifulSoup

ALLOW = re.compile(r"\b(allow|approve|authori[sz]e|accept|agree|continue|confirm|grant|yes|log ?in|sign ?in)\b", re.IGNORECASE)
DENY = re.compile(r"\b(deny|cancel|reject|decline|refuse|disallow|no)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Box:
    """A checkbox."""

    name: str
    value: str
    ticked: bool
    disabled: bool


@dataclass(frozen=True)
class Form:
    """
    A form.

    fields: pairs that are sent whatever is ticked: hidden ones, texts, choices as they stand.
    buttons: (name, value, words on it). password, user: names of these fields; "" for none.
    """

    action: str
    method: str
    fields: tuple
    boxes: tuple
    buttons: tuple
    password: str = ""
    user: str = ""
    hidden: tuple = field(default=())

    @property
    def scopes(self):
        """The checkboxes of scopes."""
        return tuple(box for box in self.boxes if "scope" in box.name.lower())

    def sent(self, scope=None, extra=(), button=None):
        """
        The pairs that a browser would send.

        scope: the scopes that are ticked; None leaves them as they are.
        """
        ticked = [
            box
            for box in self.boxes
            if not box.disabled and (box.ticked if scope is None or box not in self.scopes else box.value in scope)
        ]
        pressed = [button[:2]] if button and button[0] else []
        return [*self.fields, *((box.name, box.value) for box in ticked), *pressed, *extra]


def read(html, base):
    """The forms of a page, in order."""
    return [_form(tag, base) for tag in BeautifulSoup(html, "html.parser").find_all("form")]


def signs_in(form):
    """Whether it asks for the password, and for nothing else that is to be decided."""
    return bool(form.password) and not form.scopes


def allows(form):
    """The button of a form by which the owner allows; None where it is no form of consent."""
    if form.method != "POST" or signs_in(form):
        return None
    fits = [button for button in form.buttons if not DENY.search(button[2])]
    named = [button for button in fits if ALLOW.search(button[2])]
    return next(iter(named or (fits if form.scopes else [])), None)


def denies(form):
    """The button by which the owner says no; None where there is none."""
    return next((button for button in form.buttons if DENY.search(button[2])), None)


def _form(tag, base):
    fields, boxes, buttons, names, hidden = [], [], [], {}, []
    for part in tag.find_all(["input", "select", "textarea", "button"]):
        name, kind = part.get("name", ""), (part.get("type") or "").lower()
        value = part.get("value", "")
        if part.name == "button" or kind in ("submit", "image"):
            words = f"{part.get_text(' ', strip=True)} {value}".strip() or "Submit"
            if kind in ("", "submit", "image"):
                buttons.append((name, value, words))
        elif part.name == "select":
            options = part.find_all("option")
            chosen = next((option for option in options if option.has_attr("selected")), options[0] if options else None)
            if chosen is not None:
                fields.append((name, chosen.get("value", chosen.get_text(strip=True))))
        elif kind == "checkbox":
            boxes.append(Box(name, value or "on", part.has_attr("checked"), _is_disabled(part)))
        elif kind == "password":
            names.setdefault("password", name)
        elif kind == "radio":
            fields += [(name, value)] if part.has_attr("checked") else []
        elif name and not _is_disabled(part) and kind not in ("button", "reset", "file"):
            fields.append((name, part.get_text() if part.name == "textarea" else value))
            hidden += [value] if kind == "hidden" else []
            if kind in ("", "text", "email") and part.name == "input":
                names.setdefault("user", name)
    return Form(
        urljoin(base, tag.get("action") or base),
        (tag.get("method") or "get").upper(),
        tuple(pair for pair in fields if pair[0]),
        tuple(boxes),
        tuple(buttons),
        names.get("password", ""),
        names.get("user", ""),
        tuple(hidden),
    )


def _is_disabled(part):
    return part.has_attr("disabled") or part.find_parent("fieldset", disabled=True) is not None
