"""`q=source` without a URL: pages, filters, and who may see what (`micropub.md` §3, post list)."""

import re

import pytest

from tests.micropub.conftest import FIRST

LIKED = "https://a.example/1"


def paths(answer):
    return [item["properties"]["uid"][0].removeprefix("http://site.example") for item in answer["items"]]


class TestItems:
    def test_they_are_whole(self, ask, put):
        """Type and every property, with those that clients ask for by name."""
        put("/a", category=["b", "a"], content=[{"html": "<p>x"}])

        assert [
            {
                "type": ["h-entry"],
                "properties": {
                    "url": ["http://site.example/a"],
                    "uid": ["http://site.example/a"],
                    "post-status": ["published"],
                    "visibility": ["public"],
                    "content": [{"html": "<p>x"}],
                    "published": ["2026-07-23T12:00:00+00:00"],
                    "category": ["b", "a"],
                },
            }
        ] == ask("source")["items"]

    def test_the_newest_comes_first(self, ask, put):
        put("/a")
        put("/late", published=["2026-07-23T15:00:00+02:00"])
        put("/early", published=["2026-07-23T14:59:00+04:00"])

        assert ["/late", "/a", "/early"] == paths(ask("source"))

    @pytest.mark.parametrize(
        "names", ["properties[]=content&properties[]=uid", "properties[0]=content&properties[1]=uid"]
    )
    def test_only_the_properties_that_are_asked_for(self, ask, put, names):
        put("/a")
        properties = {"content": ["Words."], "uid": ["http://site.example/a"]}

        assert [{"type": ["h-entry"], "properties": properties}] == ask(raw=f"q=source&{names}")["items"]

    def test_a_site_without_posts_has_an_empty_list(self, ask):
        assert {"items": [], "paging": {}} == ask("source")

    def test_what_is_scheduled_says_that_it_is_published(self, ask, put):
        """A client that reads any other word makes a draft of it (`micropub.md` §0.6)."""
        put("/a", status="scheduled")

        assert ["published"] == ask("source")["items"][0]["properties"]["post-status"]


