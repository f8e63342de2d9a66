"""`python app.py follow`, `following` and `unfollow`, as the owner types them."""

import pytest

from tests.live.running import people

PAGE = "<title>Ann</title><main class=h-feed><h1 class=p-name>Ann{0}</h1><div class=h-entry><p class=e-content>Hi</p><a class=u-url href=/1></a></div></main>"


@pytest.fixture
def ann():
    """Ann's site; it names no hub."""
    with people("127.0.0.2") as (site,):
        site.pages["/"] = PAGE.format("")
        yield site


@pytest.fixture
def typed(app):
    """A command, with other people's sites on this machine."""
    return lambda *arguments: app(*arguments, INDIE_FETCH_ALLOW="127.0.0.0/8", INDIE_URL="http://site.example/")


def test_follow_tells_what_it_found(typed, ann):
    done = typed("follow", ann.home)
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.splitlines() == [f"following {ann.home}: Ann (h-feed; polled, as it names no hub)", "items: 1"]


def test_follow_tells_of_the_hub(typed, ann):
    ann.pages["/"] = (200, {"Link": f"<http://127.0.0.3/hub>; rel=hub, <{ann.home}>; rel=self"}, PAGE.format(""))
    assert "(h-feed; pushed by 127.0.0.3, which is asked now)" in typed("follow", ann.home).stdout


def test_following_lists_them(typed, ann):
    """State, last push, last poll, items, address."""
    typed("follow", ann.home)
    state, _, push, _, poll, items, url = typed("following").stdout.split()
    assert ("polled", "-", "1", ann.home) == (state, push, items, url)
    assert poll.startswith("20")


def test_unfollow_forgets_it(typed, ann):
    typed("follow", ann.home)
    assert f"no longer following {ann.home}\n" == typed("unfollow", ann.home).stdout
    assert "" == typed("following").stdout


def test_nobody_is_followed(typed):
    """Then the list is empty, and that is no error."""
    done = typed("following")
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_a_title_does_not_move_the_cursor(typed, ann):
    """What others write is shown in a terminal."""
    ann.pages["/"] = PAGE.format("\x1b[2J\u202e")
    said = typed("follow", ann.home).stdout
    assert ("\x1b" in said, "\u202e" in said) == (False, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["follow", "ann"], "ann: it does not begin with http:// or https://"),
        (["follow", "http://127.0.0.2:9/"], "cannot be followed"),
        (["follow", "{home}missing"], "cannot be followed: 127.0.0.2 answered 404"),
        (["follow", "{home}nothing"], "there is no feed at"),
        (["follow", "http://site.example/"], "is this site itself"),
        (["unfollow", "{home}"], "is not followed; `following` shows what is"),
    ],
)
def test_what_does_not_work_is_one_line(typed, ann, arguments, said):
    ann.pages["/nothing"] = "<p>Welcome"
    done = typed(*(argument.format(home=ann.home) for argument in arguments))
    assert (1, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert said in done.stderr
