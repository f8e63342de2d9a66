"""Passkeys: the two ceremonies of WebAuthn, against a device in software (items 57, 68)."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indie.config import HOME
from indie.errors import Forbidden, InvalidRequest
from indie.indieauth import agents, passkeys
from indie.store.owner import Owner
from tests.indieauth.authenticator import PRESENT, VERIFIED, Authenticator, b64, unb64

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
ME = "http://localhost:5000/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def owner():
    return Owner("Olaf Owner")


@pytest.fixture
def session(store):
    """The session in which the owner makes passkeys."""
    store.sessions.add("digest", "password", NOW, "127.0.0.1", FIREFOX)
    return store.sessions.find("digest", NOW)


@pytest.fixture
def other(store):
    """Another session of his."""
    store.sessions.add("another", "password", NOW, "127.0.0.1", "")
    return store.sessions.find("another", NOW)


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def options(store, owner, session):
    """The options to make a passkey with, for `session`."""
    return passkeys.registration_options(store, ME, owner, session, NOW)


@pytest.fixture
def passkey(store, session, device, options):
    """The device's passkey, known to the site."""
    return passkeys.register(store, ME, session, "Laptop", device.create(options), NOW)


def signed(store, device, now=NOW, **client_data):
    """What the device makes of a new challenge."""
    return device.get(passkeys.authentication_options(store, ME, now), **client_data)


class TestWhyNot:
    @pytest.mark.parametrize(
        "me", ["https://olaf.example/", "https://olaf.example:8443/", ME, "http://localhost/", "http://olaf.localhost:5000/"]
    )
    def test_a_name_with_https_will_do_and_so_will_localhost(self, me):
        assert ("", True) == (passkeys.why_not(me), passkeys.is_available(me))

    @pytest.mark.parametrize("me", ["http://127.0.0.1:5000/", "https://192.0.2.1/", "http://[::1]:5000/"])
    def test_a_number_will_not(self, me):
        """It is no RP id (WebAuthn §5.1.2); the sentence says what to do."""
        assert "set INDIE_URL" in passkeys.why_not(me)
        assert not passkeys.is_available(me)

    @pytest.mark.parametrize("me", ["http://olaf.example/", "http://localhost.example/", "http://notlocalhost/"])
    def test_http_will_not(self, me):
        """Browsers keep WebAuthn for secure contexts."""
        assert "https" in passkeys.why_not(me)


    def test_without_the_package_there_are_none(self, monkeypatch):
        """The sentence says how to get it."""
        monkeypatch.setitem(sys.modules, "webauthn", None)

        assert "pip install webauthn" in passkeys.why_not(ME)

    def test_the_package_is_loaded_by_those_alone_who_use_a_passkey(self):
        """The site starts without it, whether it is there or not."""
        script = "import sys; from indie import wiring; print('webauthn' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True)

        assert "False" == ran.stdout.strip()


class TestRegistrationOptions:
    def test_they_ask_for_one_that_stands_for_the_password(self, options):
        """To be found without a user name, by somebody whom the device knows; without a certificate of its maker."""
        asked = json.loads(options)

        assert ("required", "required", True) == (
            asked["authenticatorSelection"]["residentKey"],
            asked["authenticatorSelection"]["userVerification"],
            asked["authenticatorSelection"]["requireResidentKey"],
        )
        assert "none" == asked["attestation"]

    def test_they_name_the_site_and_the_owner(self, options):
        asked = json.loads(options)

        assert "localhost" == asked["rp"]["id"]
        assert ("localhost", "Olaf Owner") == (asked["user"]["name"], asked["user"]["displayName"])

    def test_the_user_handle_is_the_same_each_time_and_says_nothing(self, store, owner, session, options):
        """32 bytes, from the site's secret, and not the secret."""
        again = passkeys.registration_options(store, ME, owner, session, NOW)
        handle, other = (unb64(json.loads(one)["user"]["id"]) for one in (options, again))

        assert (handle, 32) == (other, len(handle))
        assert store.secret not in handle

    def test_a_device_that_has_one_is_to_say_so(self, store, owner, session, passkey):
        """Then the browser refuses before anything is made."""
        asked = json.loads(passkeys.registration_options(store, ME, owner, session, NOW))

        assert [{"id": passkey.credential_id, "type": "public-key", "transports": ["internal"]}] == asked["excludeCredentials"]

    def test_the_challenge_is_new_each_time_and_waits_for_five_minutes(self, store, owner, session, options):
        again = passkeys.registration_options(store, ME, owner, session, NOW)
        one, other = (json.loads(text) for text in (options, again))

        assert one["challenge"] != other["challenge"]
        assert (32, 300_000) == (len(unb64(one["challenge"])), one["timeout"])


