"""Pictures on the pages: smaller copies to choose from, their size known beforehand, the whole a click away."""

from io import BytesIO

import mf2py
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from indie import files, times
from indie.site import photos
from indie.store.media import MISSING, PHOTO, Medium, Rendition

ME = "http://site.example/"


def jpeg(size=(2000, 1000), color="teal"):
    file = BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    return file.getvalue()


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
def look_at(client):
    """The page of a post, parsed."""

    def get(post):
        return BeautifulSoup(client.get(post.path).text, "lxml")

    return get


def widths(picture):
    """What `srcset` offers: addresses by width."""
    pairs = [candidate.split() for candidate in picture["srcset"].split(",")]
    return {int(width.rstrip("w")): url for url, width in pairs}


class TestPhoto:
    @pytest.fixture
    def shown(self, keep, publish, work, look_at):
        """The `<img>` of a photo post of this file, once the jobs are done."""

        def show(body, alt="A fence", **more):
            photo = {"value": keep(body), "alt": alt}
            work()
            return look_at(publish(photo=photo, content="x", **more)).select_one("article img.u-photo")

        return show

    def test_the_copies_are_offered_by_their_widths(self, shown):
        assert [400, 800, 1600] == list(widths(shown(jpeg())))

    def test_each_is_what_it_says(self, shown, client):
        for width, url in widths(shown(jpeg())).items():
            with client.get(url) as got:
                assert ("image/webp", width) == (got.headers["Content-Type"], Image.open(BytesIO(got.data)).width)

    def test_addresses_are_absolute(self, shown):
        """Readers of the feed take them from here (`pages.md`: absolute URLs in mf2, feeds, srcset)."""
        assert all(url.startswith(f"{ME}media/") for url in widths(shown(jpeg())).values())

    def test_the_middle_one_stands_for_it(self, shown):
        picture = shown(jpeg())
        assert widths(picture)[800] == picture["src"]

    def test_the_whole_is_a_click_away(self, shown, client):
        body = jpeg()
        with client.get(shown(body).parent["href"]) as got:
            assert ("image/jpeg", body) == (got.mimetype, got.data)

    def test_its_size_is_that_of_the_whole(self, shown):
        """So that nothing jumps while it loads; the proportion is the same."""
        picture = shown(jpeg())
        assert ("2000", "1000") == (picture["width"], picture["height"])

    def test_the_whole_is_the_largest_copy_of_a_smaller_picture(self, shown):
        """Between 800 and 1600 pixels: no copy is as wide as the picture itself."""
        picture = shown(jpeg((1000, 500)))
        assert [400, 800, 1000] == list(widths(picture))
        assert picture.parent["href"] == widths(picture)[1000]

    def test_the_whole_stands_for_itself_below_800(self, shown):
        picture = shown(jpeg((600, 300)))
        assert ([400, 600], picture.parent["href"]) == (list(widths(picture)), picture["src"])

    def test_nothing_to_choose_for_a_small_one(self, shown):
        """No srcset, no sizes, and its size all the same."""
        picture = shown(jpeg((300, 200)))
        assert (None, None, "300") == (picture.get("srcset"), picture.get("sizes"), picture["width"])

    def test_it_is_shown_before_the_job_has_run(self, keep, publish, look_at):
        picture = look_at(publish(photo=keep(jpeg()), content="x")).select_one("img.u-photo")
        assert (picture.parent["href"], "2000", None) == (picture["src"], picture["width"], picture.get("srcset"))

    def test_a_picture_that_moves_is_shown_as_it_is(self, shown):
        file = BytesIO()
        frames = [Image.new("P", (900, 300), number) for number in (1, 2)]
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=100)
        picture = shown(file.getvalue())
        assert (None, True) == (picture.get("srcset"), picture["src"].endswith(".gif"))

    def test_alone_it_is_as_wide_as_the_column(self, shown):
        assert photos.COLUMN == shown(jpeg())["sizes"]

    def test_beside_another_it_is_half_as_wide(self, keep, client, bearer, work):
        urls = [keep(jpeg()), keep(jpeg(color="red"))]
        work()
        made = client.post(
            "/micropub", json={"type": ["h-entry"], "properties": {"photo": urls}}, headers=bearer("create")
        )
        page = BeautifulSoup(client.get(made.headers["Location"]).text, "lxml")
        assert [photos.HALF, photos.HALF] == [picture["sizes"] for picture in page.select("img.u-photo")]

    def test_parsers_find_the_middle_copy_and_its_words(self, shown, client, publish, keep, work):
        """u-photo stays on the img: mf2py gives the address with its alt."""
        url = keep(jpeg())
        work()
        page = client.get(publish(photo={"value": url, "alt": "A fence"}, content="x").path).text
        (entry,) = [item for item in mf2py.parse(doc=page, url=ME)["items"] if item["type"] == ["h-entry"]]
        (photo,) = entry["properties"]["photo"]
        assert ("A fence", True) == (photo["alt"], photo["value"].endswith(".webp"))
        assert {"400w", "800w", "1600w"} == set(photo["srcset"])

    def test_others_get_the_whole_for_their_cards(self, keep, publish, work, look_at):
        """og:image with the size that goes with it, in a format that every site reads."""
        url = keep(jpeg())
        work()
        page = look_at(publish(photo=url, content="x"))
        found = [page.select_one(f'meta[property="og:image{part}"]')["content"] for part in ("", ":width")]
        assert [url, "2000"] == found

    def test_a_photo_of_others_has_copies_too(self, publish, work, look_at, frozen_web):
        """Mirrored, and made small like our own."""
        frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n" + jpeg()
        post = publish(photo="https://a.example/1.jpg", content="x")
        work()
        picture = look_at(post).select_one("img.u-photo")
        assert ([400, 800, 1600], "2000") == (list(widths(picture)), picture["width"])


