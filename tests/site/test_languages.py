"""Every word of the interface is in every language (issue 8 no. 8)."""

import ast
import html
import re
import time
from datetime import UTC, date, datetime

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from bs4 import BeautifulSoup, Comment, Doctype
from jinja2 import nodes

from indie import demo, languages, times
from indie.errors import InvalidRequest
from indie.languages import ENGLISH, N_, TOLD, Language
from indie.site import account, render
from tests import page_kinds, words
from tests.page_kinds import PAGES

MINUTE = datetime(2026, 7, 3, 9, 5, tzinfo=UTC)
PLACE = re.compile(r"%\(\w+\)s")
TAG = re.compile(r"<[^>]*>")
LETTERS = re.compile(r"[^\W\d_]{2,}")

OTHERS = [tag for tag in languages.known() if tag != ENGLISH.tag]


@pytest.fixture(scope="module")
def wanted():
    """Every word of templates and code."""
    return words.catalogue()


@pytest.fixture(scope="module", params=OTHERS)
def known(request):
    """Each language's catalogue."""
    with (languages.FOLDER / f"{request.param}.po").open("rb") as file:
        return read_po(file, locale=request.param)


def forms(text):
    """A message or its plural forms, as a list."""
    return list(text) if isinstance(text, tuple | list) else [text]


class TestCatalogues:
    def test_each_word_is_translated(self, wanted, known):
        """None is missing, empty or only guessed; `python -m tests.words` says where they go."""
        missing = []
        for word in wanted:
            there = known.get(word.id, word.context) if word.id else word
            if word.id and (there is None or there.fuzzy or not all(forms(there.string))):
                missing.append((word.context, word.id))
        assert missing == []

    def test_none_is_left_that_nobody_says(self, wanted, known):
        """What was taken out of the pages is taken out of the catalogues."""
        assert [] == [word.id for word in known if word.id and wanted.get(word.id, word.context) is None]

    def test_places_and_tags_are_the_same(self, known):
        """A translation puts in the same values, and has the same elements with the same attributes."""
        for word in known:
            for said in forms(word.string) if word.id else ():
                plural = forms(word.id)[-1]
                assert sorted(PLACE.findall(said)) == sorted(PLACE.findall(plural)), said
                assert sorted(TAG.findall(said)) == sorted(TAG.findall(plural)), said

    def test_plurals(self, known):
        """As many forms as the language has."""
        assert {known.num_plurals} == {len(word.string) for word in known if isinstance(word.id, tuple)}

    def test_sentences_are_told_apart(self, wanted):
        """A pattern that would find any sentence, and make it another one, is none."""
        for word in wanted:
            if word.context == TOLD:
                assert LETTERS.search(PLACE.sub("", word.id)) or word.id == "%(value)s (%(code)s).", word.id


EXCEPTIONS = {
    "feeds.opml.xml": {"http", "opml", "org", "spec", "html"},  # the address of what it is
    "feed.rss.xml": {"comments"},  # the end of an address
    "opensearch.xml": {"UTF"},
    "account.html": {"curl", "Authorization", "Bearer", "test", "userinfo"},  # a command to type
}
"""Words in templates that no language has another word for."""


def said_by(template):
    """The text that a template has for itself, with the human attributes of its tags."""
    source = (render.TEMPLATES / template).read_text("utf-8")
    source = re.sub(r"{% block (address|referrer|type) %}.*?{% endblock %}", "", source)
    tree = render.environment().parse(source)
    text = "".join(
        part.data if isinstance(part, nodes.TemplateData) else "0"
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
    )
    text = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>|<!--.*?-->|<\?xml.*?\?>", "", text)
    attributes = re.findall(r'\b(?:title|alt|placeholder|aria-label|label|text)="([^"]*)"', text)
    plain = re.sub(r'<!doctype html>|[\w-]+="[^"]*"', "", TAG.sub(" ", text))
    return " ".join([*plain.split(), *attributes])


