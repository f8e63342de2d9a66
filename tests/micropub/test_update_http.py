"""Updating over HTTP (Micropub §3.4): every row of `micropub.md` §2, Update, and what a post is seen as while it changes."""

import json
import threading
from datetime import timedelta

import mf2py
import pytest

from indie import publishing, times, wiring
from indie.store import Store

ME = "http://site.example/"
FAR = "2199-01-01T00:00:00+00:00"


@pytest.fixture
def send(client, bearer):
    """`send({…})` posts JSON with a token of this scope; `data=` sends a form."""

    def post(body=None, scope="create update delete undelete", headers=None, **more):
        given = {"json": body} if body is not None else more
        return client.post("/micropub", headers={**bearer(scope), **(headers or {})}, **given)

    return post


@pytest.fixture
def create(send):
    """Make a post of these properties; returns its URL."""

    def make(commands=None, kind="h-entry", scope="create", **properties):
        named = {name.replace("_", "-"): value for name, value in properties.items()}
        answer = send({"type": [kind], "properties": named, **(commands or {})}, scope=scope)
        assert 201 == answer.status_code, answer.json
        return answer.headers["Location"]

    return make


@pytest.fixture
def change(send):
    """`change(url, replace={…})` is the answer to an update."""

    def update(url, scope="update", headers=None, **operations):
        return send({"action": "update", "url": url, **operations}, scope=scope, headers=headers)

    return update


@pytest.fixture
def ask(client, bearer):
    """The answer to `q=source` of one post."""

    def query(url, scope="update", **more):
        return client.get("/micropub", query_string={"q": "source", "url": url, **more}, headers=bearer(scope))

    return query


@pytest.fixture
def source(ask):
    """The properties of a post as `q=source` has them."""
    return lambda url: ask(url).json["properties"]


@pytest.fixture
def versions(store):
    """How many versions the post at a URL has."""
    return lambda url: store.revisions.number(publishing.find(store, ME, url).id)


def shown(client, url):
    (entry,) = mf2py.parse(doc=client.get(url).text, url=url, html_parser="lxml")["items"]
    return entry["properties"]