class TestPages:
    @pytest.fixture
    def many(self, store, put):
        """`many(300)` posts, /0 the oldest; some share a minute."""

        def make(count):
            with store.write():
                for number in range(count):
                    put(f"/{number}", published=[f"2026-07-23T{number // 60:02}:{number % 60 // 3 * 3:02}:00Z"])

        return make

    @pytest.mark.parametrize(
        ("asked", "length"), [("", 20), ("&limit=7", 7), ("&limit=100", 100), ("&limit=5000", 100)]
    )
    def test_a_page_has_20_posts_and_never_more_than_100(self, ask, many, asked, length):
        many(110)

        assert length == len(ask(raw=f"q=source{asked}")["items"])

    @pytest.mark.parametrize("wrong", ["limit=0", "limit=-1", "limit=x", "limit=1.5", "offset=-1", "offset=9999999999"])
    def test_400_for_a_number_that_is_none(self, ask, wrong):
        assert "invalid_request" == ask(raw=f"q=source&{wrong}", status=400)["error"]

    def test_400_for_two_limits(self, ask):
        assert "invalid_request" == ask(raw="q=source&limit=1&limit=2", status=400)["error"]

    @pytest.mark.parametrize(
        "wrong", ["x", "MjAyNg", "%C3%BC", "MjAyNi0wNy0yM1QxMjowMDowMC4wMDAwMDBaIDE7", "=", "A" * 5000]
    )
    @pytest.mark.parametrize("name", ["after", "before"])
    def test_400_for_a_cursor_that_we_never_gave(self, ask, many, name, wrong):
        many(3)

        assert "invalid_request" == ask(raw=f"q=source&{name}={wrong}", status=400)["error"]

    def test_an_empty_cursor_is_the_first_page(self, ask, many):
        """Indigenous sends `after=` before it has one."""
        many(3)

        assert ["/2", "/1", "/0"] == paths(ask(raw="q=source&after=&before="))

    def test_300_posts_forth_and_back_while_others_come(self, ask, many, put):
        """Forth nothing is shown twice or missed, whatever is posted or deleted meanwhile; back the new ones stand too."""
        many(300)
        whole = [f"/{number}" for number in range(300)]
        forth = [page := ask("source", limit=17)]
        while "after" in page["paging"]:
            put(f"/new-{len(forth)}", published=["2026-07-24T00:00:00Z"])
            forth.append(page := ask("source", limit=17, after=page["paging"]["after"]))
        back = [page]
        while "before" in page["paging"]:
            back.append(page := ask("source", limit=17, before=page["paging"]["before"]))

        found = [path for page in forth for path in paths(page)]
        assert whole == sorted(found, key=lambda path: int(path[1:]))
        assert found == [path for page in reversed(back) for path in paths(page) if "new" not in path]
        assert 17 == len([path for page in back for path in paths(page) if "new" in path])

    def test_cursors_need_no_escape_in_a_url(self, ask, many):
        many(30)
        second = ask("source", limit=10, after=ask("source", limit=10)["paging"]["after"])["paging"]

        assert {"after", "before"} == set(second)
        assert all(re.fullmatch(r"[\w-]+", cursor, re.ASCII) for cursor in second.values())

    def test_the_first_page_has_none_before_and_the_last_none_after(self, ask, many):
        """Indigenous offers more for as long as there is an `after`."""
        many(20)

        assert {"after"} == set(ask("source", limit=10)["paging"])
        assert {"before"} == set(ask("source", limit=10, offset=10)["paging"])
        assert {} == ask("source", limit=20)["paging"]

    def test_a_page_that_is_full_may_be_the_last(self, ask, many):
        many(20)
        page = ask("source", limit=10, after=ask("source", limit=10)["paging"]["after"])

        assert (10, {"before"}) == (len(page["items"]), set(page["paging"]))

    def test_an_offset_counts_from_the_newest_or_from_the_cursor(self, ask, many):
        many(9)
        after = ask("source", limit=3)["paging"]["after"]

        assert ["/6", "/5"] == paths(ask("source", limit=2, offset=2))
        assert ["/4", "/3"] == paths(ask("source", limit=2, offset=1, after=after))
        assert [] == ask("source", offset=9)["items"]

    def test_after_and_before_together_are_what_lies_between(self, ask, many):
        many(9)
        first = ask("source", limit=2)["paging"]["after"]
        last = ask("source", limit=3, offset=5)["paging"]["before"]

        assert ["/6", "/5", "/4"] == paths(ask("source", after=first, before=last))
        assert ["/6", "/5"] == paths(ask("source", limit=2, after=first, before=last))


