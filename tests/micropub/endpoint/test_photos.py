"""Pictures, films and sounds in posts: uploaded, or given by URL."""

from io import BytesIO

import mf2py
import pytest

from indie.errors import TimedOut

PNG = "https://a.example/sunset.png"


@pytest.fixture
def upload(post):
    """`upload(("photo", body, "a.jpg", "image/jpeg"), …)` sends a note with these files."""

    def send(*files, **form):
        named = {}
        for name, body, filename, mimetype in files:
            named.setdefault(name, []).append((BytesIO(body), filename, mimetype))
        return post({"h": "entry", "content": "Look"} | form | named, content_type="multipart/form-data")

    return send


@pytest.fixture
def photos(client):
    """The photos of a permalink: (URL, alt)."""

    def read(url):
        (entry,) = [item for item in mf2py.parse(client.get(url).text, url=url)["items"] if "h-entry" in item["type"]]
        found = entry["properties"].get("photo", [])
        return [(photo["value"], photo.get("alt")) if isinstance(photo, dict) else (photo, None) for photo in found]

    return read


class TestUpload:
    @pytest.mark.parametrize(
        ("kind", "mimetype"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
    )
    def test_it_is_served_as_it_came(self, client, upload, photos, picture, kind, mimetype):
        """Byte for byte, with just its media type."""
        body = picture(kind)
        answer = upload(("photo", body, "x", mimetype))
        ((url, _),) = photos(answer.location)
        served = client.get(url)

        assert 201 == answer.status_code
        assert (200, mimetype, body) == (served.status_code, served.headers["Content-Type"], served.data)
        served.close()

    def test_its_own_bytes_say_what_it_is(self, client, upload, photos, picture):
        """Clients label wrongly: every upload of micro.blog for Mac is called image.jpg."""
        ((url, _),) = photos(upload(("photo", picture("PNG"), "image.jpg", "image/jpeg")).location)
        served = client.get(url)

        assert "image/png" == served.headers["Content-Type"]
        served.close()

    @pytest.mark.parametrize("key", ["photo[]", "photo"])
    def test_several_keep_their_order(self, upload, photos, picture, ask, key):
        bodies = [picture("PNG", colour) for colour in ("red", "green", "blue")]
        url = upload(*((key, body, f"{n}.png", "image/png") for n, body in enumerate(bodies))).location
        shown = [address for address, _ in photos(url)]

        assert 3 == len(set(shown))
        assert shown == ask("source", url=url).json["properties"]["photo"]

    def test_each_gets_the_alt_of_its_place(self, upload, photos, picture):
        """Also where one is left empty."""
        files = [("photo[]", picture("PNG", colour), "x.png", "image/png") for colour in ("red", "green")]
        url = upload(*files, **{"mp-photo-alt[]": ["", "A green field"]}).location

        assert ["A green field"] == [alt for _, alt in photos(url) if alt]
        assert "A green field" == photos(url)[1][1]

    def test_fewer_alts_than_photos_describe_none(self, upload, photos, picture):
        """Better no words than those of another picture."""
        files = [("photo[]", picture("PNG", colour), "x.png", "image/png") for colour in ("red", "green")]
        url = upload(*files, **{"mp-photo-alt[]": ["Which?"]}).location

        assert [] == [alt for _, alt in photos(url) if alt]

    def test_files_and_urls_go_together(self, upload, picture, ask):
        url = upload(("photo[]", picture("PNG"), "x.png", "image/png"), photo=PNG).location

        first, second = ask("source", url=url).json["properties"]["photo"]
        assert (PNG, True) == (first, second.startswith("http://site.example/media/"))

    @pytest.mark.parametrize("key", ["{}", "{}[]", "{}[0]"])
    @pytest.mark.parametrize(
        ("name", "body"),
        [
            ("featured", None),
            ("video", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99)),
            ("audio", b"ID3\x04" + bytes(99)),
        ],
    )
    def test_other_files_than_photos(self, upload, picture, ask, client, key, name, body):
        """`video`, `audio` and `featured` may be files too, under keys of every kind (`micropub.md` §2, values)."""
        sent = body or picture("PNG")
        made = upload((key.format(name), sent, "a.bin", "application/octet-stream"))
        (address,) = ask("source", url=made.location).json["properties"][name]

        assert address in client.get(made.location).text
        with client.get(address) as served:
            assert sent == served.data

    def test_an_empty_file_field_is_none(self, upload):
        """A browser sends one for a field that was left alone."""
        assert 201 == upload(("photo", b"", "", "application/octet-stream")).status_code

    @pytest.mark.parametrize(
        "body",
        [
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"GIF",
            b"MZ\x90\x00",
            b"plain text",
        ],
        ids=["svg", "html", "half", "program", "text"],
    )
    def test_415_for_what_is_no_picture(self, upload, posts, storage, body):
        """Whatever it is called; nothing is made and nothing kept."""
        answer = upload(("photo", body, "photo.jpg", "image/jpeg"))

        assert (415, "invalid_request") == (answer.status_code, answer.json["error"])
        assert (0, []) == (posts(), list(storage.list()))

    def test_400_for_a_file_without_anything_in_it(self, upload, posts, storage):
        answer = upload(("photo", b"", "photo.jpg", "image/jpeg"))

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert (0, []) == (posts(), list(storage.list()))

    @pytest.mark.parametrize("name", ["content", "name", "file", "x-unknown", "mp-slug"])
    def test_400_for_a_file_that_is_no_picture_of_the_post(self, upload, posts, storage, picture, name):
        answer = upload((name, picture("PNG"), "x.png", "image/png"))

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert (0, []) == (posts(), list(storage.list()))

    def test_what_is_refused_for_another_reason_leaves_no_file(self, upload, storage, picture):
        """All is checked before anything is kept."""
        answer = upload(("photo", picture("PNG"), "x.png", "image/png"), published="yesterday")

        assert 400 == answer.status_code
        assert [] == list(storage.list())

    def test_a_post_may_be_nothing_but_a_photo(self, post, photos, picture):
        answer = post({"photo": (BytesIO(picture("PNG")), "x.png")}, content_type="multipart/form-data")

        assert 1 == len(photos(answer.location))

    def test_one_that_comes_twice_is_kept_once(self, upload, storage, picture):
        """A name is the hash of its bytes."""
        body = picture("PNG")
        for _ in range(2):
            assert 201 == upload(("photo", body, "x.png", "image/png")).status_code

        assert 1 == len(list(storage.list()))