class TestOperations:
    """Each row of the table, as a client sees it."""

    def test_add_to_a_missing_property_creates_it(self, create, change, source):
        url = create(content=["x"])
        change(url, add={"category": ["a"]})

        assert ["a"] == source(url)["category"]

    @pytest.mark.parametrize("name", ["category", "syndication", "photo"])
    def test_a_value_that_is_there_is_not_added_twice(self, create, change, source, name):
        url = create(content=["x"], **{name: ["http://them.example/1"]})
        change(url, add={name: ["HTTP://them.example:80/1", "http://them.example/2"]})

        assert ["http://them.example/1", "http://them.example/2"] == source(url)[name]

    @pytest.mark.parametrize("name", ["content", "name", "summary"])
    def test_what_makes_sense_once_is_a_list_all_the_same(self, create, change, source, name):
        url = create(content=["x"], **{name: ["first"]} if name != "content" else {})
        before = source(url)[name]
        change(url, add={name: ["second"]})

        assert [*before, "second"] == source(url)[name]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("published", "2020-01-01T00:00:00Z"), ("post-status", "draft"), ("visibility", "unlisted")],
    )
    def test_what_every_post_has_once_is_replaced(self, create, change, source, name, value):
        url = create(content=["x"], published=["2021-01-01T00:00:00Z"], post_status=["published"], visibility=["public"])

        assert 204 == change(url, add={name: [value]}).status_code
        assert [value] == source(url)[name]

    @pytest.mark.parametrize("delete", [["nothing"], {"nothing": ["x"]}, {"category": ["z"]}])
    def test_deleting_what_is_not_there_is_a_success_and_no_change(self, create, change, source, versions, delete):
        url = create(content=["x"], category=["a"])
        before = source(url)

        assert 204 == change(url, delete=delete).status_code
        assert (before, 1) == (source(url), versions(url))

    def test_a_property_goes_with_its_last_value(self, create, change, source):
        url = create(content=["x"], category=["a"])
        change(url, delete={"category": ["a"]})

        assert "category" not in source(url)

    def test_content_may_go_where_something_else_stays(self, create, change, source):
        url = create(content=["x"], name=["n"])

        assert 204 == change(url, delete=["content"]).status_code
        assert "content" not in source(url)

    def test_400_where_nothing_would_be_left(self, create, change, source):
        url = create(content=["x"])

        assert 400 == change(url, delete=["content"]).status_code
        assert ["x"] == source(url)["content"]

    def test_a_photo_with_words_is_deleted_by_its_address(self, create, change, source):
        url = create(content=["x"], photo=[{"value": "http://them.example/1.jpg", "alt": "A gate"}])
        assert 204 == change(url, delete={"photo": ["http://them.example/1.jpg"]}).status_code

        assert "photo" not in source(url)

    def test_a_number_is_deleted_by_its_text(self, create, change, source):
        url = create(content=["x"], energy=[5, 6])
        change(url, delete={"energy": ["5"]})

        assert [6] == source(url)["energy"]

    def test_to_replace_with_nothing_is_to_remove(self, create, change, source):
        """An Obsidian plugin (jimmitchell's) sends `category: []`."""
        url = create(content=["x"], category=["a"])
        change(url, replace={"category": []})

        assert "category" not in source(url)

    def test_delete_then_replace_then_add(self, create, change, source):
        """One property in all three: the order is ours, and fixed."""
        url = create(content=["x"], category=["a", "b"])
        change(url, add={"category": ["a"]}, replace={"category": ["c"]}, delete={"category": ["c"]})

        assert ["c", "a"] == source(url)["category"]

    def test_one_is_not_true(self, create, change, source):
        """They are equal to Python, and to nobody else."""
        url = create(content=["x"], flag=[True])
        change(url, replace={"flag": [1]})

        assert "[1]" == json.dumps(source(url)["flag"])

    def test_unknown_and_nested_properties_stay_as_they_were(self, create, change, source):
        """barryf/micropublish#67: a client that does not know a property must not lose it."""
        checkin = {"type": ["h-card"], "properties": {"name": ["Café"], "latitude": [30.2672]}}
        url = create(content=["x"], checkin=[checkin], x_unknown=[{"a": [1, None]}])
        change(url, replace={"content": ["y"]})

        assert ([checkin], [{"a": [1, None]}]) == (source(url)["checkin"], source(url)["x-unknown"])

    @pytest.mark.parametrize("content", ["a\n\n  b\t<i>&amp; “c”", {"html": "<p>x <em>y</em>\n"}, "😀 שלום +1 100%"])
    def test_content_comes_back_character_for_character(self, create, change, source, content):
        url = create(content=["x"])
        change(url, replace={"content": [content]})

        assert [content] == source(url)["content"]

    def test_words_for_pictures_may_come_later(self, create, change, source):
        """`mp-photo-alt` of an update, one for each picture."""
        url = create(content=["x"], photo=["http://them.example/1.jpg"])

        assert 204 == change(url, **{"mp-photo-alt": ["A gate"]}).status_code
        assert [{"value": "http://them.example/1.jpg", "alt": "A gate"}] == source(url)["photo"]


