"""Home, its older pages and permalinks, as they are answered."""

import io

import mf2py
import pytest

from indie import publishing, times

ME = "http://site.example/"


def names(page):
    """The titles on a page of the list."""
    (feed,) = [item for item in mf2py.parse(doc=page, url=ME, html_parser="lxml")["items"] if item["type"] == ["h-feed"]]
    return [entry["properties"]["name"][0] for entry in feed["children"]]


def older(page):
    """Where the list goes on."""
    (url,) = mf2py.parse(doc=page, url=ME, html_parser="lxml")["rels"]["next"]
    return url.removeprefix("http://site.example")


def day(number):
    return f"2024-01-{number:02}T12:00:00Z"


class TestHome:
    def test_it_answers_before_there_is_an_owner(self, client):
        """An empty h-feed, and a card with the host's name (DESIGN §2)."""
        answer = client.get("/")
        card, feed = mf2py.parse(doc=answer.text, url=ME, html_parser="lxml")["items"]
        assert (200, ["site.example"], []) == (answer.status_code, card["properties"]["name"], feed.get("children", []))

    def test_newest_first_twenty_on_a_page(self, client, publish):
        for number in range(1, 24):
            publish(name=f"Post {number}", content="x", published=day(number))
        assert [f"Post {number}" for number in range(23, 3, -1)] == names(client.get("/").text)

    def test_the_rest_is_on_the_next_page(self, client, publish):
        for number in range(1, 24):
            publish(name=f"Post {number}", content="x", published=day(number))
        assert ["Post 3", "Post 2", "Post 1"] == names(client.get(older(client.get("/").text)).text)

    def test_a_page_stays_the_same_when_a_post_comes(self, client, publish):
        """A cursor, and no offset: nothing stands twice, nothing is left out."""
        for number in range(1, 24):
            publish(name=f"Post {number}", content="x", published=day(number))
        link = older(client.get("/").text)
        publish(name="Post 24", content="x", published=day(24))
        assert ["Post 3", "Post 2", "Post 1"] == names(client.get(link).text)

    def test_posts_of_one_moment_all_stand(self, client, publish):
        for number in range(25):
            publish(name=f"Post {number}", content="x", published=day(1))
        first = client.get("/").text
        found = names(first) + names(client.get(older(first)).text)
        assert [f"Post {number}" for number in range(24, -1, -1)] == found

    @pytest.mark.parametrize("cursor", ["x", "2024-01-01T00:00:00.000000Z", "2024-01-01T00:00:00.000000Z-" + "9" * 30])
    def test_404_for_a_cursor_that_is_none(self, client, cursor):
        assert 404 == client.get(f"/before/{cursor}").status_code

    @pytest.mark.parametrize(
        "hidden",
        [
            {"visibility": "unlisted"},
            {"visibility": "private"},
            {"post_status": "draft"},
            {"in_reply_to": "http://them.example/"},
            {"like_of": "http://them.example/"},
            {"repost_of": "http://them.example/"},
        ],
    )
    def test_what_does_not_stand_there(self, client, publish, hidden):
        """Unlisted, private, drafts; replies, likes and reposts."""
        publish(content="Not for this page.", **hidden)
        assert "Not for this page" not in client.get("/").text