class TestFilters:
    @pytest.fixture(autouse=True)
    def _posts(self, put):
        put("/note", content=["Ein Wort auf der Straße."], category=["walk"])
        put("/like", like_of=[LIKED])
        put("/photo", photo=[{"value": "https://a.example/p.jpg", "alt": "A"}], category=["walk", "sun"])
        put("/draft", status="draft", name=["A title"])
        put("/soon", status="scheduled")
        put("/unlisted", visibility="unlisted")
        put("/private", visibility="private")
        put("/gone", deleted=FIRST)

    ALL = ("/private", "/unlisted", "/soon", "/draft", "/photo", "/like", "/note")

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("", ALL),
            ("post-type=like", ["/like"]),
            ("post-type[]=like&post-type[]=photo", ["/photo", "/like"]),
            ("post-type=nothing", []),
            ("post-status=draft", ["/draft"]),
            ("post-status=scheduled", ["/soon"]),
            ("post-status=published", ["/private", "/unlisted", "/soon", "/photo", "/like", "/note"]),
            ("post-status=deleted", ["/gone"]),
            ("post-status=deleted&post-status=draft", ["/gone", "/draft"]),
            ("visibility=unlisted", ["/unlisted"]),
            ("visibility=private&visibility=unlisted", ["/private", "/unlisted"]),
            ("exists=category", ["/photo", "/note"]),
            ("exists=category&exists=photo", ["/photo"]),
            ("not-exists=category&post-type=note", ["/private", "/unlisted", "/soon"]),
            ("property-category=walk", ["/photo", "/note"]),
            ("property-category[]=walk&property-category[]=sun", ["/photo"]),
            ("property-category=Walk", []),
            ("property-photo=http%3A%2F%2FA.example%2Fp.jpg", ["/photo"]),
            (f"property-like-of={LIKED}", ["/like"]),
            (f"like-of={LIKED}", ["/like"]),
            ("like-of=http://a.example/1/%23x", ["/like"]),
            ("like-of=https://a.example/2", []),
            ("filter=STRASSE", ["/note"]),
            ("filter=wort+straße", ["/note"]),
            ("filter=straße+nichts", []),
            ("filter=title", ["/draft"]),
            ("filter=sun", ["/photo"]),
            ("filter=%25", []),
            ("post-type=note&filter=wort&exists=category&post-status=published&visibility=public", ["/note"]),
            ("mp-channel=walks", []),
            ("filter=&post-type=&exists=&mp-channel=&property-category=", ALL),
        ],
    )
    def test_what_is_found(self, ask, asked, found):
        assert list(found) == paths(ask(raw=f"q=source&{asked}"))

    def test_a_channel_has_its_posts(self, ask, store):
        post = store.posts.at("/note")
        store.database.execute("INSERT INTO post_channels (post_id, channel) VALUES (:id, 'walks')", id=post.id)

        assert ["/note"] == paths(ask("source", mp_channel="walks"))

    @pytest.mark.parametrize("wrong", ["post-status=live", "visibility=Public", "filter=" + "x" * 201])
    def test_400_for_a_word_that_is_none(self, ask, wrong):
        assert "invalid_request" == ask(raw=f"q=source&{wrong}", status=400)["error"]

    def test_cursors_keep_to_the_filter(self, ask):
        """The last page of what is found has no `after`, though older posts follow."""
        page = ask("source", post_type="like", limit=1)

        assert (["/like"], {}) == (paths(page), page["paging"])


class TestScopes:
    """Posts that not everybody may see need update, draft or delete (`micropub.md` §2)."""

    @pytest.fixture(autouse=True)
    def _posts(self, put):
        put("/a")
        put("/unlisted", visibility="unlisted")
        put("/draft", status="draft")
        put("/soon", status="scheduled")
        put("/private", visibility="private")
        put("/gone", deleted=FIRST)

    @pytest.mark.parametrize("scope", ["create", "post media", "media"])
    def test_without_them_only_what_everybody_may_see_is_listed(self, ask, scope):
        assert ["/unlisted", "/a"] == paths(ask("source", scope=scope))

    @pytest.mark.parametrize("scope", ["update", "draft", "delete", "create update"])
    def test_with_one_of_them_all_are(self, ask, scope):
        assert ["/private", "/soon", "/draft", "/unlisted", "/a"] == paths(ask("source", scope=scope))

    @pytest.mark.parametrize(
        "asked", ["post-status=draft", "post-status=scheduled", "post-status=deleted", "visibility=private"]
    )
    def test_401_for_who_asks_for_them_by_name(self, ask, asked):
        """An empty list would say that there are none."""
        answer = ask(raw=f"q=source&{asked}", scope="create", status=401)

        assert ("insufficient_scope", "update", {}) == (answer["error"], answer["scope"], answer["properties"])

    def test_published_ones_may_be_asked_for_by_anybody(self, ask):
        assert ["/unlisted", "/a"] == paths(ask("source", post_status="published", scope="create"))