class TestRefused:
    """400 `invalid_request`, and nothing of it is done."""

    @pytest.mark.parametrize(
        "operations",
        [
            {"replace": "x"},
            {"replace": {"content": "x"}},
            {"add": ["category"]},
            {"add": {"category": "a"}},
            {"delete": "category"},
            {"delete": [1]},
            {"delete": {"category": "a"}},
            {"replace": {"content": ["new"]}, "add": {"category": "a"}},
            {},
            {"replace": {}},
            {"replace": {"type": ["h-event"]}},
            {"replace": {"url": ["http://them.example/"]}},
            {"replace": {"content": ["new"], "published": ["tomorrow"]}},
            {"replace": {"content": ["new"], "published": [5]}},
            {"replace": {"content": ["new"], "post-status": ["deleted"]}},
            {"replace": {"content": ["new"], "visibility": ["protected"]}},
            {"replace": {"content": ["new"], "updated": ["never"]}},
            {"delete": ["content", "category"]},
        ],
        ids=json.dumps,
    )
    def test_what_cannot_be_carried_out(self, create, change, source, versions, operations):
        url = create(content=["old"], category=["a"])
        before = source(url)
        answer = change(url, **operations)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert (before, 1) == (source(url), versions(url))

    @pytest.mark.parametrize("form", [{"action": "update", "replace[content]": "x"}, {"action": ["update"]}])
    def test_an_update_by_form(self, create, send, source, form):
        url = create(content=["old"])
        answer = send(data={**form, "url": url}, scope="update")

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert ["old"] == source(url)["content"]

    @pytest.mark.parametrize("url", ["http://them.example/1", ME, f"{ME}2026/01/01/none", "none", "", None, 5, ["x"]])
    def test_the_address_of_no_post(self, change, url):
        """400, not 404: its own example 25."""
        answer = change(url, replace={"content": ["x"]})

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_a_deleted_post(self, create, send, change):
        url = create(content=["x"])
        send({"action": "delete", "url": url})

        assert 400 == change(url, replace={"content": ["y"]}).status_code
        send({"action": "undelete", "url": url})
        assert 204 == change(url, replace={"content": ["y"]}).status_code

    def test_own_address_of_an_entry_changes_nothing(self, create, change, versions):
        url = create(content=["x"])

        assert 204 == change(url, replace={"url": [url]}).status_code
        assert 1 == versions(url)

    def test_of_a_card_an_address_is_a_property(self, create, change, source):
        url = create(kind="h-card", name=["Ann"], url=["http://ann.example/"])

        assert 204 == change(url, replace={"url": ["http://ann.example/new"]}).status_code
        assert ["http://ann.example/new"] == source(url)["url"]

    @pytest.mark.parametrize("scope", ["create", "delete undelete", "media profile", "updates"])
    def test_401_without_the_scope(self, create, change, source, scope):
        url = create(content=["old"])
        answer = change(url, scope=scope, replace={"content": ["x"]})

        assert (401, "insufficient_scope") == (answer.status_code, answer.json["error"])
        assert ["old"] == source(url)["content"]


@pytest.mark.parametrize("spelling", ["{}/", "{}#top", "{}?utm_source=x", "https{}", "HTTP{}", "http://SITE.example:80{}"])
def test_every_spelling_of_the_address_will_do(create, change, source, spelling):
    url = create(content=["x"])
    rest = {"https{}": url[4:], "HTTP{}": url[4:], "http://SITE.example:80{}": url.removeprefix("http://site.example")}

    assert 204 == change(spelling.format(rest.get(spelling, url)), replace={"content": ["y"]}).status_code
    assert ["y"] == source(url)["content"]


class TestUpdated:
    def test_it_is_told_once_something_changed(self, create, change, source):
        url = create(content=["x"])
        before = times.now().replace(microsecond=0)

        assert "updated" not in source(url)
        change(url, replace={"content": ["y"]})
        (updated,) = source(url)["updated"]
        assert before <= times.parse(updated) <= times.now()

    def test_it_stands_on_the_page(self, client, create, change):
        url = create(content=["x"], published=["2020-01-01T00:00:00Z"])
        change(url, replace={"content": ["y"]})

        assert 1 == len(shown(client, url)["updated"])

    def test_it_stays_where_nothing_changed(self, client, create, change, source, versions):
        """No version, no other page, no other date."""
        url = create(content=["x"], category=["a"])
        change(url, replace={"content": ["y"]})
        before, page, tag = source(url), client.get(url).data, versions(url)

        for operations in (
            {"replace": {"content": ["y"]}},
            {"add": {"category": ["a"]}},
            {"replace": before},
            {"mp-syndicate-to": []},
            {"mp-slug": [url.rpartition("/")[2]]},
            {"delete": {"category": ["a"]}, "add": {"category": ["a"]}},
        ):
            answer = change(url, **operations)
            assert (204, b"") == (answer.status_code, answer.data)
        assert (before, page, tag) == (source(url), client.get(url).data, versions(url))

    def test_a_client_may_say_when(self, create, change, source):
        """An import knows better than we do."""
        url = create(content=["x"], published=["2019-01-01T00:00:00Z"])
        change(url, replace={"content": ["y"], "updated": ["2020-01-01T00:00:00Z"]})

        assert ["2020-01-01T00:00:00Z"] == source(url)["updated"]


