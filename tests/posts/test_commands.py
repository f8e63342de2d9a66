"""What the `mp-…` of a request ask for (`micropub.md` §3)."""

import pytest

from indie.posts import commands
from indie.preferences import Channel, Preferences, Target

MINE = Preferences(
    channels=(Channel("walks", "Walks"), Channel("notes", "Notes")),
    syndicate_to=(Target("mas", "Mastodon", checked=True), Target("blue", "Bluesky"), Target("list", "A list", checked=True)),
)


class TestChannels:
    @pytest.mark.parametrize(
        ("sent", "channels"),
        [(["walks"], ("walks",)), (["notes", "walks", "notes"], ("notes", "walks")), ([""], ()), ([], ()), (["runs", {"a": 1}, "walks"], ("walks",))],
    )
    def test_those_that_are_sent(self, sent, channels):
        """Each once, in their order, without those that there are not."""
        assert channels == commands.channels({"mp-channel": sent}, MINE)

    def test_none_sent_is_none(self):
        assert () == commands.channels({}, MINE)

    def test_an_update_that_says_nothing_keeps_them(self):
        assert ("walks",) == commands.channels({}, MINE, before=("walks",))

    def test_an_update_moves_the_post(self):
        assert ("notes",) == commands.channels({"mp-channel": ["notes"]}, MINE, before=("walks",))


class TestSyndicateTo:
    def test_who_says_nothing_gets_what_is_checked(self):
        assert ("mas", "list") == commands.syndicate_to({}, MINE)

    @pytest.mark.parametrize("sent", [[""], [], [" "]])
    def test_an_empty_answer_is_nowhere(self, sent):
        """micro.blog sends `mp-syndicate-to[]=` where nothing is ticked."""
        assert () == commands.syndicate_to({"mp-syndicate-to": sent}, MINE)

    @pytest.mark.parametrize(("sent", "targets"), [(["blue"], ("blue",)), (["blue", "", "mas", "blue"], ("blue", "mas")), (["nowhere"], ())])
    def test_just_those_that_are_sent(self, sent, targets):
        assert targets == commands.syndicate_to({"mp-syndicate-to": sent}, MINE)

    def test_an_update_that_says_nothing_keeps_them(self):
        """Also the places that the owner has taken off his list since."""
        assert ("old",) == commands.syndicate_to({}, MINE, before=("old",))

    def test_an_update_adds(self):
        assert ("mas", "blue") == commands.syndicate_to({"mp-syndicate-to": ["blue", "mas"]}, MINE, before=("mas",))

    def test_an_update_takes_all_back(self):
        assert () == commands.syndicate_to({"mp-syndicate-to": []}, MINE, before=("mas",))


def test_what_nobody_knows_is_noted():
    """Passed over, and said."""
    sent = {"mp-channel": ["walks", "runs"], "mp-syndicate-to": ["", "https://x.example/"], "mp-destination": ["a"]}
    assert [
        "mp-channel: “runs” is not known here, dropped",
        "mp-syndicate-to: “https://x.example/” is not known here, dropped",
    ] == commands.unknown(sent, MINE)
