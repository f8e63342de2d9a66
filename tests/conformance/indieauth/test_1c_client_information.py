"""What an app says of itself, and how much of it is believed: items 27, 28, 30 and 31 of the requirements."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from indie import mirror
from indie.errors import Blocked, TimedOut, TooLarge, TooManyRedirects
from indie.store.media import AVATAR
from tests.conformance.indieauth.conftest import APP, DOCUMENT, NOW

H_APP = '<div class="h-app"><a href="/" class="u-url p-name">Page App</a><img class="u-logo" src="/logo.png" alt=""></div>'
LINK = '<link rel="redirect_uri" href="https://other.example/back">'
OTHER = "https://other.example/back"
BACK = "https://json.example/back"
LOGO = "https://json.example/logo.png"


class Test1cDocument:
    """27: JSON."""

    @pytest.mark.parametrize("named", ["https://other.example/id", "https://json.example/ID", "https://json.example/", None, 7, [DOCUMENT]])
    def test_27_c2_a_document_of_another_app_is_ignored(self, consent, document, named):
        document(client_id=named)

        assert "Json App" not in consent().text

    def test_27_c2_with_all_that_stands_in_it(self, ask, document):
        document(client_id="https://other.example/id", redirect_uris=[OTHER])

        assert 400 == ask(OTHER).status_code

    @pytest.mark.parametrize("client_uri", ["https://json.example/", "https://json.example/id"])
    def test_27_c2_a_home_page_above_the_client_id_is_shown(self, consent, document, client_uri):
        document(client_uri=client_uri)

        assert "Its home page json.example" in consent().text

    @pytest.mark.parametrize("client_uri", ["https://bank.example/", "https://json.example.evil.example/", "https://json.example/other"])
    def test_27_c2_any_other_is_not_shown_as_its_home(self, consent, document, client_uri):
        document(client_uri=client_uri)

        assert "Its home page" not in consent().text

    def test_27_c2_where_the_hosts_differ_the_owner_is_warned(self, consent, document):
        document(client_uri="https://bank.example/")

        assert "https://bank.example/" in consent().page.select_one(".alarm").get_text()

    @pytest.mark.parametrize(
        "secret",
        [
            {"client_secret": "x"},
            {"client_secret_expires_at": 0},
            {"token_endpoint_auth_method": "client_secret_basic"},
            {"token_endpoint_auth_method": "client_secret_post"},
            {"token_endpoint_auth_method": "client_secret_jwt"},
        ],
    )
    def test_27_c2_a_document_with_a_secret_is_refused(self, consent, document, secret):
        document(**secret)

        assert "Json App" not in consent().text

    def test_27_c2_the_name_is_read(self, consent, document):
        document(client_name="Json\n App")

        assert "It calls itself Json App" in consent().text

    def test_27_c2_the_policy_is_read(self, consent, document):
        document(policy_uri="https://json.example/privacy")

        assert consent().page.select_one('a[href="https://json.example/privacy"]')

    def test_27_c2_the_return_addresses_are_read(self, ask, document):
        document(redirect_uris=[OTHER])

        assert 200 == ask(OTHER).status_code

    def test_27_c2_the_grant_types_are_read(self, refreshable):
        assert refreshable["refresh_token"]

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "null", '"x"', '{"client_id": NaN}', "{" * 10_000, '{"client_id": "https://json.example/id", "client_id": 1}']
    )
    def test_27_c2_what_is_no_document_harms_nobody(self, ask, serve, body):
        serve(body)

        assert 200 == ask().status_code

    @pytest.mark.parametrize(
        "members",
        [
            {"client_name": ["x"]},
            {"client_name": None},
            {"client_uri": 7},
            {"logo_uri": {"a": 1}},
            {"redirect_uris": "https://json.example/back"},
            {"redirect_uris": [None, 7, {}]},
            {"grant_types": 7},
            {"policy_uri": "javascript:alert(1)"},
        ],
    )
    def test_27_c2_members_of_the_wrong_kind_harm_nobody(self, ask, document, members):
        document(**members)

        assert 200 == ask().status_code


class Test1cPage:
    """28: HTML."""

    @pytest.mark.parametrize("kind", ["h-app", "h-x-app"])
    def test_28_c3_the_name_of_an_h_app_is_read(self, consent, serve, kind):
        serve(H_APP.replace("h-app", kind), APP, kind="text/html")

        assert "It calls itself Page App" in consent(APP).text

    def test_28_c3_that_of_another_app_is_not(self, consent, serve):
        """Its `url` has to be the client_id."""
        serve(H_APP.replace('href="/"', 'href="/other"'), APP, kind="text/html")

        assert "Page App" not in consent(APP).text

    def test_28_c3_its_logo_is_asked_for(self, consent, serve, store):
        serve(H_APP, APP, kind="text/html")
        consent(APP)

        assert store.media.get(mirror.name(store.secret, AVATAR, "https://app.example/logo.png"))

    def test_28_c3_its_return_addresses_are_read(self, flow, serve):
        serve(H_APP + LINK, APP, kind="text/html")

        assert flow.consent(redirect_uri=OTHER).handle

    def test_28_c3_a_link_in_its_text_is_nobodys_word(self, flow, serve):
        """It may be a visitor's."""
        serve(H_APP + LINK.replace("<link", "<a"), APP, kind="text/html")

        assert 400 == flow.ask(redirect_uri=OTHER).status_code