class TestAddress:
    def test_it_stays_when_the_kind_changes(self, client, create, change):
        """A note with a name is an article, at the same address."""
        url = create(content=["Some words."])

        assert 204 == change(url, replace={"name": ["A title"]}).status_code
        assert ["A title"] == shown(client, url)["name"]

    def test_it_stays_when_the_date_changes(self, client, create, change):
        url = create(content=["x"])
        change(url, replace={"published": ["2001-01-01T00:00:00Z"]})

        assert 200 == client.get(url).status_code

    @pytest.mark.parametrize("operations", [{"replace": {"mp-slug": ["New one!"]}}, {"mp-slug": "new-one"}, {"mp-slug": ["new-one"]}])
    def test_201_with_a_new_slug(self, client, create, change, operations):
        """The old address leads to the new one."""
        url = create(content=["x"])
        answer = change(url, **operations)
        new = answer.headers["Location"]

        assert (201, f"{url.rpartition('/')[0]}/new-one") == (answer.status_code, new)
        assert {"url": new} == answer.json
        assert (301, new) == ((old := client.get(url)).status_code, old.headers["Location"])
        assert [new] == shown(client, new)["url"]

    def test_every_address_it_ever_had_leads_to_the_last(self, client, create, change):
        """And is known to clients that still have it."""
        urls = [create(content=["x"])]
        urls += [change(urls[-1], **{"mp-slug": slug}).headers["Location"] for slug in ("b", "c", "d")]

        assert [(301, urls[-1])] * 3 == [((a := client.get(url)).status_code, a.headers["Location"]) for url in urls[:3]]
        assert 204 == change(urls[0], replace={"content": ["y"]}).status_code

    def test_it_may_go_back_to_one_of_its_own(self, client, create, change):
        first = create(content=["x"])
        second = change(first, **{"mp-slug": "other"}).headers["Location"]
        answer = change(second, **{"mp-slug": first.rpartition("/")[2]})

        assert (201, first) == (answer.status_code, answer.headers["Location"])
        assert (200, 301) == (client.get(first).status_code, client.get(second).status_code)

    def test_it_never_gets_that_of_another_post(self, client, create, change):
        """Nor one that another ever had."""
        one = create({"mp-slug": "taken"}, content=["one"])
        change(one, **{"mp-slug": "moved"})
        two = create(content=["two"])
        new = change(two, **{"mp-slug": "taken"}).headers["Location"]

        assert f"{one}-2" == new
        assert 204 == change(new, **{"mp-slug": "taken"}).status_code
        assert "one" == shown(client, f"{one.rpartition('/')[0]}/moved")["content"][0]["value"]

    @pytest.mark.parametrize("slug", ["///", "吾輩", ""])
    def test_it_stays_where_no_slug_can_be_made(self, client, create, change, slug):
        url = create(content=["x"])

        assert 204 == change(url, **{"mp-slug": slug}).status_code
        assert 200 == client.get(url).status_code

    def test_source_has_the_new_one(self, create, change, source):
        url = create(content=["x"])
        new = change(url, **{"mp-slug": "b"}).headers["Location"]

        assert [new] == source(url)["url"] == source(new)["url"]


