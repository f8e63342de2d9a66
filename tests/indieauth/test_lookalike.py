"""Apps that could be taken for others."""

import hypothesis
import pytest
from hypothesis import strategies

from indie.indieauth import lookalike

KNOWN = [("https://penguin.example/app", "Penguin Notes"), ("http://localhost:3000/", "Dev"), ("https://client/", "…"), ("cli", None)]


@pytest.mark.parametrize("client_id", [client_id for client_id, _ in lookalike.WELL_KNOWN])
def test_no_well_known_app_is_warned_of(client_id):
    name = dict(lookalike.WELL_KNOWN)[client_id]

    assert () == lookalike.warnings(client_id, name, KNOWN)


@pytest.mark.parametrize(
    ("client_id", "name"),
    [
        ("https://client.example/", "Client"),
        ("https://client.example/", None),
        ("https://client.example/", "…"),
        ("https://penguin.example/other", "Penguin Notes"),
        ("https://penguin.example:8443/", "Quill"),
        ("http://localhost:3000/", "Quill"),
        ("http://127.0.0.1/", "Penguin Notes"),
        ("http://[::1]:8080/", None),
        ("http://app.localhost/", "Quill"),
        ("http://127.0.0.2:5001/", "Client"),
        ("https://ib.net/", None),
        ("https://pingvin.example/", "Penguins"),
        ("https://quill.example/", "A quill"),
        ("https://notes.p3k.io/", None),
    ],
)
def test_nor_are_most_others(client_id, name):
    """A known app on its own host, anything on the owner's own machine, names that are short or just alike."""
    assert () == lookalike.warnings(client_id, name, KNOWN)


class TestHost:
    @pytest.mark.parametrize(
        ("host", "other"),
        [
            ("penguln.example", "penguin.example"),
            ("pengu1n.example", "penguin.example"),
            ("penguim.example", "penguin.example"),
            ("pengin.example", "penguin.example"),
            ("penguinn.example", "penguin.example"),
            ("pegnuin.example", "penguin.example"),
            ("penguin.exarnple", "penguin.example"),
            ("penguin.example.evil.example", "penguin.example"),
            ("pénguín.example", "penguin.example"),
            ("pеnguin.example", "penguin.example"),
            ("ρenguιn.example", "penguin.example"),
            ("la.net", "ia.net"),
            ("micr0.bl0g", "micro.blog"),
            ("rnicro.blog", "micro.blog"),
            ("guill.p3k.io", "quill.p3k.io"),
            ("quill.p4k.io", "quill.p3k.io"),
            ("quill.p3k.lo", "quill.p3k.io"),
            ("micropublish.nef", "micropublish.net"),
        ],
    )
    def test_one_that_looks_like_another_is_named_with_it(self, host, other):
        """A letter put in, left out, replaced, swapped; letters of one shape, also two for one; more behind it."""
        told = " ".join(lookalike.warnings(f"https://{host}/", None, KNOWN))

        assert f"looks much like {other}," in told

    def test_two_v_look_like_w(self):
        assert lookalike.warnings("https://vvords.example/", None, [("https://words.example/", None)])

    def test_whether_the_owner_knows_the_other_is_told(self):
        assert "allowed before" in lookalike.warnings("https://penguln.example/", None, KNOWN)[0]
        assert "well-known" in lookalike.warnings("https://guill.p3k.io/", None, KNOWN)[0]

    def test_one_that_was_allowed_looks_like_nobody(self):
        """The owner has looked at it."""
        assert () == lookalike.warnings("https://guill.p3k.io/", "Quill", [("https://guill.p3k.io/id", None)])

    @pytest.mark.parametrize(("one", "other"), [("app1.example.com", "app2.example.com"), ("192.0.2.10", "192.0.2.11")])
    def test_numbers_of_one_domain_and_addresses_are_no_lookalikes(self, one, other):
        assert () == lookalike.warnings(f"https://{one}/", None, [(f"https://{other}/", None)])


class TestLetters:
    @pytest.mark.parametrize("host", ["bücher.example", "xn--bcher-kva.example", "XN--bcher-kva.example"])
    def test_letters_beyond_a_to_z_are_shown_in_both_spellings(self, host):
        told = lookalike.warnings(f"https://{host}/", None, ())

        assert 1 == len(told)
        assert "“bücher.example”" in told[0]
        assert " xn--bcher-kva.example " in told[0]

    @pytest.mark.parametrize("label", ["xn--fa-hia", "xn--80ak6aa92e"])
    def test_also_those_that_older_rules_refuse(self, label):
        assert 1 == len(lookalike.warnings(f"https://{label}.example/", None, ()))

    @pytest.mark.parametrize("label", ["xn--", "xn--99999999", "xn--a-ecp", "xn--" + "9" * 59])
    def test_what_is_no_punycode_raises_nothing(self, label):
        lookalike.warnings(f"https://{label}.example/", None, KNOWN)


class TestName:
    @pytest.mark.parametrize("name", ["Penguin Notes", "penguin notes", "Penguin-Notes!", "Pеnguin Notes", "PENGUlN NOTES", "PЕNGUIN NOTES"])
    def test_a_name_of_a_known_app_on_another_host(self, name):
        """Case, spaces and letters of other scripts make no difference."""
        told = lookalike.warnings("https://evil.example/", name, KNOWN)

        assert 1 == len(told)
        assert "penguin.example" in told[0]

    def test_a_name_of_a_well_known_app(self):
        assert "quill.p3k.io" in lookalike.warnings("https://evil.example/", "QuiIl", ())[0]


class TestScheme:
    def test_http_is_warned_of(self):
        assert 1 == len(lookalike.warnings("http://client.example/", None, ()))

    def test_also_for_a_known_app(self):
        """Being known, it is not any safer."""
        assert 1 == len(lookalike.warnings("http://penguin.example/app", None, KNOWN))


@hypothesis.given(strategies.text(), strategies.text(), strategies.text())
def test_nothing_raises(one, other, name):
    lookalike.warnings(f"https://{one}/", name, [(f"https://{other}/", name), (other, other)])