class TestInArticles:
    @pytest.fixture
    def shown(self, keep, publish, work, look_at):
        """The `<img>` in the text of a post, with these attributes of its author's."""

        def show(more="", body=None):
            url = keep(body or jpeg())
            work()
            return look_at(publish(name="An article", content={"html": f'<p>Text <img src="{url}" {more}></p>'})).select_one(
                ".e-content img"
            )

        return show

    def test_it_has_copies_and_its_size(self, shown):
        picture = shown('alt="A fence"')
        assert ([400, 800, 1600], "2000", "1000", "A fence") == (
            list(widths(picture)), picture["width"], picture["height"], picture["alt"]
        )  # fmt: skip

    def test_the_whole_is_a_click_away(self, shown):
        """Its link has a name also where nobody has described the picture (WCAG 2.4.4)."""
        described, other = shown('alt="A fence"').parent, shown().parent
        assert ("a", True, None) == (described.name, described["href"].endswith(".jpg"), described.get("aria-label"))
        assert photos.WHOLE == other["aria-label"]

    def test_one_that_leads_elsewhere_still_does(self, keep, publish, work, look_at):
        post = publish(content={"html": f'<a href="https://them.example/"><img src="{keep(jpeg())}" alt="x"></a>'})
        work()
        assert ["https://them.example/"] == [link["href"] for link in look_at(post).select(".e-content a")]

    def test_a_small_one_leads_nowhere(self, shown):
        """All of it is there already."""
        assert "a" != shown('alt="x"', jpeg((400, 200))).parent.name

    def test_there_is_always_an_alt(self, shown):
        """An empty one where nobody wrote one: the file's name would be read out."""
        assert ["", "", "A fence"] == [shown(more)["alt"] for more in ("", 'alt=""', 'alt="A fence"')]

    def test_the_first_is_asked_for_at_once_and_the_others_wait(self, keep, publish, work, look_at):
        """Pages §5."""
        urls = [keep(jpeg()), keep(jpeg(color="red"))]
        work()
        html = "".join(f'<p><img src="{url}" alt="a > b"></p>' for url in urls)
        page = look_at(publish(name="Two", content={"html": html}, photo=keep(jpeg(color="blue"))))
        found = [(one.get("fetchpriority"), one.get("loading")) for one in page.select("article img")]
        assert [("high", None), (None, "lazy"), (None, "lazy")] == found

    def test_its_authors_size_stays(self, shown):
        """One of the two is enough: ours would distort it."""
        picture = shown('width="300"')
        assert ("300", None) == (picture["width"], picture.get("height"))

    def test_its_authors_srcset_goes(self, shown):
        """Its addresses would be anywhere, and a page of ours asks nobody else's host."""
        picture = shown('srcset="https://evil.example/x.png 9000w" sizes="1px"')
        assert ([400, 800, 1600], photos.COLUMN) == (list(widths(picture)), picture["sizes"])

    def test_also_while_there_are_no_copies(self, shown):
        picture = shown('srcset="https://evil.example/x.png 9000w"', jpeg((300, 200)))
        assert (None, "300") == (picture.get("srcset"), picture["width"])

    def test_a_picture_of_others_is_shown_from_here(self, publish, work, look_at, frozen_web):
        frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n" + jpeg()
        post = publish(content={"html": '<img src="https://a.example/1.jpg" alt="x">'})
        work()
        picture = look_at(post).select_one(".e-content img")
        assert (True, [400, 800, 1600]) == (picture["src"].startswith(f"{ME}media/"), list(widths(picture)))


class TestWhatIsKnownOfAPicture:
    """`photos.photo` alone."""

    MEDIUM = Medium("n.jpg", "here", PHOTO, width=1000, height=500, renditions=(Rendition(400, 200, "s.webp"),))

    @pytest.fixture
    def image(self, publish):
        return publish(photo=f"{ME}media/n.jpg", content="x").item.images()[0]

    def test_half_a_column_beside_another(self, image):
        assert photos.HALF == photos.photo(ME, image, "n.jpg", self.MEDIUM, several=True).sizes

    @pytest.mark.parametrize("medium", [None, Medium("n.jpg", MISSING, PHOTO)])
    def test_what_is_not_here_is_missing(self, image, medium):
        assert photos.photo(ME, image, "n.jpg", medium).missing

    def test_another_page_of_ours_is_no_medium(self, store):
        assert None is photos.name_of(store, ME, f"{ME}2026/07/23/x")