class TestToldAgain:
    @pytest.fixture
    def told(self, frozen_web):
        """Which targets were told since it was last asked."""

        def targets():
            found = [form["target"] for _, form in frozen_web.posted]
            frozen_web.posted.clear()
            return sorted(found)

        for name in ("old", "new"):
            frozen_web.pages[f"http://{name}.example/"] = (
                b'HTTP/1.1 200 OK\nLink: </wm>; rel="webmention"\nContent-Type: text/html\n\n<p>Hello'
            )
            frozen_web.pages[f"http://{name}.example/wm"] = b"HTTP/1.1 202 Accepted\n\n"
        return targets

    def test_every_page_that_it_links_to_or_ever_did(self, create, change, work, told):
        """Webmention §3.1.3: those whose link is gone must hear of it."""
        url = create(content=["See http://old.example/ there"])
        work()
        assert ["http://old.example/"] == told()
        change(url, replace={"content": ["See http://new.example/ there"]})
        work()

        assert ["http://new.example/", "http://old.example/"] == told()

    def test_nobody_where_nothing_changed(self, create, change, work, told):
        url = create(content=["See http://old.example/ there"])
        work()
        told()
        change(url, replace={"content": ["See http://old.example/ there"]})
        work()

        assert [] == told()

    def test_who_knew_of_it_when_it_is_hidden(self, create, change, work, told):
        """Then nobody any more."""
        url = create(content=["See http://old.example/ there"])
        work()
        told()
        change(url, replace={"visibility": ["private"]})
        work()
        assert ["http://old.example/"] == told()
        change(url, replace={"content": ["See http://new.example/ and http://old.example/"]})
        work()
        assert [] == told()

    def test_nobody_where_it_is_hidden_before_anybody_knew(self, create, change, work, told):
        url = create(content=["See http://old.example/ there"])
        change(url, replace={"post-status": ["draft"]})
        work()

        assert [] == told()

    def test_a_draft_tells_nobody_until_it_is_published(self, create, change, work, told):
        url = create(content=["See http://old.example/ there"], post_status=["draft"])
        change(url, add={"category": ["a"]})
        work()
        assert [] == told()
        change(url, replace={"post-status": ["published"]})
        work()
        assert ["http://old.example/"] == told()

    def test_new_pictures_are_mirrored(self, client, create, change, work, frozen_web):
        url = create(content=["x"])
        frozen_web.pages["http://them.example/1.gif"] = b"HTTP/1.1 200 OK\nContent-Type: image/gif\n\nGIF89a\1\0\1\0"
        change(url, add={"photo": ["http://them.example/1.gif"]})
        work()
        (photo,) = shown(client, url)["photo"]
        address = photo["value"] if isinstance(photo, dict) else photo

        assert address.startswith(f"{ME}media/")
        with client.get(address) as picture:
            assert 200 == picture.status_code


