"""The media endpoint: what it takes, what it refuses, what it can be asked, and how a file is deleted."""

import itertools
import json
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from indie import files, times
from indie.indieauth import owner as owners
from indie.media import location

ME = "http://site.example/"
ENDPOINT = "/micropub/media"


def written(kind="PNG", size=(32, 24), color="teal", **options):
    file = BytesIO()
    Image.new("RGB", size, color).save(file, kind, **options)
    return file.getvalue()


def placed():
    """A JPEG that lies on its side and tells where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    return written("JPEG", (40, 30), exif=exif)


PNG = written()


@pytest.fixture
def send(client, bearer):
    """`send(body, name)` uploads a file; `scope`, the name of its part and other fields may be given."""

    def post(body, name="a.png", *, scope="media", part="file", media_type=None, **fields):
        # Why encoded here: of a large file Werkzeug's client would leave a file open.
        boundary, encoded = encode_multipart({**fields, part: FileStorage(BytesIO(body), name, content_type=media_type)})
        kind = f'multipart/form-data; boundary="{boundary}"'
        return client.post(ENDPOINT, data=encoded, content_type=kind, headers=bearer(scope))

    return post


@pytest.fixture
def upload(send):
    """`upload(body)` returns the address of the file."""

    def make(body=PNG, **more):
        answer = send(body, **more)
        assert 201 == answer.status_code, answer.text
        return answer.headers["Location"]

    return make


@pytest.fixture
def ask(client, bearer):
    """`ask(q="source")` is the JSON answer of the media endpoint."""
    headers = bearer("media")

    def get(*, status=200, **arguments):
        answer = client.get(ENDPOINT, query_string=arguments, headers=headers)
        assert status == answer.status_code, answer.text
        return answer.json

    return get


@pytest.fixture
def remove(client, bearer):
    """`remove(url)` asks for a file to be deleted."""

    def post(url, scope="delete media", **more):
        return client.post(ENDPOINT, data={"action": "delete", "url": url, **more}, headers=bearer(scope))

    return post


@pytest.fixture
def write(client, bearer):
    """Make a post of these properties; returns its address."""

    def make(**properties):
        answer = client.post(
            "/micropub", json={"type": ["h-entry"], "properties": properties}, headers=bearer("create")
        )
        assert 201 == answer.status_code, answer.text
        return answer.headers["Location"]

    return make


def kept(storage):
    return sorted(storage.list())


class TestUpload:
    def test_201_with_the_address_in_header_and_body(self, send):
        answer = send(PNG)
        assert (201, answer.headers["Location"]) == (answer.status_code, answer.json["url"])
        assert answer.headers["Location"].startswith(f"{ME}media/")

    def test_the_same_bytes_have_the_same_address(self, upload, storage, ask):
        """However often, and whatever they are called: one file, one entry."""
        assert 1 == len({upload(name=name) for name in ("a.png", "b.png", "a.png")})
        assert (1, 1) == (len(kept(storage)), len(ask(q="source")["items"]))

    def test_the_address_says_nothing_of_the_name(self, upload):
        """Nobody guesses it who has not seen the file (Micropub §3.6.2)."""
        assert "holiday" not in upload(name="holiday.png")

    @pytest.mark.parametrize("part", ["file", "photo", "photo[]", "file[0]", "x"])
    def test_the_part_may_be_called_anything(self, send, part):
        assert 201 == send(PNG, part=part).status_code

    @pytest.mark.parametrize("scope", ["media", "create", "post", "draft"])
    def test_201_with_any_of_these_scopes(self, send, scope):
        """micro.blog's apps ask for `create` alone (`micropub.md` §2)."""
        assert 201 == send(PNG, scope=scope).status_code

    @pytest.mark.parametrize("scope", ["update", "delete undelete", "profile", "mediator"])
    def test_401_without_one(self, send, scope, storage):
        answer = send(PNG, scope=scope)
        assert (401, "insufficient_scope", "media") == (answer.status_code, answer.json["error"], answer.json["scope"])
        assert [] == kept(storage)

    def test_mp_destination_is_no_obstacle(self, send):
        """micro.blog's apps send it with everything."""
        assert 201 == send(PNG, **{"mp-destination": ME}).status_code

    def test_a_token_in_the_form_opens_it(self, client, bearer):
        token = bearer("media")["Authorization"].removeprefix("Bearer ")
        answer = client.post(ENDPOINT, data={"access_token": token, "file": (BytesIO(PNG), "a.png")})
        assert 201 == answer.status_code

    def test_two_tokens_are_too_many(self, client, bearer):
        header = bearer("media")
        token = header["Authorization"].removeprefix("Bearer ")
        answer = client.post(ENDPOINT, data={"access_token": token, "file": (BytesIO(PNG), "a.png")}, headers=header)
        assert (400, b"") == (answer.status_code, answer.data)

    def test_401_without_a_token(self, client):
        answer = client.post(ENDPOINT, data={"file": (BytesIO(PNG), "a.png")})
        assert (401, "unauthorized", "Bearer") == (
            answer.status_code, answer.json["error"], answer.headers["WWW-Authenticate"]
        )  # fmt: skip

    def test_scripts_of_any_page_may_read_the_address(self, send):
        answer = send(PNG)
        assert "*" == answer.headers["Access-Control-Allow-Origin"]
        assert "Location" in answer.headers["Access-Control-Expose-Headers"]

    def test_405_for_put(self, client, bearer):
        answer = client.put(ENDPOINT, headers=bearer("media"))
        assert (405, "invalid_request") == (answer.status_code, answer.json["error"])