class TestRegister:
    def test_what_was_made_is_kept(self, store, passkey, device):
        assert [passkey] == store.passkeys.all()
        assert (b64(device.id), "Laptop", 0, ("internal",), NOW, None) == (
            passkey.credential_id,
            passkey.name,
            passkey.sign_count,
            passkey.transports,
            passkey.created,
            passkey.used,
        )

    @pytest.mark.parametrize(
        ("typed", "name"), [("", "Firefox on Linux"), (" \n", "Firefox on Linux"), ("My\nphone\u202e", "My phone")]
    )
    def test_its_name_is_what_the_owner_says_or_his_browsers(self, store, session, device, options, typed, name):
        assert name == passkeys.register(store, ME, session, typed, device.create(options), NOW).name

    def test_the_same_twice_is_refused(self, store, owner, session, device, passkey):
        """Also where a browser does not heed excludeCredentials."""
        options = passkeys.registration_options(store, ME, owner, session, NOW)
        with pytest.raises(InvalidRequest, match="known already"):
            passkeys.register(store, ME, session, "Again", device.create(options), NOW)

        assert ["Laptop"] == [one.name for one in store.passkeys.all()]

    def test_a_challenge_is_good_once(self, store, session, device, options, passkey):
        device.id = b"another id of its"
        with pytest.raises(Forbidden, match="too long, or was tried"):
            passkeys.register(store, ME, session, "", device.create(options), NOW)

    def test_a_challenge_is_used_up_by_a_failure(self, store, session, device, options):
        with pytest.raises(InvalidRequest):
            passkeys.register(store, ME, session, "", device.create(options, origin="https://evil.example"), NOW)
        with pytest.raises(Forbidden):
            passkeys.register(store, ME, session, "", device.create(options), NOW)

    def test_a_challenge_is_good_for_less_than_five_minutes(self, store, session, device, options):
        with pytest.raises(Forbidden):
            passkeys.register(store, ME, session, "", device.create(options), NOW + timedelta(minutes=5))

        assert [] == store.passkeys.all()

    def test_a_challenge_is_its_sessions_alone(self, store, other, device, options):
        """What was asked for in one browser cannot be finished in another."""
        with pytest.raises(Forbidden):
            passkeys.register(store, ME, other, "", device.create(options), NOW)

    def test_a_challenge_to_sign_in_with_is_none_to_register_with(self, store, owner, session, device, options):
        signing = json.loads(passkeys.authentication_options(store, ME, NOW))
        with pytest.raises(Forbidden):
            passkeys.register(store, ME, session, "", device.create(options, challenge=signing["challenge"]), NOW)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"origin": "http://localhost:5001"},
            {"origin": "https://localhost:5000"},
            {"origin": "http://localhost:5000.evil.example"},
            {"type": "webauthn.get"},
        ],
        ids=lambda wrong: next(iter(wrong.values())),
    )
    def test_another_page_or_purpose_is_refused(self, store, session, device, options, wrong):
        with pytest.raises(InvalidRequest, match=r"\.$"):
            passkeys.register(store, ME, session, "", device.create(options, **wrong), NOW)

        assert [] == store.passkeys.all()

    @pytest.mark.parametrize("flags", [PRESENT, VERIFIED, 0])
    def test_a_device_that_did_not_check_who_holds_it_is_refused(self, store, session, device, options, flags):
        device.flags = flags
        with pytest.raises(InvalidRequest):
            passkeys.register(store, ME, session, "", device.create(options), NOW)

    def test_another_sites_passkey_is_refused(self, store, session, device, options):
        """The device signs for the name that it was given."""
        elsewhere = json.dumps(json.loads(options) | {"rp": {"id": "evil.example"}})
        with pytest.raises(InvalidRequest):
            passkeys.register(store, ME, session, "", device.create(elsewhere), NOW)