class TestVersion:
    """ETag and If-Match (RFC 9110 §13.1.1): a client that read an old version overwrites nothing."""

    @pytest.fixture
    def tag(self, ask):
        return lambda url: ask(url).headers["ETag"]

    def test_it_is_strong_and_stays_while_nothing_changes(self, create, change, tag):
        url = create(content=["x"])
        first = tag(url)
        change(url, replace={"content": ["x"]})

        assert first.startswith('"')
        assert first == tag(url)

    def test_every_change_makes_another(self, create, change, send, tag):
        url = create(content=["x"])
        tags = [tag(url)]
        for act in (
            lambda: change(url, replace={"content": ["y"]}),
            lambda: change(url, replace={"content": ["x"]}),
            lambda: send({"action": "delete", "url": url}),
            lambda: send({"action": "undelete", "url": url}),
        ):
            act()
            tags.append(tag(url))

        assert 5 == len(set(tags))

    def test_the_same_for_a_part_of_the_properties(self, create, ask, tag):
        url = create(content=["x"])

        assert tag(url) == ask(url, **{"properties[]": "content"}).headers["ETag"]

    @pytest.mark.parametrize("query", ["config", "syndicate-to"])
    def test_no_other_answer_has_one(self, client, bearer, query):
        assert "ETag" not in client.get("/micropub", query_string={"q": query}, headers=bearer("update")).headers

    def test_204_where_it_is_the_one_that_was_read(self, create, change, source, tag):
        url = create(content=["x"])

        assert 204 == change(url, headers={"If-Match": tag(url)}, replace={"content": ["y"]}).status_code
        assert ["y"] == source(url)["content"]

    @pytest.mark.parametrize("sent", ['"0-0"', "stale", "W/{}"])
    def test_412_where_it_is_another(self, create, change, source, versions, tag, sent):
        """A weak one never matches."""
        url = create(content=["x"])
        answer = change(url, headers={"If-Match": sent.format(tag(url))}, replace={"content": ["y"]})

        assert (412, "invalid_request") == (answer.status_code, answer.json["error"])
        assert "read it again" in answer.json["error_description"]
        assert (["x"], 1) == (source(url)["content"], versions(url))

    def test_412_even_where_nothing_would_change(self, create, change):
        assert 412 == change(create(content=["x"]), headers={"If-Match": '"0-0"'}, replace={"content": ["x"]}).status_code

    def test_a_star_is_any_version(self, create, change):
        assert 204 == change(create(content=["x"]), headers={"If-Match": "*"}, replace={"content": ["y"]}).status_code

    def test_of_two_at_once_one_wins(self, settings, create, tag, source, bearer, versions):
        """Eight clients that read the same version: one 204, seven 412, one change."""
        url = create(content=["x"])
        headers = {**bearer("update"), "If-Match": tag(url)}
        statuses, line = [], threading.Barrier(8)
        app = wiring.create_app(settings, Store.open(settings))

        def run(number):
            line.wait(10)
            body = {"action": "update", "url": url, "replace": {"content": [f"y{number}"]}}
            statuses.append(app.test_client().post("/micropub", json=body, headers=headers).status_code)
            app.extensions["indie"].store.database.release()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        app.extensions["indie"].store.database.close()

        assert [204] + [412] * 7 == sorted(statuses)
        assert 2 == versions(url)

    def test_without_it_no_change_is_lost(self, settings, create, source, bearer):
        """Eight clients add a tag each; all of them are there."""
        url, headers = create(content=["x"]), bearer("update")
        app = wiring.create_app(settings, Store.open(settings))

        def run(number):
            body = {"action": "update", "url": url, "add": {"category": [f"t{number}"]}}
            assert 204 == app.test_client().post("/micropub", json=body, headers=headers).status_code
            app.extensions["indie"].store.database.release()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        app.extensions["indie"].store.database.close()

        assert [f"t{number}" for number in range(8)] == sorted(source(url)["category"])


class TestDrafts:
    def test_404_until_it_is_published(self, client, create, change):
        """At the address that it has from the start."""
        url = create(content=["x"], post_status=["draft"])
        assert 404 == client.get(url).status_code

        assert 204 == change(url, replace={"post-status": ["published"]}).status_code
        assert 200 == client.get(url).status_code

    def test_it_is_dated_when_it_is_published(self, client, create, change, source):
        """Not when it was begun; and what was changed before is no edit."""
        url = create(content=["x"], post_status=["draft"], published=["2020-01-01T00:00:00Z"])
        change(url, replace={"content": ["y"]})
        change(url, replace={"post-status": ["published"]})

        assert timedelta(minutes=1) > times.now() - times.parse(source(url)["published"][0])
        assert "updated" not in shown(client, url)

    def test_a_date_that_is_sent_with_it_counts(self, create, change, source):
        url = create(content=["x"], post_status=["draft"])
        change(url, replace={"post-status": ["published"], "published": ["2020-01-01T00:00:00Z"]})

        assert ["2020-01-01T00:00:00Z"] == source(url)["published"]

    def test_one_that_was_public_keeps_its_date(self, client, create, change, source):
        url = create(content=["x"], published=["2020-01-01T00:00:00Z"])
        change(url, replace={"post-status": ["draft"]})
        assert 404 == client.get(url).status_code
        change(url, replace={"post-status": ["published"]})

        assert (200, ["2020-01-01T00:00:00Z"]) == (client.get(url).status_code, source(url)["published"])

    def test_a_deleted_one_is_as_if_it_never_was(self, client, create, send):
        """410 would tell that there was something."""
        url = create(content=["x"], post_status=["draft"])
        send({"action": "delete", "url": url})

        assert client.get(f"{ME}2026/01/01/never").data == client.get(url).data