REFUSED = {
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 415),
    "SVG after a declaration": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', 415),
    "HTML": (b"<!doctype html><script>alert(1)</script>", 415),
    "HTML before a picture": (b"<html>" + PNG, 415),
    "a program": (b"\x7fELF" + b"\0" * 600, 415),
    "PDF": (b"%PDF-1.7\n", 415),
    "text": (b"hello", 415),
    "half a signature": (PNG[:7], 415),
    "nothing": (b"", 400),
}

POLYGLOTS = {
    "GIF that is a script": (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)//", "image/gif"),
    "JPEG with a page in it": (written("JPEG") + b"<html><script>alert(1)</script>", "image/jpeg"),
    "PNG with an archive behind it": (PNG + b"PK\x03\x04" + b"\0" * 30, "image/png"),
}


class TestHostileFiles:
    """What is sent is told by its bytes; what cannot be told is not kept."""

    @pytest.mark.parametrize(("body", "status"), REFUSED.values(), ids=REFUSED)
    @pytest.mark.parametrize("media_type", ["image/png", "text/html"])
    def test_what_is_no_picture_film_or_sound(self, send, storage, body, status, media_type):
        """Whatever it is called: JSON with a sentence, and no file."""
        answer = send(body, media_type=media_type)
        assert (status, "invalid_request") == (answer.status_code, answer.json["error"])
        assert "file" in answer.json["error_description"]
        assert [] == kept(storage)

    @pytest.mark.parametrize("name", ["x.html", "x.svg", "../../../etc/passwd", "a/b", "x.png\0.php", "", "." * 300, "é€.png"])
    @pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "image/jpeg", "nonsense"])
    def test_names_and_labels_count_for_nothing(self, send, client, storage, name, media_type):
        """A PNG is a PNG, and lies where its bytes say. A part without a name is no file to Werkzeug."""
        answer = send(PNG, name, media_type=media_type)
        assert 201 == answer.status_code
        assert [answer.headers["Location"].removeprefix(f"{ME}media/")] == kept(storage)
        with client.get(answer.headers["Location"]) as got:
            assert ("image/png", "nosniff") == (got.headers["Content-Type"], got.headers["X-Content-Type-Options"])

    @pytest.mark.parametrize(("body", "media_type"), POLYGLOTS.values(), ids=POLYGLOTS)
    def test_a_polyglot_is_served_as_a_picture_and_as_nothing_else(self, upload, client, body, media_type):
        with client.get(upload(body)) as got:
            assert (media_type, "nosniff") == (got.headers["Content-Type"], got.headers["X-Content-Type-Options"])
            assert got.headers["Content-Security-Policy"].startswith("default-src 'none'")

    @pytest.mark.parametrize("body", [written("JPEG")[:200], PNG[:40], b"RIFF\xff\xff\xff\xffWEBP", b"\0\0\0\x20ftypavif"])
    def test_a_truncated_picture_is_kept_and_has_no_size(self, upload, ask, work, body):
        """It may be a file that the next reader understands; nothing is made of it, and nothing breaks."""
        url = upload(body)
        work()
        item = ask(q="source", url=url)
        assert (len(body), None, None) == (item["size"], item.get("width"), item.get("thumbnail"))

    def test_a_bomb_is_never_decoded(self, upload, ask, work):
        """A PNG of 400 million pixels in 60 kB: no size, no copies, no memory."""
        body = bytearray(PNG)
        body[16:24] = (20_000).to_bytes(4) * 2
        url = upload(bytes(body))
        work()
        assert None is ask(q="source", url=url).get("width")

    def test_two_files_are_one_too_many(self, client, bearer, storage):
        answer = client.post(
            ENDPOINT,
            data={"file": [(BytesIO(PNG), "a.png"), (BytesIO(written(color="red")), "b.png")]},
            headers=bearer("media"),
        )
        assert (400, "invalid_request", []) == (answer.status_code, answer.json["error"], kept(storage))

    @pytest.mark.parametrize(
        ("request_", "status"),
        [
            ({"data": {"h": "entry"}, "content_type": "multipart/form-data"}, 400),
            ({"data": b"--", "content_type": "multipart/form-data"}, 400),
            ({"data": PNG, "content_type": "image/png"}, 415),
            ({"data": "file=x", "content_type": "application/x-www-form-urlencoded"}, 415),
            ({"data": "{", "content_type": "application/json"}, 400),
            ({"data": "[]", "content_type": "application/json"}, 400),
            ({"json": {"type": ["h-entry"], "properties": {"content": ["x"]}}}, 400),
            ({}, 415),
        ],
        ids=["no file", "broken", "bare bytes", "form", "broken JSON", "list", "post", "nothing"],
    )
    def test_no_file_is_an_error_in_json(self, client, bearer, request_, status):
        answer = client.post(ENDPOINT, headers=bearer("media"), **request_)
        assert (status, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_413_says_how_much_is_taken(self, client, bearer):
        client.application.config["MAX_CONTENT_LENGTH"] = 1000
        answer = client.post(ENDPOINT, data={"file": (BytesIO(PNG * 99), "a.png")}, headers=bearer("media"))
        assert (413, "invalid_request") == (answer.status_code, answer.json["error"])
        assert "100 MB" in answer.json["error_description"]


class TestPlace:
    def test_the_place_goes_and_everything_else_stays(self, upload, client):
        """Orientation, pixels and every byte that does not tell it (DESIGN: stored as sent)."""
        sent = placed()
        with client.get(upload(sent)) as got:
            assert (len(sent), location.without_location(sent)) == (len(got.data), got.data)
        exif = Image.open(BytesIO(got.data)).getexif()
        assert ({}, 6) == (exif.get_ifd(ExifTags.IFD.GPSInfo), exif[ExifTags.Base.Orientation])

    def test_also_in_a_photo_that_comes_with_a_post(self, client, bearer, ask):
        """One door for files."""
        client.post("/micropub", data={"photo": (BytesIO(placed()), "a.jpg")}, headers=bearer("create"))
        with client.get(ask(q="last")["url"]) as got:
            assert location.without_location(placed()) == got.data

    def test_a_large_film_loses_it_too(self, upload, client):
        """One that is changed where it lies, without a copy in memory."""
        place = b"\0\0\0\x1a\xa9xyz" + b"\0\x0e\x15\xc7+52.5+013.4/"
        place = len(place).to_bytes(4) + place[4:]
        udta = (8 + len(place)).to_bytes(4) + b"udta" + place
        moov = (8 + len(udta)).to_bytes(4) + b"moov" + udta
        sent = b"\0\0\0\x14ftypisom\0\0\2\0isom" + (files.IN_MEMORY + 8).to_bytes(4) + b"mdat" + bytes(files.IN_MEMORY) + moov
        with client.get(upload(sent, name="a.mp4")) as got:
            assert ("video/mp4", len(sent), False) == (got.mimetype, len(got.data), b"+52.5" in got.data)
            assert location.without_location(sent) == got.data

    def test_pictures_without_a_place_are_what_was_sent(self, upload, client):
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF"):
            body = written(kind)
            with client.get(upload(body)) as got:
                assert body == got.data


class TestFilesAlone:
    """A file and nothing else, sent to the Micropub endpoint, is meant for this one (`micropub.md` §2)."""

    @pytest.fixture
    def post(self, client, bearer):
        def send(client_id="https://client.example/", **fields):
            return client.post("/micropub", data=fields, headers=bearer("create", client_id))

        return send

    def test_its_address_is_that_of_the_file(self, post, store):
        answer = post(file=(BytesIO(PNG), "a.png"))
        assert (201, f"{ME}media/") == (answer.status_code, answer.headers["Location"][: len(ME) + 6])
        assert store.posts.empty()

    def test_mp_destination_beside_it_says_nothing(self, post, store):
        answer = post(**{"file": (BytesIO(PNG), "a.png"), "mp-destination": ME})
        assert (201, True) == (answer.status_code, store.posts.empty())

    def test_a_photo_alone_is_a_post(self, post, store):
        post(photo=(BytesIO(PNG), "a.png"))
        assert not store.posts.empty()

    def test_a_photo_alone_of_that_one_client_is_a_file(self, post, store):
        """The plugin of jimmitchell for Obsidian takes the answer for the address of the picture (`micropub.md` §4)."""
        answer = post("https://github.com/jimmitchell/obsidian-micropub", **{"photo[]": (BytesIO(PNG), "a.png")})
        assert (201, True) == (answer.status_code, store.posts.empty())
        assert "/media/" in answer.headers["Location"]

    def test_a_file_with_a_post_is_refused(self, post, store):
        """No property is called `file`: half of it would be lost."""
        assert (400, True) == (post(file=(BytesIO(PNG), "a.png"), content="x").status_code, store.posts.empty())


class TestQueries:
    @pytest.fixture
    def several(self, upload):
        """Five pictures and a sound, the oldest first."""
        bodies = [written(color=(number, 0, 0)) for number in range(5)]
        return [upload(body) for body in [*bodies, b"fLaC" + b"\0" * 60]]

    def test_source_has_the_newest_first(self, ask, several):
        assert several[::-1] == [item["url"] for item in ask(q="source")["items"]]

    def test_source_pages_by_limit_and_offset(self, ask, several):
        pages = [ask(q="source", limit=2, offset=offset)["items"] for offset in (0, 2, 4, 6)]
        assert several[::-1] == [item["url"] for item in itertools.chain(*pages)]
        assert [2, 2, 2, 0] == list(map(len, pages))

    def test_an_item_says_what_is_known(self, ask, upload):
        url = upload(written("JPEG", (640, 480)))
        (item,) = ask(q="source")["items"]
        assert (url, "image/jpeg", "image/jpeg", 640, 480) == tuple(
            item[name] for name in ("url", "mime_type", "content-type", "width", "height")
        )
        assert times.parse(item["published"]) <= times.now()

    def test_an_item_has_no_key_without_a_value(self, ask, upload):
        upload(b"fLaC" + b"\0" * 60)
        (item,) = ask(q="source")["items"]
        assert {"url", "published", "mime_type", "content-type", "size"} == set(item)

    def test_a_thumbnail_once_it_is_made(self, ask, upload, work, client):
        """The smallest copy; the address of the file stays what it was."""
        url = upload(written("JPEG", (1000, 500)))
        work()
        item = ask(q="source", url=url)
        assert url == item["url"]
        with client.get(item["thumbnail"]) as got:
            assert ("image/webp", (400, 200)) == (got.headers["Content-Type"], Image.open(BytesIO(got.data)).size)

    def test_one_by_its_url(self, ask, several):
        """A single object, and no list."""
        assert several[2] == ask(q="source", url=several[2])["url"]

    def test_one_by_its_url_in_another_spelling(self, ask, several):
        assert several[2] == ask(q="source", url=several[2].replace("http:", "https:") + "?w=5#x")["url"]

    @pytest.mark.parametrize("url", [ME, f"{ME}media/", f"{ME}media/none.png", "http://them.example/media/a.png", "nonsense"])
    def test_400_for_a_url_that_is_no_file_of_ours(self, ask, url):
        assert "not found" in ask(q="source", url=url, status=400)["error_description"]

    @pytest.mark.parametrize(("wanted", "number"), [("image/png", 5), ("image", 5), ("image/*", 5), ("audio/flac", 1), ("video", 0), ("ima", 0), ("%", 0)])
    def test_by_type(self, ask, several, wanted, number):
        assert number == len(ask(q="source", mime_type=wanted)["items"])

    def test_last_is_the_newest(self, ask, several):
        assert several[-1] == ask(q="last")["url"]

    def test_last_of_none_is_empty(self, ask):
        """Clients read it without looking at the status."""
        assert {} == ask(q="last")

    def test_config_tells_the_limits(self, ask):
        config = ask(q="config")
        assert (["config", "source", "last"], 100 * 1024 * 1024) == (config["q"], config["max-size"])
        assert "image/svg+xml" not in config["mime-types"]
        assert "video/mp4" in config["mime-types"]

    def test_pictures_of_others_and_faces_are_not_listed(self, ask, store, storage, write, work, frozen_web):
        """Only what the owner has sent."""
        frozen_web.pages["https://a.example/1.png"] = b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n" + PNG
        owners.set_up(store, storage, times.now(), name="Olaf", password="correct horse", photo=PNG)
        write(photo=["https://a.example/1.png"])
        work()
        assert [] == ask(q="source")["items"]

    @pytest.mark.parametrize("arguments", [{}, {"q": "syndicate-to"}, {"q": "source", "limit": "x"}, {"q": "source", "offset": "-1"}])
    def test_400_for_what_is_not_understood(self, ask, arguments):
        assert "invalid_request" == ask(status=400, **arguments)["error"]

    def test_403_for_a_token_that_is_for_something_else(self, client, bearer):
        assert 403 == client.get(ENDPOINT, query_string={"q": "source"}, headers=bearer("profile")).status_code

    def test_401_without_a_token(self, client):
        assert 401 == client.get(ENDPOINT, query_string={"q": "config"}).status_code


USES = {
    "a photo": lambda url: {"photo": [url]},
    "a photo with its words": lambda url: {"photo": [{"value": url, "alt": "A fence"}]},
    "another property": lambda url: {"content": ["x"], "x-cover": [url]},
    "a card within": lambda url: {"content": ["x"], "checkin": [{"type": ["h-card"], "properties": {"photo": [url]}}]},
    "markup": lambda url: {"content": [{"html": f'<p><img src="{url}"></p>'}]},
    "a film in markup": lambda url: {"content": [{"html": f'<video src="{url}?x"></video>'}]},
    "plain text": lambda url: {"content": [f"Look at {url}!"]},
    "a draft": lambda url: {"photo": [url], "post-status": ["draft"]},
    "another spelling": lambda url: {"photo": [url.replace("http:", "https:") + "#x"], "content": ["x"]},
}


class TestDelete:
    def test_204_and_it_is_gone(self, upload, remove, client, ask, storage, work):
        """With its smaller copies: no row, no file."""
        url = upload(written("JPEG", (1000, 500)))
        work()
        assert 3 == len(kept(storage))
        assert 204 == remove(url).status_code
        assert (404, [], []) == (client.get(url).status_code, ask(q="source")["items"], kept(storage))

    def test_as_json(self, upload, client, bearer):
        answer = client.post(ENDPOINT, json={"action": "delete", "url": upload()}, headers=bearer("delete media"))
        assert 204 == answer.status_code

    def test_as_a_query_string_with_an_empty_body(self, upload, client, bearer):
        """So do micro.blog's apps (`micropub.md` §4)."""
        answer = client.post(
            ENDPOINT, query_string={"action": "delete", "url": upload(), "mp-destination": ME}, headers=bearer("delete media")
        )  # fmt: skip
        assert 204 == answer.status_code

    @pytest.mark.parametrize(("scope", "missing"), [("media", "delete"), ("delete", "media"), ("create update", "delete")])
    def test_401_without_both_scopes(self, upload, remove, client, scope, missing):
        url = upload()
        answer = remove(url, scope)
        assert (401, missing) == (answer.status_code, answer.json["scope"])
        with client.get(url) as got:
            assert 200 == got.status_code

    @pytest.mark.parametrize("properties", USES.values(), ids=USES)
    def test_400_says_which_post_shows_it(self, upload, remove, write, client, properties):
        url = upload()
        post = write(**properties(url))
        answer = remove(url)
        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert post in answer.json["error_description"]
        with client.get(url) as got:
            assert 200 == got.status_code

    def test_a_smaller_copy_in_use_holds_it_too(self, upload, remove, write, ask, work):
        url = upload(written("JPEG", (1000, 500)))
        work()
        post = write(content=[{"html": f'<img src="{ask(q="source", url=url)["thumbnail"]}">'}])
        assert post in remove(url).json["error_description"]

    def test_many_posts_are_counted(self, upload, remove, write):
        url = upload()
        for number in range(12):
            write(photo=[url], content=[f"Number {number}"])
        said = remove(url).json["error_description"]
        assert (10, True) == (said.count(f"{ME}20"), "and 2 more" in said)

    def test_the_same_picture_from_elsewhere_stays(self, upload, remove, write, work, frozen_web, client):
        """Two came by two ways and are one file: the other one is still served, with its copies."""
        body = written("JPEG", (1000, 500))
        frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n" + body
        page = write(photo=["https://a.example/1.jpg"])
        url = upload(body)
        work()
        assert 204 == remove(url).status_code
        html = client.get(page).text
        shown = [part.partition('"')[0].split()[0] for part in html.split(f"{ME}media/")[1:]]
        assert shown
        for name in shown:
            with client.get(f"/media/{name}") as got:
                assert 200 == got.status_code

    def test_it_can_come_again(self, upload, remove, client):
        url = upload()
        remove(url)
        with client.get(upload()) as got:
            assert 200 == got.status_code

    def test_the_owners_portrait_stays(self, store, storage, remove):
        """It is no upload of a client's, and the home page shows it."""
        owner = owners.set_up(store, storage, times.now(), name="Olaf", password="correct horse", photo=PNG)
        assert 400 == remove(files.address(ME, owner.photo)).status_code

    @pytest.mark.parametrize("url", ["", "nonsense", f"{ME}media/none.png", f"{ME}2026/07/23/x", f"{ME}media/../secret"])
    def test_400_for_what_is_not_there(self, remove, url):
        assert 400 == remove(url).status_code

    def test_400_for_another_action(self, client, bearer, upload):
        for action in ("update", "undelete", "explode"):
            data = {"action": action, "url": upload()}
            answer = client.post(ENDPOINT, data=data, headers=bearer("delete media"))
            assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_400_for_a_file_and_its_deletion_at_once(self, upload, send, storage):
        url = upload()
        answer = send(written(color="red"), scope="delete media", action="delete", url=url)
        assert (400, 1) == (answer.status_code, len(kept(storage)))


def test_home_names_the_endpoint(client):
    """In the header and in the head, each rel by itself (`micropub.md` §0.10)."""
    answer = client.get("/")
    assert f'<{ME}micropub/media>; rel="micropub_media"' in answer.headers.getlist("Link")
    assert f'<link rel="micropub_media" href="{ME}micropub/media">' in answer.text


def test_the_log_has_the_upload_and_no_bytes_of_it(send, store):
    send(PNG, "fence.png").close()
    (logged,) = store.requests.last(1)
    assert ("/micropub/media", 201) == (logged.target, logged.status)
    assert f"file: fence.png (image/png, {len(PNG)} bytes)" == logged.body


def test_json_of_a_deletion_is_read_strictly(client, bearer):
    answer = client.post(
        ENDPOINT, data=json.dumps({"action": "delete"}), content_type="application/json", headers=bearer("delete media")
    )
    assert 400 == answer.status_code