TEMPLATES = sorted(str(path.relative_to(render.TEMPLATES)) for path in render.TEMPLATES.rglob("*.*ml"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_says_nothing_by_itself(template):
    """Every word in a template stands in `_()`, `ngettext()` or `{% trans %}`."""
    assert set(LETTERS.findall(said_by(template))) - EXCEPTIONS.get(template, set()) - {"https"} == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_words_among_the_values_of_a_template(template):
    """Nor is a sentence, or a word that begins like one, handed to a filter, a macro or a condition."""
    tree = render.environment().parse((render.TEMPLATES / template).read_text("utf-8"))
    asked = {
        id(one)
        for call in tree.find_all(nodes.Call)
        if getattr(call.node, "name", "") in ("_", "gettext", "ngettext", "pgettext")
        for one in call.find_all(nodes.Const)
    }
    said = [one.value for one in tree.find_all(nodes.Const) if isinstance(one.value, str) and id(one) not in asked]
    assert [] == [one for one in said if re.match(r"[A-Z][a-z]+\b(?!-)|[a-z]+ [a-z]+ [a-z]+", one) and "=" not in one]


OPEN, CLOSE = "⟦", "⟧"
DATE = re.compile(rf"(\d+ )?({'|'.join(Language('eo').month(date(2026, month, 1))[:-5] for month in range(1, 13))}) \d+")

HUMAN = ("title", "alt", "placeholder", "aria-label", "label", "text")
METAS = ("description", "og:title", "og:description", "og:image:alt")
THEIRS = ".e-content, .comment-text, .p-content, .p-note, code, pre, time, script, style"
"""What people wrote, and what no language has another word for."""

NAMES = (
    *("RSS", "Atom", "JSON Feed", "iCalendar", "Mira Example", "mira", "Walks", "Now", "zebra", "mending", "tag", "fences"),
    *("create", "update", "media", "profile", "delete", "undelete", "draft", "email", "Werkzeug", "text/html", "eo"),
    *("Mends fences", "I mend", "A party", "Come.", "Something broke here; it was not you", "1 KB", "Fence", "On"),
    "Why it is worth it. First Find the post. Hammer $ fence --mend Nails 12 Good neighbours",
)


def pseudo(folder):
    """A catalogue in which each word is itself, in brackets."""
    made = Catalog(locale="eo")
    for word in words.catalogue():
        if word.id:
            said = tuple(f"{OPEN}{one}{CLOSE}" for one in forms(word.id))
            made.add(word.id, said if isinstance(word.id, tuple) else said[0], context=word.context)
    with (folder / "eo.po").open("wb") as file:
        write_po(file, made)


@pytest.fixture(scope="module")
def spoken(filled, tmp_path_factory):
    """The filled site, and the empty one, in a language that nobody speaks: each of its words is in brackets."""
    folder, before = tmp_path_factory.mktemp("languages"), languages.FOLDER
    pseudo(folder)
    languages.FOLDER = folder
    for store in filled.stores:
        with store.write():
            store.preferences.put("language", "eo")
    yield filled
    languages.FOLDER = before
    for store in filled.stores:
        with store.write():
            store.preferences.put("language", "en")
    languages.of.cache_clear()


@pytest.fixture(scope="module")
def theirs():
    """All that people wrote: in one text, and its clauses."""
    found = [*NAMES]
    waiting = [page_kinds.POSTS, page_kinds._ANSWERS]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(re.sub(r"<[^>]*>", "\n", one))
        elif isinstance(one, dict):
            waiting.extend([*one.keys(), *one.values()])
        elif isinstance(one, list | tuple):
            waiting.extend(one)
    found += [f"{name} Example" for name in page_kinds._ANSWERS]
    pages = [path.read_text("utf-8", "ignore") for path in demo.PAGES.rglob("*") if path.is_file()]
    for path in demo.PAGES.parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        pages += [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documents]
    for page in filter(None, map(str, pages)):
        linked = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", page)  # in Markdown
        found += [html.unescape(TAG.sub(" ", page)), TAG.sub("", page), TAG.sub("\n", page), html.unescape(page), linked]
    alone = {line for one in found for line in split(one)}
    return " ".join(" ".join(found).split()), alone


def unsaid(document, theirs, parser="lxml"):
    """Words on a page that come neither from the catalogue nor from people."""
    soup = BeautifulSoup(document, parser)
    found, depth = [], 0
    for text in [node for node in soup.find_all(string=True) if not isinstance(node, Comment | Doctype)]:
        outside, depth = beyond(text, depth)
        if not any(parent.css.match(THEIRS) for parent in text.parents if parent.name != "[document]"):
            found += strange(outside, theirs)
    for tag in soup.find_all(True):
        values = [tag[name] for name in HUMAN if tag.has_attr(name)]
        values += [value for name, value in tag.attrs.items() if name.startswith("data-") and " " in value]
        if tag.name == "meta" and (tag.get("name") or tag.get("property")) in METAS:
            values.append(tag["content"])
        found += [one for value in values for one in strange(beyond(value, 0)[0], theirs)]
    return found


def beyond(text, depth):
    """What stands outside of the brackets, and how deep in them the text ends."""
    kept = ""
    for character in text:
        if character in OPEN + CLOSE:
            depth += 1 if character == OPEN else -1
            kept += "\n"
        elif depth == 0:
            kept += character
    return kept, depth


def split(text):
    """The lines and clauses of a text, addresses and dates aside."""
    plain = re.sub(r"https?://\S+|@?[\w-]+(\.[\w-]+)+(:\d+)?[^\s,]*|127\.0\.0\.1\S*|localhost\S*", "\n", text)
    return [line.strip(" –,.:·#()/@…“”") for line in re.split(r"[\n–()]|, |: ", DATE.sub("\n", plain))]


def strange(text, theirs):
    """The clauses with words that nobody wrote; a word that stands alone must do so there too."""
    whole, alone = theirs
    found = [line for line in split(text) if LETTERS.search(line)]
    return [line for line in found if line not in alone and (" " not in line or line not in whole)]


FORMS = {
    "wrong password": ("sign in", {"password": "wrong"}),
    "webmention of nothing": ("webmention", {"source": "nothing", "target": "nothing"}),
    "webmention of what is no page": ("webmention", {"source": "https://a.example/", "target": "https://a.example/"}),
    "set-up with nothing": ("set-up", {"name": "", "password": ""}),
    "new key without anything": ("new key", {"client_id": "nothing"}),
    "new password that is short": ("password", {"password": "short"}),
    "key made": ("new key", {"label": "fences", "scope": "create"}),
}
"""What somebody sends: to which page, with what."""

ADDRESSES = {
    "list that is none": "2026/13/",
    "tag without posts": "tags/nothing/",
    "comment that is none": "c/999999",
    "file that is none": "media/nothing",
    "preview of nothing": "preview/nothing",
    "format that is none": "?format=nothing",
    "webmention that is none": "webmention/nothing",
    "app that lacks a parameter": "auth?response_type=code",
    "app with a wrong address": "auth?response_type=code&client_id=https://app.example/%23&redirect_uri=x",
    "set-up that is over": "setup/nothing",
}
"""What is not there."""

FEEDS = ("feed.rss", "feed.atom", "likes.atom", "reposts.rss", "rsvps.rss", "reviews.rss", "responses.atom", "feeds.opml")


class TestPseudo:
    """The site in a language that nobody speaks: what stands there in brackets went through the catalogue."""

    @pytest.mark.parametrize("name", PAGES)
    def test_a_page_says_only_what_can_be_translated(self, spoken, theirs, name):
        """On each kind of page, each word that is not people's own; and the page says which language it is."""
        page = spoken.get(name).text
        told = (unsaid(page, theirs), BeautifulSoup(page, "lxml").html["lang"])
        # Why not that one: it asks no database, and so does not know what the owner prefers.
        assert ([], "eo") == told or name == "our fault"

    @pytest.mark.parametrize("name", FORMS)
    def test_so_does_the_answer_to_a_form(self, spoken, theirs, name):
        """What is wrong with it is told in the language of the page."""
        page, data = FORMS[name]
        answer = spoken.get(page, "POST", data=data, headers={"Accept": "text/html"})
        assert unsaid(answer.text, theirs) == []

    @pytest.mark.parametrize("said", account.SAID)
    def test_what_was_done_is_told(self, spoken, theirs, said):
        """Above the page of the account."""
        assert unsaid(spoken.get("apps and keys", query_string={"said": said}).text, theirs) == []

    @pytest.mark.parametrize("name", ADDRESSES)
    def test_what_is_not_there_is_told(self, spoken, theirs, name):
        """Also where the sentence has values in it."""
        answer = visit(spoken, ADDRESSES[name])
        assert (True, []) == (answer.status_code >= 400 or "?" in ADDRESSES[name], unsaid(answer.text, theirs))

    @pytest.mark.parametrize("path", FEEDS)
    def test_feeds_too(self, spoken, theirs, path):
        """Titles, descriptions, and what stands around people's words in an item; the feed names its language."""
        document = visit(spoken, path).text
        soup = BeautifulSoup(re.sub(r"<(pubDate|lastBuildDate)>.*?</\1>", "", document), "xml")
        inside = [tag.extract().text for tag in soup.find_all(["content", "encoded"]) + soup.select("item > description")]
        assert unsaid(str(soup), theirs, "xml") == []
        assert [] == [word for one in inside for word in unsaid(f'<div class="entry">{one}</div>', theirs)]
        assert path.endswith("opml") or "eo" in (soup.find(True).get("xml:lang"), getattr(soup.find("language"), "text", ""))

    def test_json_feed_names_its_language(self, spoken):
        """JSON Feed 1.1 §language; a post says its own."""
        assert visit(spoken, "feed.json").json["language"] == "eo"

    def test_programs_are_told_in_english(self, spoken):
        """An error as JSON is for who writes a program, in the words of the documents."""
        told = spoken.get("webmention", "POST", data={"source": "nothing", "target": "nothing"})
        assert OPEN not in told.json["error_description"]


def visit(site, path):
    """What a visitor gets there."""
    return site.apps[site.home].test_client(use_cookies=False).get(f"/{path}", base_url=site.home, headers={"Accept": "text/html"})


GERMAN = languages.of("de")


class TestGerman:
    @pytest.mark.parametrize(
        ("made", "said"),
        [
            (GERMAN.human(MINUTE), "3. Juli 2026, 09:05"),
            (GERMAN.day(MINUTE), "3. Juli 2026"),
            (GERMAN.month(MINUTE), "Juli 2026"),
            (GERMAN.day_of_year(MINUTE), "3. Juli"),
            (GERMAN.clock(MINUTE), "09:05"),
        ],
    )
    def test_dates(self, made, said):
        """As they are written in German."""
        assert said == made

    @pytest.mark.parametrize(("number", "said"), [(0, "0 Antworten"), (1, "1 Antwort"), (2, "2 Antworten")])
    def test_plurals(self, number, said):
        """One is one, none are many."""
        assert said == GERMAN.ngettext("%(num)s reply", "%(num)s replies", number) % {"num": number}

    def test_a_sentence_with_its_values(self):
        """What an error says with a number in it is found by its shape."""
        told = GERMAN.told("There were too many tries to sign in; try again in 42 seconds.")
        assert told == "Es gab zu viele Anmeldeversuche; versuch es in 42 Sekunden noch einmal."

    def test_a_sentence_within_a_sentence(self):
        """The reason in it is translated as well."""
        told = GERMAN.told("The source cannot be used: it has no host name.")
        assert told == "Die Quelle ist nicht zu gebrauchen: sie hat keinen Hostnamen."

    @pytest.mark.parametrize("words", [": give ", " answered ", " (", "”, as does "])
    def test_no_sentence_of_a_strangers_takes_long(self, words):
        """Some of the values are theirs, and may say again and again what stands between two of them."""
        began = time.process_time()
        GERMAN.told(words * 600)
        assert time.process_time() - began < 1

    @pytest.mark.parametrize("words", ["", "Nobody has said this yet.", "100 %(num)s"])
    def test_what_no_catalogue_knows_stays(self, words):
        """Nothing is lost, and the head of the catalogue is no translation of nothing."""
        assert words == GERMAN.told(words)


class TestEnglish:
    @pytest.mark.parametrize("month", range(1, 13))
    def test_dates(self, month):
        """The same as everywhere else in the house (`times`)."""
        moment = MINUTE.replace(month=month)
        assert (times.human(moment), times.day(moment)) == (ENGLISH.human(moment), ENGLISH.day(moment))

    def test_it_says_what_it_is_given(self):
        """There is no catalogue."""
        assert ENGLISH.told("Gone") == "Gone" == N_("Gone")


@pytest.mark.parametrize(("tag", "direction", "locale"), [("en", "ltr", "en_GB"), ("de", "ltr", "de_DE"), ("ar", "rtl", "ar_EG"), ("pt-BR", "ltr", "pt_BR")])
def test_a_language_knows_where_it_is_spoken(tag, direction, locale):
    """Direction for `dir`, country for `og:locale`."""
    assert (direction, locale) == (Language(tag).dir, Language(tag).locale)


def test_the_preference_takes_what_there_is(store):
    """Another one is refused, with the names of those that there are."""
    with pytest.raises(InvalidRequest, match=", ".join(languages.known())), store.write():
        store.preferences.put("language", "tlh")
