"""What the owner changes of how his site looks: the page for it, the sheet and files that come of it."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    after_this_request,
    g,
    make_response,
    redirect,
    request,
    send_from_directory,
)
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as Answer

from indie import style
from indie.context import Context, current
from indie.errors import InvalidRequest, NotFound
from indie.indieauth import session
from indie.languages import N_, Language
from indie.preferences import Preferences
from indie.site import headers, look, media, render
from indie.site.entries import Shelf
from indie.site.owner_views import Choice, Property, ThemePage

blueprint = Blueprint("theming", __name__)
blueprint.before_request(session.refuse_cross_site)

SAFE_MODE = ("theme", "default")
"""The parameter that shows the signed-in owner a page as it came, whatever he did to its templates."""

FILES = (".avif", ".css", ".gif", ".ico", ".jpg", ".jpeg", ".png", ".svg", ".webp", ".woff2")
"""What a theme may serve beside its sheet. Why no script: it would run beside the owner's own pages."""

SCHEMES = {"auto": N_("As each visitor's system says"), "light": N_("Light"), "dark": N_("Dark")}

SAID = {"saved": N_("Saved. This is how your site looks now."), "reset": N_("Your site looks as it came.")}


@blueprint.before_app_request
def safe_mode() -> None:
    """The page as it came, for the owner alone; nobody else sees what the parameter does."""
    name, value = SAFE_MODE
    if request.args.get(name) != value or session.of_request(current()) is None:
        return
    g.safe_mode = ExitStack()
    g.safe_mode.enter_context(render.built_in())

    @after_this_request
    def _unkept(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        return answer


@blueprint.teardown_app_request
def _leave(_: BaseException | None) -> None:
    if "safe_mode" in g:
        g.pop("safe_mode").close()


@blueprint.get("/theme.css")
def sheet() -> Response:
    """The sheet of the site: ours or the theme's, what the owner chose, what he wrote."""
    context = current()
    preferences = context.store.preferences.get()
    data = context.settings.data
    theme = look.find(data, preferences.theme) or look.Theme(look.PLAIN)
    css = look.sheet(data, theme, preferences) or (look.STATIC / "theme.css").read_text(encoding="utf-8")
    answer = make_response(css, 200, {"Content-Type": "text/css; charset=utf-8"})
    now = look.of(data, preferences).sheet
    # Why not for ever at any other address: it says what once was, or what will be.
    named = now is not None and now.endswith(f"?{request.query_string.decode('ascii', 'replace')}")
    answer.headers["Cache-Control"] = media.FOR_EVER if named else "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@blueprint.get("/theme/<path:name>")
def file(name: str) -> Response:
    """A picture or a font of the look: the owner's, or else the theme's."""
    context = current()
    theme = look.find(context.settings.data, context.store.preferences.get().theme) or look.Theme(look.PLAIN)
    for folder in look.static_folders(context.settings.data, theme):
        path = safe_join(str(folder), name)
        inside = path and Path(path).is_file() and look.lies_in(Path(path), folder)
        if inside and name.lower().endswith(FILES):
            return send_from_directory(folder, name)
    raise NotFound("The theme has no such file.")


@blueprint.get("/account/theme")
def show() -> Response:
    """The form."""
    context = current()
    session.require(context)
    preferences = context.store.preferences.get()
    return _page(context, preferences, dict(preferences.style), said=SAID.get(request.args.get("said", "")))


@blueprint.post("/account/theme")
def change() -> Answer:
    """Keep what was chosen, or put back what came; what cannot be is said beside its field, and nothing is kept."""
    context = current()
    session.require(context)
    if request.form.get("reset") == "yes":
        _keep(context, dict.fromkeys(("theme", "colour_scheme", "style", "theme_options"), ""))
        return redirect("/account/theme?said=reset", 303)
    chosen, errors = _chosen(Shelf(context.store, context.settings).language)
    if not errors:
        errors = [(sentence.split()[0], sentence + ".") for sentence in style.faults(style.readable(chosen))]
    preferences = context.store.preferences.get()
    if errors:
        return _page(context, preferences, _typed(), errors=tuple(errors), status=InvalidRequest.status)
    theme = request.form.get("theme", preferences.theme)
    known = look.find(context.settings.data, theme)
    if known is None:
        raise InvalidRequest("There is no such theme.")
    options = {one.name: request.form.get(f"option-{one.name}", one.default) for one in known.options}
    _keep(context, {
        "theme": theme,
        "colour_scheme": request.form.get("scheme", ""),
        "style": json.dumps(chosen, ensure_ascii=False) if chosen else "",
        "theme_options": json.dumps(options, ensure_ascii=False) if options else "",
    })  # fmt: skip
    return redirect("/account/theme?said=saved", 303)


def _typed() -> dict[str, str]:
    return {name: request.form[name] for name in style.DEFAULTS if request.form.get(name, "").strip()}


def _chosen(words: Language) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What is not as it came, and what was wrong with it, by field."""
    chosen: dict[str, str] = {}
    errors: list[tuple[str, str]] = []
    for name, typed in _typed().items():
        try:
            value = style.read(name, typed)
            if value != style.read(name, style.DEFAULTS[name]):
                chosen[name] = value
        except ValueError as error:
            sentence = words.told(str(error))
            errors.append((name, f"{sentence[0].upper()}{sentence[1:]}."))
    return chosen, errors


def _keep(context: Context, texts: Mapping[str, str]) -> None:
    with context.store.write():
        for name, text in texts.items():
            context.store.preferences.put(name, text)


def _page(
    context: Context,
    preferences: Preferences,
    typed: Mapping[str, str],
    *,
    errors: tuple[tuple[str, str], ...] = (),
    said: str | None = None,
    status: int = 200,
) -> Response:
    """typed: by name, what is not as it came, also where it cannot be."""
    data = context.settings.data
    values = {**style.DEFAULTS, **typed}
    shown = {} if errors else style.corrected(dict(typed))
    worn = look.of(data, preferences)
    theme = look.find(data, preferences.theme) or look.Theme(look.PLAIN)

    def field(name: str, label: str, kind: str) -> Property:
        return Property(name, label, values[name], kind, shown.get(name, ""))

    colours = [
        (heading, tuple(field(name + ending, one.label, "color") for name, one in style.COLOURS.items()))
        for heading, ending in ((N_("In the light"), ""), (N_("In the dark"), "-dark"))
    ]
    rest = (N_("Type and space"), tuple(field(name, one.label, "text") for name, one in style.OTHERS.items()))
    view = ThemePage(
        site=Shelf(context.store, context.settings).site(),
        themes=tuple(Choice(one.name, one.title, one.name == worn.theme) for one in look.themes(data)),
        schemes=tuple(Choice(one, label, one == preferences.colour_scheme) for one, label in SCHEMES.items()),
        groups=(*colours, rest),
        options=tuple(
            (
                *(one.name, one.label, worn.options[one.name]),
                tuple(Choice(choice, choice, choice == worn.options[one.name]) for choice in one.choices),
            )
            for one in theme.options
        ),
        faults=tuple(render.faults(worn.layers)) if worn.layers else (),
        errors=errors,
        said=said,
    )
    return headers.owner_page(render.page(view), status)
