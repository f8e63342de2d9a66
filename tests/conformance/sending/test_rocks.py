"""The server that examines senders notices what it is there to notice."""

import pytest
import requests

from tests.conformance.sending.rocks import Rocks
from tests.live.running import people

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def rocks():
    made = Rocks("127.0.0.9")
    yield made
    made.close()


@pytest.fixture
def source(rocks):
    """A page that links to what it is told: `source("/test/1")`."""
    with people("127.0.0.2") as (one,):

        def write(*paths, more="", status=200):
            one.pages["/1"] = (status, {}, more + "".join(f'<a href="{rocks.home}{path}">x</a>' for path in paths))
            return f"{one.home}1"

        yield write


def post(rocks, path, source="", target="", kind=FORM, **more):
    """(status, code) of a POST."""
    form = {name: value for name, value in {"source": source, "target": target and rocks.home + target, **more}.items() if value}
    with requests.Session() as session:
        session.trust_env = False
        body = "&".join(f"{name}={requests.utils.quote(value, safe='')}" for name, value in form.items())
        answer = session.post(rocks.home + path, data=body, headers={"Content-Type": kind}, timeout=10)
    return answer.status_code, answer.text.split("\n")[0]


def get(rocks, path):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(rocks.home + path, timeout=10)


@pytest.mark.parametrize(
    ("path", "given", "code"),
    [
        ("/test/1/webmention", {"kind": "application/json", "source": "?"}, "invalid_content_type"),
        ("/test/1/webmention", {"target": "/test/1"}, "missing_source"),
        ("/test/1/webmention", {"source": "ftp://a.example/", "target": "/test/1"}, "invalid_source"),
        ("/test/1/webmention", {"source": "http://a.example/"}, "missing_target"),
        ("/test/1/webmention", {"source": "http://a.example/", "target": "/"}, "invalid_target"),
        ("/test/1/webmention", {"source": "http://a.example/", "target": "/test/2"}, "invalid_target"),
        ("/test/1/webmention/error", {"source": "http://127.0.0.1:1/", "target": "/test/1"}, "error"),
        ("/test/20", {"source": "http://127.0.0.1:1/", "target": "/test/20"}, "error"),
        ("/test/21/webmention", {"source": "http://127.0.0.1:1/", "target": "/test/21"}, "invalid_request"),
        ("/test/21/webmention?query=yes", {"source": "http://127.0.0.1:1/", "target": "/test/21", "query": "yes"}, "invalid_request"),
        ("/test/23/page/webmention-endpoint/0", {"source": "http://127.0.0.1:1/", "target": "/test/23/page"}, "invalid_request"),
        ("/update/1/part/1/webmention", {"source": "http://127.0.0.1:1/", "target": "/update/1"}, "invalid_request"),
        ("/delete/1/webmention?key=0", {"source": "http://127.0.0.1:1/", "target": "/delete/1"}, "invalid_request"),
        ("/test/1/webmention", {"source": "http://127.0.0.1:1/", "target": "/test/1"}, "connect_error"),
    ],
)
def test_what_is_wrong_is_refused_in_this_order(rocks, path, given, code):
    assert (400, code) == post(rocks, path, **given)


def test_the_link_is_compared_letter_by_letter(rocks, source):
    url = source("/test/1?", more='<a href="/test/1">x</a><a name="/test/1"></a>')
    assert (400, "no_link_found") == post(rocks, "/test/1/webmention", url, "/test/1")
    assert (200, "Got it!") == post(rocks, "/test/1/webmention", source("/test/1"), "/test/1")


def test_a_trap_takes_the_success_away(rocks, source):
    url = source("/test/3")
    post(rocks, "/test/3/webmention", url, "/test/3")
    post(rocks, "/test/3/webmention/error", url, "/test/3")
    assert (url, f"{rocks.home}/test/3") not in rocks.taken


def test_23_is_good_once(rocks, source):
    page = get(rocks, "/test/23/page")
    endpoint = page.headers["Link"].partition(">")[0].strip("<")
    assert (410, "Code expired") == ((again := get(rocks, page.url.removeprefix(rocks.home))).status_code, again.text)
    told = [post(rocks, f"/test/23/page/{endpoint}", source("/test/23/page"), "/test/23/page")[0] for _ in range(2)]
    assert [200, 400] == told


def test_a_key_is_good_once(rocks, source):
    key = get(rocks, "/delete/1").text.partition("?key=")[2][:8]
    told = [post(rocks, f"/delete/1/webmention?key={key}", source("/delete/1"), "/delete/1") for _ in range(2)]
    assert [(200, "Ticked."), (400, "invalid_request")] == told


def test_update_1_in_the_wrong_order(rocks, source):
    """What is told to the second before the first has been told alone counts for nothing."""
    key = get(rocks, "/update/1/part/2").text.partition("?key=")[2][:8]
    url = source("/update/1", "/update/1/part/2")
    assert (200, "test_not_started") == post(rocks, f"/update/1/part/2/webmention?key={key}", url, "/update/1/part/2")


@pytest.mark.parametrize(
    ("status", "paths", "more", "code"),
    [
        (200, (), "", (400, "not_deleted")),
        (410, ("/delete/1",), "", (200, "not_deleted")),
        (410, (), "", (200, "Ticked.")),
        (200, (), '<meta http-equiv="STATUS" content="410 Gone">', (200, "Ticked.")),
    ],
)
def test_delete_1(rocks, source, status, paths, more, code):
    """Gone by status or by what the page says, and without the link."""
    rocks.ticks.clear()
    for given in ({"paths": ("/delete/1",)}, {"paths": paths, "more": more, "status": status}):
        key = get(rocks, "/delete/1").text.partition("?key=")[2][:8]
        url = source(*given.pop("paths"), **given)
        said = post(rocks, f"/delete/1/webmention?key={key}", url, "/delete/1")
    assert code == said


@pytest.mark.parametrize(("number", "name"), [(1, "Link"), (7, "LinK")])
def test_head_is_answered_as_get_is(rocks, number, name):
    """With a mark at the endpoints, by which it is seen who asks so; the name of the header is in the test's case."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.head(f"{rocks.home}/test/{number}", timeout=10)
    assert ("*", True) == (answer.headers["Access-Control-Allow-Origin"], "/webmention?head=true>" in answer.headers["Link"])
    assert name in list(answer.headers)


@pytest.mark.parametrize("number", [3, 9, 12])
def test_the_link_is_the_last_tag_of_the_head(rocks, number):
    head = get(rocks, f"/test/{number}").text.partition("</head>")[0]
    assert "rel=" in head.rpartition("<")[2]
    assert head.index("<script") < head.rindex("<link")