class TestServed:
    @pytest.fixture
    def served(self, client, upload, photos, picture):
        """`served(range)` is the answer for a picture of ours; its bytes are `served.body`."""
        body = picture("PNG", size=(64, 64))
        ((url, _),) = photos(upload(("photo", body, "x.png", "image/png")).location)

        def get(wanted=None, method="GET", **headers):
            named = {"Range": wanted} if wanted else {}
            answer = client.open(url, method=method, headers=named | headers, buffered=True)
            answer.get_data()
            answer.close()
            return answer

        get.body = body
        return get

    @pytest.mark.parametrize(
        ("wanted", "part"), [("bytes=0-9", slice(0, 10)), ("bytes=10-", slice(10, None)), ("bytes=-5", slice(-5, None))]
    )
    def test_206_for_a_part(self, served, wanted, part):
        """Players ask for parts of films, and Safari plays nothing without."""
        answer = served(wanted)

        assert (206, served.body[part]) == (answer.status_code, answer.data)
        assert answer.headers["Content-Range"].endswith(f"/{len(served.body)}")

    def test_416_for_a_part_that_is_not_there(self, served):
        assert 416 == served("bytes=999999-").status_code

    def test_it_says_that_parts_can_be_had(self, served):
        assert "bytes" == served().headers["Accept-Ranges"]

    def test_304_for_who_has_it(self, served):
        assert 304 == served(**{"If-None-Match": served().headers["ETag"]}).status_code

    def test_it_is_for_every_cache_for_ever(self, served):
        """Its name never means other bytes."""
        assert "public, max-age=31536000, immutable" == served().headers["Cache-Control"]

    def test_it_is_nothing_but_what_it_says(self, served):
        assert "nosniff" == served().headers["X-Content-Type-Options"]

    def test_head_has_its_length(self, served):
        answer = served(method="HEAD")

        assert (str(len(served.body)), b"") == (answer.headers["Content-Length"], answer.data)

    @pytest.mark.parametrize("name", ["none.png", "..%2findie.db", "%2e%2e/secret", "x" * 300])
    def test_404_for_what_is_not_there(self, client, name):
        assert 404 == client.get(f"/media/{name}").status_code