class TestDraftScope:
    """`draft` without `create`: an app that may prepare, and never publish."""

    def test_what_it_creates_is_a_draft(self, client, create, source):
        """Whatever it asks for."""
        url = create(scope="draft", content=["x"], post_status=["published"])

        assert (404, ["draft"]) == (client.get(url).status_code, source(url)["post-status"])

    def test_it_updates_drafts(self, create, change, source):
        url = create(content=["x"], post_status=["draft"])

        assert 204 == change(url, scope="draft", replace={"content": ["y"]}).status_code
        assert ["y"] == source(url)["content"]

    @pytest.mark.parametrize("published", ["2020-01-01T00:00:00Z", FAR])
    def test_401_for_what_is_published(self, create, change, source, published):
        """Or will be."""
        url = create(content=["x"], published=[published])
        answer = change(url, scope="draft", replace={"content": ["y"]})

        assert (401, "update") == (answer.status_code, answer.json["scope"])
        assert ["x"] == source(url)["content"]

    @pytest.mark.parametrize("scope", ["draft", "draft update", "draft update delete undelete media"])
    @pytest.mark.parametrize("more", [{}, {"published": [FAR]}])
    @pytest.mark.parametrize("operation", ["replace", "add"])
    def test_401_for_publishing(self, client, create, change, scope, more, operation):
        """Now or later, in whatever words."""
        url = create(content=["x"], post_status=["draft"])
        answer = change(url, scope=scope, **{operation: {"post-status": ["published"], **more}})

        assert (401, "create") == (answer.status_code, answer.json["scope"])
        assert 404 == client.get(url).status_code

    @pytest.mark.parametrize("scope", ["update", "create update", "draft create update"])
    def test_others_may(self, client, create, change, scope):
        url = create(content=["x"], post_status=["draft"])

        assert 204 == change(url, scope=scope, replace={"post-status": ["published"]}).status_code
        assert 200 == client.get(url).status_code

    def test_401_for_deleting(self, client, create, send):
        url = create(content=["x"])

        assert 401 == send({"action": "delete", "url": url}, scope="draft").status_code
        assert 200 == client.get(url).status_code


class TestScheduled:
    def test_404_until_its_time(self, client, create):
        """And in no list."""
        url = create(content=["Not yet."], published=[FAR])

        assert 404 == client.get(url).status_code
        assert "Not yet." not in client.get("/").text

    def test_clients_are_told_that_it_is_published(self, create, source):
        """Indigenous makes a draft of everything else; the date tells the rest."""
        url = create(content=["x"], published=[FAR])

        assert (["published"], [FAR]) == (source(url)["post-status"], source(url)["published"])

    def test_a_date_in_the_past_publishes_it_at_once(self, client, create, change, source):
        url = create(content=["x"], published=[FAR])
        change(url, replace={"published": ["2020-01-01T00:00:00Z"]})

        assert (200, ["2020-01-01T00:00:00Z"]) == (client.get(url).status_code, source(url)["published"])

    def test_a_draft_with_such_a_date_waits_for_it(self, client, create, change, source):
        url = create(content=["x"], post_status=["draft"], published=[FAR])
        change(url, replace={"post-status": ["published"]})

        assert (404, [FAR]) == (client.get(url).status_code, source(url)["published"])

    def test_it_takes_no_webmention(self, client, create):
        url = create(content=["x"], published=[FAR])
        answer = client.post("/webmention", data={"source": "http://them.example/1", "target": url})

        assert (400, "target_not_supported") == (answer.status_code, answer.json["error"])


class TestPreview:
    @pytest.mark.parametrize(
        "properties", [{"post-status": ["draft"]}, {"published": [FAR]}, {"visibility": ["private"]}]
    )
    def test_the_answer_to_a_create_has_its_address(self, client, send, properties):
        answer = send({"type": ["h-entry"], "properties": {"content": ["Soon."], **properties}})

        assert answer.json["url"] == answer.headers["Location"]
        assert "Soon." in client.get(answer.json["preview"]).text

    @pytest.mark.parametrize("properties", [{}, {"visibility": ["unlisted"]}])
    def test_none_where_everybody_may_see_it(self, send, properties):
        answer = send({"type": ["h-entry"], "properties": {"content": ["x"], **properties}})

        assert {"url": answer.headers["Location"]} == answer.json
