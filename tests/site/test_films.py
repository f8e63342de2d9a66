"""Films and sounds on the pages: a still, their size, what is said in them (pages §2.5, §5)."""

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie import files, publishing, times
from indie.mf2.item import Item
from tests.media.test_films import mp4, track
from tests.site.test_photos import jpeg

ME = "http://site.example/"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nGulls.\n"
MP3 = b"ID3\x03" + bytes(2000)


@pytest.fixture
def keep(store, storage):
    """`keep(body)` takes a file in, as the endpoints do; returns its address."""

    def take(body):
        file = files.read(body)
        files.lay(storage, file)
        with store.write():
            files.add(store, storage, file, times.now())
        return files.address(ME, file.medium.name)

    return take


@pytest.fixture
def page(client, publish):
    """`page(video=…)`: the page of such a post, parsed."""
    return lambda **properties: BeautifulSoup(client.get(publish(**properties).path).text, "lxml")


class TestFilm:
    @pytest.fixture
    def film(self, keep):
        return keep(mp4(track(1080, 1920)))

    def test_its_own_size(self, page, film):
        """So that nothing jumps, also where it stands upright."""
        video = page(video=film).select_one("video")
        assert ("1080", "1920", "none") == (video["width"], video["height"], video["preload"])

    def test_a_size_where_it_is_unknown(self, page, keep):
        video = page(video=keep(mp4())).select_one("video")
        assert ("640", "360") == (video["width"], video["height"])

    def test_nothing_runs_by_itself(self, page, film):
        assert (True, False) == tuple(page(video=film).select_one("video").has_attr(name) for name in ("controls", "autoplay"))

    def test_its_type_and_class_are_on_the_source(self, page, film):
        """On the element itself, parsers take the still for the film (§2.1)."""
        source = page(video=film).select_one("video > source")
        assert (film, "video/mp4", ["u-video"]) == (source["src"], source["type"], source["class"])

    def test_no_type_where_browsers_would_pass_over_it(self, page, keep):
        """Most play what telephones put into QuickTime, if it is not called so."""
        source = page(video=keep(mp4(track(10, 10)).replace(b"isom", b"qt  ", 1))).select_one("video > source")
        assert source["src"].endswith(".mov")
        assert not source.has_attr("type")

    def test_the_featured_picture_is_its_still(self, page, keep, film, work):
        """It is seen once: as the still; software finds it all the same."""
        still = keep(jpeg())
        work()
        html = page(video=film, featured={"value": still, "alt": "Gulls"})
        poster = html.select_one("video")["poster"]
        assert (True, [poster]) == (poster.endswith(".webp"), [img["src"] for img in html.select("img.u-featured[hidden]")])
        (entry,) = [one for one in mf2py.parse(doc=str(html), url=ME)["items"] if one["type"] == ["h-entry"]]
        assert ("Gulls", film) == (entry["properties"]["featured"][0]["alt"], entry["properties"]["video"][0])

    def test_else_the_first_photo(self, page, keep, film):
        """As apps send the still of a film; it may be more than that, and is shown too."""
        still = keep(jpeg())
        html = page(video=film, photo=still)
        assert (still, still) == (html.select_one("video")["poster"], html.select_one("img.u-photo")["src"])

    def test_no_still_where_there_is_no_picture(self, page, film):
        assert not page(video=film).select_one("video").has_attr("poster")

    def test_captions(self, client, store, storage, keep, film):
        """By the property `captions`, each in its language."""
        english, german = keep(VTT), keep(VTT.replace(b"Gulls", "Möwen".encode()))
        captions = [{"value": english, "lang": "en"}, {"value": german, "lang": "de"}]
        item = Item(("h-entry",), {"video": [film], "captions": captions})
        post = publishing.create(store, storage, ME, times.now(), item, {})
        html = BeautifulSoup(client.get(post.path).text, "lxml")
        assert [("captions", english, "en", "Captions en"), ("captions", german, "de", "Captions de")] == [
            (one["kind"], one["src"], one["srclang"], one["label"]) for one in html.select("video track")
        ]
        assert not html.select(".others")

    def test_captions_are_in_the_language_of_the_post(self, page, keep, film):
        one = page(video=film, captions=keep(VTT), content={"html": "<p>Möwen</p>", "lang": "de"}).select_one("track")
        assert ("de", "Captions") == (one["srclang"], one["label"])

    def test_captions_of_others_are_not_asked_for(self, page, film):
        """A page of ours asks nobody else's host; they are listed."""
        html = page(video=film, captions="https://them.example/a.vtt")
        assert ([], 1) == (html.select("track"), len(html.select(".others div")))

    def test_captions_are_text_for_browsers(self, client, keep):
        with client.get(keep(b"\xef\xbb\xbf" + VTT)) as answer:
            assert ("text/vtt; charset=utf-8", "nosniff") == (
                answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]
            )  # fmt: skip

    def test_a_page_with_a_film_alone_needs_no_script(self, page, keep, film):
        assert not page(video=film, featured=keep(jpeg())).select("script")


class TestSound:
    def test_its_type_is_on_the_source(self, page, keep):
        sound = keep(MP3)
        source = page(audio=sound).select_one("audio > source")
        assert (sound, "audio/mpeg", ["u-audio"]) == (source["src"], source["type"], source["class"])

    @pytest.mark.parametrize("transcript", ["https://them.example/words", None])
    def test_its_transcript(self, page, keep, transcript):
        """By the property `transcript`: a page, or captions that lie here."""
        transcript = transcript or keep(VTT)
        html = page(audio=keep(MP3), transcript=transcript)
        assert [transcript] == [link["href"] for link in html.find_all("a", string="Read what is said")]
        assert not html.select(".others")

    def test_a_transcript_without_a_sound_is_listed(self, page):
        assert 1 == len(page(content="x", transcript="https://them.example/words").select(".others div"))
