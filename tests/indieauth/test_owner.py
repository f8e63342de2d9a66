"""Making the owner, by the link or by the command."""

from io import BytesIO

import pytest
from PIL import Image

from indie import times
from indie.errors import InvalidRequest
from indie.indieauth import owner as owners


@pytest.fixture
def set_up(store, storage):
    """Make or change the owner."""

    def make(name="Olaf", password="correct horse", **more):
        return owners.set_up(store, storage, times.now(), name=name, password=password, **more)

    return make


def picture():
    """A PNG, 300 by 100."""
    file = BytesIO()
    Image.new("RGB", (300, 100), "red").save(file, "PNG")
    return file.getvalue()


def test_what_was_said_is_what_is_known(set_up, store):
    """Trimmed; the nickname without its @."""
    set_up(name="  Olaf\n Owner ", nickname="@olaf", note=" I write. ")
    owner = store.owner.get()

    assert ("Olaf Owner", "olaf", "I write.") == (owner.name, owner.nickname, owner.note)


def test_a_second_time_changes_what_is_said(set_up, store):
    """What is not said stays; "" takes it away."""
    set_up(nickname="olaf", note="I write.", photo=picture())
    before = store.owner.get()
    set_up(name="Olga", note="")
    owner = store.owner.get()

    assert ("Olga", "olaf", "", before.photo) == (owner.name, owner.nickname, owner.note, owner.photo)


def test_the_photo_becomes_a_small_square(set_up, client, store):
    """Served among the media, as WebP."""
    set_up(photo=picture())
    answer = client.get(f"/media/{store.owner.get().photo}")

    assert (200, "image/webp") == (answer.status_code, answer.mimetype)
    image = Image.open(BytesIO(answer.data))
    assert image.width == image.height
    answer.close()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": ""}),
        ("name", {"name": " \n\u200b"}),
        ("password", {"password": "7 chars"}),
        ("password", {"password": ""}),
        ("password", {"password": "not text \udcff"}),
        ("photo", {"photo": b"<svg>"}),
        ("photo", {"photo": b""}),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(set_up, store, storage, field, wrong):
    """Field by field, in a sentence."""
    with pytest.raises(owners.Wrong, match=r"[^.]\.$") as refused:
        set_up(**wrong)

    assert field == refused.value.field
    assert (None, []) == (store.owner.get(), list(storage.list()))


def test_all_that_is_wrong_is_told_at_once():
    """Nobody mends a form twice."""
    assert ["name", "password"] == [wrong.field for wrong in owners.check("", "short")]


def test_wrong_is_an_invalid_request():
    """An endpoint that forgets it answers 400."""
    assert issubclass(owners.Wrong, InvalidRequest)


@pytest.mark.parametrize("password", ["correct horse", "8 chars!", "пароль 密码", "  spaces  ", "x" * 1000])
def test_the_password_opens(set_up, store, password):
    """And is kept as argon2 alone."""
    set_up(password=password)
    owner = store.owner.get()

    assert owners.is_password(owner, password)
    assert owner.password.startswith("$argon2id$")
    assert password not in owner.password


@pytest.mark.parametrize("password", ["", "Correct horse", "correct horse ", "\ud800", "\0"])
def test_another_does_not(set_up, store, password):
    set_up()

    assert not owners.is_password(store.owner.get(), password)


@pytest.mark.parametrize("kept", ["", "nonsense", "$argon2id$"])
def test_without_a_hash_nothing_opens(kept):
    """Not even the hash itself: an owner without a password is nobody's to be."""
    assert not owners.is_password(owners.Owner("Olaf", password=kept), kept)


def test_the_key_of_the_link_is_the_sites_own():
    """The same every time, another with another secret, and not the secret."""
    assert owners.setup_key(b"a" * 32) == owners.setup_key(b"a" * 32)
    assert owners.setup_key(b"a" * 32) != owners.setup_key(b"b" * 32)
    assert 40 == len(owners.setup_key(b"a" * 32))


class TestLink:
    """The page behind the link that `serve` prints."""

    @pytest.fixture
    def link(self, store):
        return f"/setup/{owners.setup_key(store.secret)}"

    def test_it_makes_the_owner_once(self, client, link, store):
        form = {"name": "Olaf", "nickname": "@olaf", "note": "", "password": "correct horse"}

        assert [200, 200] == [client.get(link).status_code, client.post(link, data=form).status_code]
        assert "Olaf" == store.owner.get().name
        assert [404, 404] == [client.get(link).status_code, client.post(link, data=form).status_code]

    def test_what_was_typed_stays_where_something_is_wrong(self, client, link, store):
        """But for the password."""
        answer = client.post(link, data={"name": "Olaf", "password": "pa55"})

        assert 400 == answer.status_code
        assert 'value="Olaf"' in answer.text
        assert "pa55" not in answer.text
        assert None is store.owner.get()

    @pytest.mark.parametrize("key", ["x", "ü", "0" * 40])
    def test_no_other_does(self, client, key):
        assert [404, 404] == [client.get(f"/setup/{key}").status_code, client.post(f"/setup/{key}").status_code]