class TestAuthenticate:
    def test_the_devices_signature_opens(self, store, device, passkey):
        used = passkeys.authenticate(store, ME, signed(store, device), NOW)

        assert (passkey.id, 1, NOW) == (used.id, used.sign_count, used.used)
        assert [used] == store.passkeys.all()

    def test_options_name_the_site_and_no_passkey(self, store, passkey):
        """Whoever asks learns neither whether there are any nor which."""
        asked = json.loads(passkeys.authentication_options(store, ME, NOW))

        assert ("localhost", [], "required") == (asked["rpId"], asked["allowCredentials"], asked["userVerification"])

    def test_again_with_another_challenge(self, store, device, passkey):
        for count in (1, 2, 3):
            assert count == passkeys.authenticate(store, ME, signed(store, device), NOW).sign_count

    def test_a_device_that_counts_nothing_opens_each_time(self, store, device, passkey):
        """WebAuthn §6.1.1: zero and zero says nothing."""
        device.count = None
        for _ in range(2):
            assert 0 == passkeys.authenticate(store, ME, signed(store, device), NOW).sign_count

    @pytest.mark.parametrize("count", [-1, 1, 2, 3])
    def test_a_counter_that_does_not_move_on_is_refused(self, store, device, passkey, count):
        """Somebody may have a copy; the owner is told so, and nothing is noted."""
        device.count = 3
        passkeys.authenticate(store, ME, signed(store, device), NOW)
        device.count = count
        with pytest.raises(Forbidden, match="copy of it"):
            passkeys.authenticate(store, ME, signed(store, device), NOW + timedelta(minutes=1))

        assert [(4, NOW)] == [(one.sign_count, one.used) for one in store.passkeys.all()]

    def test_a_wrong_counter_is_told_to_those_alone_who_can_sign(self, store, device, passkey):
        device.count = 3
        passkeys.authenticate(store, ME, signed(store, device), NOW)
        forger = Authenticator()
        forger.id, forger.user = device.id, device.user
        with pytest.raises(Forbidden) as refused:
            passkeys.authenticate(store, ME, signed(store, forger), NOW)

        assert passkeys.STRANGE == str(refused.value)

    def test_a_challenge_is_good_once(self, store, device, passkey):
        device.count = None
        answer = signed(store, device)
        passkeys.authenticate(store, ME, answer, NOW)
        with pytest.raises(Forbidden, match="too long, or was tried"):
            passkeys.authenticate(store, ME, answer, NOW)

    def test_eight_at_once_with_one_challenge_are_one(self, store, device, passkey):
        device.count = None
        answer = signed(store, device)

        def sign_in(_):
            try:
                return passkeys.authenticate(store, ME, answer, NOW).name
            except Forbidden as refused:
                return str(refused)

        with ThreadPoolExecutor(8) as pool:
            said = sorted(pool.map(sign_in, range(8)))
        assert ["Laptop", *[passkeys.LATE] * 7] == said

    def test_a_challenge_is_used_up_by_a_failure(self, store, device, passkey):
        options = passkeys.authentication_options(store, ME, NOW)
        with pytest.raises(Forbidden):
            passkeys.authenticate(store, ME, device.get(options, origin="https://evil.example"), NOW)
        with pytest.raises(Forbidden, match="too long, or was tried"):
            passkeys.authenticate(store, ME, device.get(options), NOW)

    def test_a_challenge_is_good_for_less_than_five_minutes(self, store, device, passkey):
        answer = signed(store, device)
        with pytest.raises(Forbidden, match="too long"):
            passkeys.authenticate(store, ME, answer, NOW + timedelta(minutes=5))

        assert passkeys.authenticate(store, ME, signed(store, device), NOW + timedelta(minutes=4, seconds=59))

    def test_a_challenge_of_ones_own_is_none(self, store, device, passkey):
        with pytest.raises(Forbidden, match="too long"):
            passkeys.authenticate(store, ME, signed(store, device, challenge=b64(bytes(32))), NOW)

    def test_a_challenge_to_register_with_is_none_to_sign_in_with(self, store, owner, session, device, passkey):
        options = json.loads(passkeys.registration_options(store, ME, owner, session, NOW))
        with pytest.raises(Forbidden, match="too long"):
            passkeys.authenticate(store, ME, signed(store, device, challenge=options["challenge"]), NOW)

    @pytest.mark.parametrize(
        "wrong",
        [{"origin": "http://localhost:5001"}, {"origin": "https://evil.example"}, {"type": "webauthn.create"}],
        ids=lambda wrong: next(iter(wrong.values())),
    )
    def test_another_page_or_purpose_is_refused(self, store, device, passkey, wrong):
        with pytest.raises(Forbidden) as refused:
            passkeys.authenticate(store, ME, signed(store, device, **wrong), NOW)

        assert passkeys.STRANGE == str(refused.value)

    @pytest.mark.parametrize("flags", [PRESENT, VERIFIED, 0])
    def test_a_device_that_did_not_check_who_holds_it_is_refused(self, store, device, passkey, flags):
        device.flags = flags
        with pytest.raises(Forbidden):
            passkeys.authenticate(store, ME, signed(store, device), NOW)

    def test_unknown_removed_forged_and_changed_are_refused_alike(self, store, session, device, passkey):
        """Nobody learns which passkeys there are."""
        unknown, forger = Authenticator(), Authenticator()
        unknown.user = forger.user = device.user
        forger.id = device.id
        changed, foreign, nobodys = signed(store, device), signed(store, device), signed(store, device)
        changed["response"]["signature"] = changed["response"]["signature"][:-8] + "AAAAAAAA"
        foreign["response"]["userHandle"] = b64(b"somebody")
        del nobodys["response"]["userHandle"]
        said = set()
        for answer in (signed(store, unknown), signed(store, forger), changed, foreign, nobodys):
            with pytest.raises(Forbidden) as refused:
                passkeys.authenticate(store, ME, answer, NOW)
            said.add(str(refused.value))
        passkeys.remove(store, passkey.id, session.id)
        with pytest.raises(Forbidden) as refused:
            passkeys.authenticate(store, ME, signed(store, device), NOW)

        assert {passkeys.STRANGE} == {*said, str(refused.value)}
        assert [] == store.passkeys.all()

    def test_another_sites_signature_is_refused(self, store, device, passkey):
        """The same device, asked under another name."""
        options = json.loads(passkeys.authentication_options(store, ME, NOW)) | {"rpId": "evil.example"}
        with pytest.raises(Forbidden):
            passkeys.authenticate(store, ME, device.get(json.dumps(options)), NOW)