class TestByUrl:
    def test_it_has_an_address_of_ours_at_once(self, create, photos):
        """No visitor ever asks another host."""
        ((url, alt),) = photos(create(photo=[{"value": PNG, "alt": "A sunset"}]))

        assert url.startswith("http://site.example/media/")
        assert "A sunset" == alt

    def test_as_jf2_has_it(self, create, photos, ask, work, frozen_web, picture):
        """`{url, alt}` is a picture with words for it, and comes back as it was sent."""
        frozen_web.pages[PNG] = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + picture("PNG")
        url = create(photo=[{"url": PNG, "alt": "Sunset"}])
        work()
        ((shown, alt),) = photos(url)

        assert ("Sunset", True) == (alt, shown.startswith("http://site.example/media/"))
        assert [PNG] == frozen_web.requested
        assert [{"url": PNG, "alt": "Sunset"}] == ask("source", url=url).json["properties"]["photo"]

    def test_q_source_gives_back_what_was_sent(self, create, ask):
        sent = [{"value": PNG, "alt": "A sunset"}, "https://a.example/2.png"]

        assert sent == ask("source", url=create(photo=sent)).json["properties"]["photo"]

    def test_503_until_the_job_has_it_then_200(self, client, create, photos, work, frozen_web, picture):
        """The address is there from the first moment, and says when to come back."""
        body = picture("PNG")
        frozen_web.pages[PNG] = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + body
        ((url, _),) = photos(create(photo=[PNG]))
        before = client.get(url)
        work()
        after = client.get(url)

        assert 503 == before.status_code
        assert 0 < int(before.headers["Retry-After"])
        assert (200, "image/png", body) == (after.status_code, after.headers["Content-Type"], after.data)
        after.close()

    def test_nobody_waits_for_it(self, create, frozen_web):
        """Law: no request to another host while somebody waits for an answer."""
        create(photo=[PNG])

        assert [] == frozen_web.requested

    def test_it_is_fetched_once_for_many_posts(self, create, work, frozen_web, picture):
        frozen_web.pages[PNG] = b"HTTP/1.1 200 OK\r\n\r\n" + picture("PNG")
        for _ in range(2):
            create(photo=[PNG])
        work()
        create(photo=[PNG])
        work()

        assert [PNG] == frozen_web.requested

    def test_404_where_there_is_none(self, client, create, photos, work, frozen_web):
        """A page is no picture, even one that says it is."""
        frozen_web.pages[PNG] = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<html>"
        url = create(photo=[PNG])
        ((address, _),) = photos(url)
        work()

        assert 404 == client.get(address).status_code
        assert 200 == client.get(url).status_code

    def test_it_is_still_503_while_there_is_hope(self, client, create, photos, work, frozen_web):
        frozen_web.pages[PNG] = TimedOut("too slow")
        ((url, _),) = photos(create(photo=[PNG]))
        work()

        assert 503 == client.get(url).status_code

    def test_its_name_cannot_be_guessed(self, create, photos, settings, bearer):
        """It depends on the site's secret: nobody can find out what a draft shows."""
        ((url, _),) = photos(create(photo=[PNG]))

        assert 43 == len(url.rpartition("/")[2])

    @pytest.mark.parametrize("value", ["javascript:alert(1)", "data:image/png;base64,xx", "not a url", "ftp://a.example/x.png"])
    def test_what_is_no_http_url_is_kept_and_not_shown(self, create, photos, ask, store, value):
        url = create(content=["x"], photo=[value])

        assert [value] == ask("source", url=url).json["properties"]["photo"]
        assert [] == store.media.wanted()
        assert not any(address.startswith(("javascript", "data", "ftp")) for address, _ in photos(url))
