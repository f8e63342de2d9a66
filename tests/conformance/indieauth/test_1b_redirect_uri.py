"""Where an app may be answered: items 17 to 19 of the requirements."""

import pytest

from tests.conformance.indieauth.conftest import APP, BACK, DOCUMENT, is_dead_end

SHPUB = "http://cweiske.de/shpub.htm"
NO_PKCE = {"code_challenge": None, "code_challenge_method": None}


class Test1bRedirectUri:
    """17 to 19: where the answer may go."""

    @pytest.mark.parametrize("redirect_uri", [APP, BACK, "https://app.example/other?x=1", "https://APP.example:443/back"])
    def test_17_r5_the_apps_own_scheme_host_and_port_will_do(self, flow, redirect_uri):
        assert flow.consent(redirect_uri=redirect_uri).handle

    @pytest.mark.parametrize(
        "redirect_uri",
        ["http://app.example/back", "https://app.example:8443/back", "https://www.app.example/back", "https://example/back"],
    )
    def test_17_r5_another_scheme_host_or_port_is_blocked(self, flow, redirect_uri):
        assert is_dead_end(flow.ask(redirect_uri=redirect_uri))

    @pytest.mark.parametrize("listed", ["https://other.example/back?x=1", "com.example.app:/back"])
    def test_17_r5_an_address_that_the_app_lists_will_do(self, flow, document, listed):
        document(redirect_uris=[listed])

        assert flow.consent(client_id=DOCUMENT, redirect_uri=listed).handle

    @pytest.mark.parametrize(
        "asked", ["https://other.example/back/", "https://other.example/back?x=1", "https://other.example/BACK", "https://other.example/"]
    )
    def test_17_r5_almost_the_listed_address_is_blocked(self, flow, document, asked):
        document(redirect_uris=["https://other.example/back"])

        assert is_dead_end(flow.ask(client_id=DOCUMENT, redirect_uri=asked))

    def test_17_r5_listed_addresses_are_resolved_first(self, flow, document):
        document(redirect_uris=["/back", "../elsewhere"])

        assert flow.consent(client_id=DOCUMENT, redirect_uri="https://json.example/back").handle

    @pytest.mark.parametrize("place", ["header", "head"])
    def test_17_r5_so_will_one_that_its_page_links_to(self, flow, serve, place):
        """rel=redirect_uri, in either place."""
        link = '<link rel="redirect_uri" href="https://other.example/back">' if place == "head" else ""
        header = ['Link: <https://other.example/back>; rel="redirect_uri"'] if place == "header" else []
        serve(f"<!doctype html><title>App</title>{link}", APP, *header, kind="text/html")

        assert flow.consent(redirect_uri="https://other.example/back").handle

    @pytest.mark.parametrize(
        ("listed", "asked"),
        [
            ("http://127.0.0.1/back", "http://127.0.0.1:51004/back"),
            ("http://[::1]/back", "http://[::1]:51004/back"),
            ("http://localhost:1/back", "http://localhost:51004/back"),
        ],
    )
    def test_17_r5_on_loopback_the_port_makes_no_difference(self, flow, document, listed, asked):
        """RFC 8252 §7.3."""
        document(redirect_uris=[listed])

        assert flow.consent(client_id=DOCUMENT, redirect_uri=asked).handle

    @pytest.mark.parametrize("asked", ["http://127.0.0.1:51004/other", "http://127.0.0.2:51004/back", "http://127.0.0.1.evil.example/back"])
    def test_17_r5_on_loopback_all_else_does(self, flow, document, asked):
        document(redirect_uris=["http://127.0.0.1/back"])

        assert is_dead_end(flow.ask(client_id=DOCUMENT, redirect_uri=asked))

    def test_18_r6_a_document_that_lists_addresses_binds_its_own_origin_too(self, flow, document):
        document(redirect_uris=["https://json.example/back"])

        assert is_dead_end(flow.ask(client_id=DOCUMENT, redirect_uri="https://json.example/open-redirect"))

    def test_18_r6_for_one_that_lists_none_its_own_origin_will_do(self, flow, document):
        """As Indiekit's."""
        document()

        assert flow.consent(client_id=DOCUMENT, redirect_uri="https://json.example/anywhere").handle

    @pytest.mark.parametrize(
        "bad",
        [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "https://json.example/back#fragment",
            "https://json.example/back#",
            "https://user@json.example/back",
            "https://json.example/\nback",
        ],
    )
    def test_18_r6_what_a_browser_must_not_be_sent_to_is_refused_even_if_listed(self, flow, document, bad):
        document(redirect_uris=[bad])

        assert is_dead_end(flow.ask(client_id=DOCUMENT, redirect_uri=bad))

    def test_18_r6_a_custom_scheme_must_be_listed(self, flow):
        assert is_dead_end(flow.ask(redirect_uri="com.example.app:/back"))

    @pytest.mark.parametrize("redirect_uri", ["http://127.0.0.1:12345/callback", "http://192.0.2.7:12345/callback"])
    def test_19_r7_shpub_asks_the_owner_to_vouch(self, flow, redirect_uri):
        """The box is there, not ticked, and says the whole address."""
        page = flow.consent(client_id=SHPUB, redirect_uri=redirect_uri, **NO_PKCE)
        box = page.page.select_one('input[name="own-machine"]')

        assert (False, True) == (box.has_attr("checked"), redirect_uri in page.text)

    def test_19_r7_without_the_owners_word_there_is_no_code(self, flow):
        asked = {"client_id": SHPUB, "redirect_uri": "http://127.0.0.1:12345/callback"} | NO_PKCE
        answer = flow.decide(flow.consent(**asked))

        assert is_dead_end(answer)

    def test_19_r7_with_it_there_is(self, flow):
        asked = {"client_id": SHPUB, "redirect_uri": "http://127.0.0.1:12345/callback"} | NO_PKCE

        assert flow.code(form={"own-machine": "yes"}, **asked)

    def test_19_r7_a_denial_tells_an_address_that_nobody_vouched_for_nothing(self, flow):
        asked = {"client_id": SHPUB, "redirect_uri": "http://127.0.0.1:12345/callback"} | NO_PKCE

        assert "127.0.0.1" not in (flow.decide(flow.consent(**asked), "deny").location or "")

    def test_19_r7_no_other_app_is_offered_it(self, flow):
        assert is_dead_end(flow.ask(redirect_uri="http://127.0.0.1:12345/callback"))

    def test_19_r7_nor_is_shpub_for_a_host_with_a_name(self, flow):
        assert is_dead_end(flow.ask(client_id=SHPUB, redirect_uri="http://evil.example:12345/callback"))