HOSTILE = [
    None, 0, "", "x", "[" * 100_000, [], {}, json.loads("[" * 500 + "]" * 500),
    {"id": "a", "rawId": "a", "type": "public-key", "response": {}},
    {"id": "ü", "rawId": "ü", "type": "public-key", "response": {"clientDataJSON": "ü", "attestationObject": "ü"}},
]  # fmt: skip


VALUES = (
    None, 0, "", "ü", "AAAA", [], {}, "[" * 200_000, "A" * 49,
    *map(b64, (b"[" * 100_000, b"\x81" * 10_000, b"[]", b"{}", b'{"type": 1, "challenge": 2, "origin": 3}')),
)  # fmt: skip
CBOR = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9) | st.integers(-5, 5), inner, max_size=5),
    max_leaves=9,
)
KEYS = st.fixed_dictionaries(
    {1: st.sampled_from([1, 2, 3, 7]), 3: st.sampled_from([-7, -8, -257, -48])},
    optional={-1: st.integers(0, 8) | st.binary(), -2: st.binary(max_size=70), -3: CBOR},
)
"""COSE keys, more or less."""


def damaged(answer, path, value):
    """The answer with one value in another's place."""
    copy = json.loads(json.dumps(answer))
    *way, last = path
    spot = copy
    for step in way:
        spot = spot[step]
    spot[last] = value
    return copy