class TestPermalink:
    def test_it_says_where_it_takes_webmentions(self, client, post):
        answer = client.get(post.path)
        assert f'<{ME}webmention>; rel="webmention"' in answer.headers.getlist("Link")
        assert f'<link rel="webmention" href="{ME}webmention">' in answer.text

    @pytest.mark.parametrize("path", ["/", "{}"])
    def test_micropub_is_in_the_header_and_in_the_head(self, client, post, path):
        """One rel a link, absolute, in both places (micropub.md §0.10)."""
        answer = client.get(path.format(post.path))
        assert f'<{ME}micropub>; rel="micropub"' in answer.headers.getlist("Link")
        assert f'<link rel="micropub" href="{ME}micropub">' in answer.text

    def test_a_final_slash_is_led_to_the_one_address(self, client, post):
        answer = client.get(f"{post.path}/")
        assert (301, post.url(ME)) == (answer.status_code, answer.headers["Location"])

    def test_an_unlisted_post_is_for_no_search_engine(self, client, publish):
        answer = client.get(publish(content="Few know.", visibility="unlisted").path)
        assert (200, "noindex") == (answer.status_code, answer.headers["X-Robots-Tag"])

    def test_drafts_and_private_posts_are_as_if_they_were_not(self, client, publish):
        """404, in the same words as for what never was."""
        draft = client.get(publish(content="Not yet.", post_status="draft").path)
        private = client.get(publish(content="Mine.", visibility="private").path)
        nothing = client.get("/nothing")
        assert {(404, nothing.text)} == {(answer.status_code, answer.text) for answer in (draft, private, nothing)}

    def test_410_for_what_was_deleted(self, client, store, post):
        """A tombstone with `dt-deleted`, without a word of what was said, and no endpoint."""
        publishing.delete(store, post, ME, times.now())
        answer = client.get(post.path)
        (entry,) = mf2py.parse(doc=answer.text, url=ME, html_parser="lxml")["items"]
        assert (410, True) == (answer.status_code, "deleted" in entry["properties"])
        assert "A fence is a promise" not in answer.text
        assert "webmention" not in " ".join(answer.headers.getlist("Link"))

    def test_undeleted_it_is_there_again(self, client, store, post):
        publishing.delete(store, post, ME, times.now())
        publishing.undelete(store, store.posts.by_id(post.id), ME, times.now())
        assert 200 == client.get(post.path).status_code


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "{}", "/webmention", "/nothing"])
    def test_head_is_get_without_the_body(self, client, post, path):
        asked, got = client.head(path.format(post.path)), client.get(path.format(post.path))
        for answer in (asked, got):
            answer.headers.pop("Date", None)  # a second may pass between the two
        assert (got.status_code, got.headers.to_wsgi_list()) == (asked.status_code, asked.headers.to_wsgi_list())
        assert (b"", True) == (asked.data, bool(got.data))

    @pytest.mark.parametrize("path", ["/", "{}", "/webmention", "/nothing", "/static/theme.css", "/micropub"])
    def test_every_answer_has_the_policy(self, client, post, path):
        """Nothing from anywhere else, no script, no frame (DESIGN §7)."""
        with client.get(path.format(post.path)) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; ")
            assert "script-src" not in policy
            assert "nosniff" == answer.headers["X-Content-Type-Options"]

    @pytest.mark.parametrize("path", ["/", "{}"])
    def test_304_for_who_has_it(self, client, post, path):
        tag = client.get(path.format(post.path)).headers["ETag"]
        again = client.get(path.format(post.path), headers={"If-None-Match": tag})
        assert (304, b"") == (again.status_code, again.data)

    def test_another_etag_once_somebody_answers(self, client, post, receive, answer, look):
        tag = client.get(post.path).headers["ETag"]
        look(receive(answer()))
        assert 200 == client.get(post.path, headers={"If-None-Match": tag}).status_code

    def test_no_cookie_for_a_visitor(self, client, post):
        assert [None, None] == [client.get(path).headers.get("Set-Cookie") for path in ("/", post.path)]

    def test_a_file_of_the_theme_is_kept_for_ever_under_its_hash(self, client):
        path = client.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        with client.get(path) as named, client.get(path.partition("?")[0]) as bare:
            assert "immutable" in named.headers["Cache-Control"]
            assert "no-cache" == bare.headers["Cache-Control"]


class TestErrors:
    def test_404_is_a_page(self, client):
        answer = client.get("/nothing")
        assert (404, "text/html") == (answer.status_code, answer.mimetype)
        assert "Nothing here" in answer.text

    @pytest.mark.parametrize("path", ["/", "/nothing", "/static/theme.css"])
    def test_405_names_what_is_allowed(self, client, path):
        answer = client.post(path)
        assert (405, "text/html") == (answer.status_code, answer.mimetype)
        assert "GET" in answer.headers["Allow"]

    def test_405_of_an_endpoint_is_json(self, client):
        answer = client.delete("/micropub")
        assert (405, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_no_file_beside_the_theme_is_served(self, client):
        assert 404 == client.get("/static/../render.py").status_code

    @pytest.mark.parametrize("path", ["/%00", "/%ff%fe", "/" + "x" * 5000, "/webmention/%0d%0a", "/media/..%2fsecret"])
    def test_404_for_an_address_of_nonsense(self, client, path):
        assert 404 == client.get(path).status_code


class TestMedia:
    @pytest.fixture
    def photo(self, client, bearer, picture):
        """The path of a photo that came with a post."""
        made = client.post(
            "/micropub", data={"h": "entry", "content": "x", "photo": (io.BytesIO(picture), "p.png")},
            headers=bearer("create"),
        )  # fmt: skip
        page = client.get(made.headers["Location"]).text
        return "/media/" + page.partition(f'src="{ME}media/')[2].partition('"')[0]

    def test_the_bytes_that_were_sent(self, client, photo, picture):
        with client.get(photo) as answer:
            assert ("image/png", picture) == (answer.mimetype, answer.data)
            assert "immutable" in answer.headers["Cache-Control"]

    def test_206_for_a_part(self, client, photo, picture):
        """DESIGN §2: media answers `Range` with 206."""
        with client.get(photo, headers={"Range": "bytes=4-9"}) as answer:
            assert (206, picture[4:10]) == (answer.status_code, answer.data)
            assert f"bytes 4-9/{len(picture)}" == answer.headers["Content-Range"]

    def test_416_for_a_part_that_is_not_there(self, client, photo, picture):
        with client.get(photo, headers={"Range": "bytes=99999-"}) as answer:
            assert (416, f"bytes */{len(picture)}") == (answer.status_code, answer.headers["Content-Range"])

    def test_head_has_the_same_headers(self, client, photo):
        with client.head(photo) as asked, client.get(photo) as got:
            assert got.headers.to_wsgi_list() == asked.headers.to_wsgi_list()

    def test_304_for_who_has_it(self, client, photo):
        with client.get(photo) as first:
            tag = first.headers["ETag"]
        with client.get(photo, headers={"If-None-Match": tag}) as again:
            assert 304 == again.status_code

    def test_503_while_a_job_still_fetches_it(self, client, publish):
        """A photo given by URL has its address at once, and its bytes soon."""
        page = client.get(publish(content="x", photo="http://them.example/p.png").path).text
        name = page.partition(f'src="{ME}media/')[2].partition('"')[0]
        answer = client.get(f"/media/{name}")
        assert (503, "5", "no-store") == (
            answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]
        )  # fmt: skip