class Test1cCache:
    """30: for how long it is kept."""

    @pytest.fixture
    def times_asked(self, flow, frozen_web, clock):
        """`times_asked(after)`: how often the app's address was asked, of a request now and one `after` that time."""

        def count(after):
            for wait in (timedelta(), after):
                clock.shift(wait)
                flow.sign_in()
                flow.ask(client_id=DOCUMENT, redirect_uri=BACK)
            return frozen_web.requested.count(DOCUMENT)

        return count

    @pytest.mark.parametrize("said", ["", "Cache-Control: no-store", "Cache-Control: max-age=0", "Cache-Control: nonsense"])
    def test_30_c5_five_minutes_at_least(self, document, times_asked, said):
        document(*filter(None, [said]))

        assert 1 == times_asked(timedelta(minutes=4, seconds=59))

    def test_30_c5_and_no_longer_unless_the_app_says_so(self, document, times_asked):
        document("Cache-Control: no-store")

        assert 2 == times_asked(timedelta(minutes=5, seconds=1))

    def test_30_c5_as_long_as_the_app_says(self, document, times_asked):
        document("Cache-Control: public, max-age=7200")

        assert 1 == times_asked(timedelta(minutes=119))

    def test_30_c5_a_day_at_most(self, document, times_asked):
        document("Cache-Control: max-age=31536000")

        assert 2 == times_asked(timedelta(hours=24, seconds=1))

    @pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error"])
    def test_30_c5_a_failure_is_not_kept(self, serve, times_asked, status):
        serve("", DOCUMENT, status=status)

        assert 2 == times_asked(timedelta(seconds=1))

    def test_30_c5_the_logo_is_our_copy(self, consent, document, store, storage, frozen_web):
        """No address of the app's is asked by the owner's browser."""
        document(logo_uri="/logo.png")
        frozen_web.pages[LOGO] = b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n" + picture()
        copy(store, storage, frozen_web)
        page = consent().page

        assert [True] == ["/media/" in image["src"] for image in page.select(".consent .app img")]
        assert [] == [image for image in page.select("img") if "json.example" in f"{image}"]

    def test_30_c5_an_svg_is_none(self, consent, document, store, storage, frozen_web):
        document(logo_uri="/logo.png")
        frozen_web.pages[LOGO] = b'HTTP/1.1 200 OK\nContent-Type: image/svg+xml\n\n<svg xmlns="http://www.w3.org/2000/svg"/>'
        copy(store, storage, frozen_web)

        assert [] == consent().page.select(".consent .app img")


def picture():
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "PNG")
    return file.getvalue()


def copy(store, storage, web):
    """What the job does with the logo."""
    with store.write():
        name = mirror.want(store, AVATAR, LOGO, NOW)
    mirror.fetch(store, storage, web, name, NOW, last=True)


@pytest.mark.parametrize(
    "failure", [None, TimedOut("late"), Blocked("inside"), TooLarge("long"), TooManyRedirects("round"), b"HTTP/1.1 404 Not Found\n\n",
                b"HTTP/1.1 503 Busy\n\n", b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n\x89PNG", b"HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"]
)  # fmt: skip
class Test1cFailure:
    """31: when nothing can be learnt."""

    @pytest.fixture(autouse=True)
    def fail(self, frozen_web, failure):
        if failure is not None:
            frozen_web.pages[DOCUMENT] = failure

    def test_31_c6_the_address_alone_is_shown(self, consent):
        page = consent()

        assert (True, True) == (DOCUMENT in page.text, "It gives no name" in page.text)

    def test_31_c6_it_is_answered_on_its_own_origin_alone(self, ask):
        assert 400 == ask(OTHER).status_code


def test_27_c2_what_is_claimed_is_text_and_no_markup(consent, document):
    document(client_name='<b onclick="x">Bold</b><script>alert(1)</script>')

    assert [] == consent().page.select("[onclick]")


def test_31_c6_a_failure_says_nothing_of_the_servers_inside(consent, frozen_web):
    """Whoever asks learns of no host of ours whether it is there (SSRF)."""
    frozen_web.pages[DOCUMENT] = Blocked("10.0.0.1 is private")

    assert "10.0.0.1" not in consent().text