class TestHostile:
    """What no browser sends is refused in a sentence, and never a fault of ours."""

    @pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
    def test_no_credential_at_all(self, store, session, passkey, answer):
        with pytest.raises(InvalidRequest, match=r"\.$"):
            passkeys.register(store, ME, session, "", answer, NOW)
        with pytest.raises(Forbidden, match=r"\.$"):
            passkeys.authenticate(store, ME, answer, NOW)

    @pytest.mark.parametrize(
        "path",
        [
            ("id",), ("rawId",), ("type",), ("response",),
            ("response", "clientDataJSON"), ("response", "authenticatorData"), ("response", "signature"),
            ("response", "userHandle"),
        ],
        ids=".".join,
    )  # fmt: skip
    def test_a_signature_damaged_in_one_place(self, store, device, passkey, path):
        for value in VALUES:
            with pytest.raises(Forbidden, match=r"\.$"):
                passkeys.authenticate(store, ME, damaged(signed(store, device), path, value), NOW)

        assert passkeys.authenticate(store, ME, signed(store, device), NOW)

    @pytest.mark.parametrize(
        "path",
        [("id",), ("rawId",), ("type",), ("response",), ("response", "clientDataJSON"), ("response", "attestationObject")],
        ids=".".join,
    )
    def test_a_passkey_damaged_in_one_place(self, store, owner, session, device, path):
        for value in VALUES:
            options = passkeys.registration_options(store, ME, owner, session, NOW)
            with pytest.raises(InvalidRequest, match=r"\.$"):
                passkeys.register(store, ME, session, "", damaged(device.create(options), path, value), NOW)

        assert [] == store.passkeys.all()

    @given(
        fmt=st.sampled_from(["none", "packed", "tpm", "apple", "fido-u2f", "android-key", "android-safetynet", 7]),
        statement=CBOR,
        key=CBOR | KEYS,
        after=st.binary(max_size=3),
    )
    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_an_attestation_of_whatever(self, store, owner, session, device, fmt, statement, key, after):
        """What a device says of its key and of its maker is refused, or it is a passkey that opens nothing."""
        options = passkeys.registration_options(store, ME, owner, session, NOW)
        answer = device.create(options)
        whole = cbor2.loads(unb64(answer["response"]["attestationObject"]))
        head = whole["authData"][: 37 + 16 + 2 + 16]
        whole |= {"fmt": fmt, "attStmt": statement, "authData": head + cbor2.dumps(key) + after}
        answer["response"]["attestationObject"] = b64(cbor2.dumps(whole))
        try:
            made = passkeys.register(store, ME, session, "", answer, NOW)
        except InvalidRequest:
            return
        with pytest.raises(Forbidden):
            passkeys.authenticate(store, ME, signed(store, device), NOW)
        passkeys.remove(store, made.id, session.id)


class TestRemove:
    def test_item_57_it_signs_out_everywhere_but_here(self, store, session, other, passkey):
        """Whoever had the device may have signed in with it."""
        passkeys.remove(store, passkey.id, session.id)

        assert [session] == store.sessions.all(NOW)
        assert [] == store.passkeys.all()

    def test_one_that_is_not_there_is_no_event(self, store, session, other, passkey):
        passkeys.remove(store, passkey.id + 1, session.id)

        assert 2 == len(store.sessions.all(NOW))
        assert [passkey] == store.passkeys.all()


def test_no_challenge_stands_in_the_database(store, options):
    """Only its digest: who reads a backup signs nothing with it."""
    challenge = json.loads(options)["challenge"]
    dump = f"{store.database.query('SELECT * FROM challenges')}"

    assert challenge not in dump
    assert unb64(challenge).hex() not in dump.lower()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Lynx/2.9 (Linux)", "Linux"),
        ("curl/8.1", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_in_a_few_words(agent, words):
    assert words == agents.describe(agent)
