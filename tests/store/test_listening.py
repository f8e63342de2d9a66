"""The thread that listens for changes, with an ear of ours."""

import os

from indie.store.listening import Listener
from tests.live.running import until


class Deaf:
    """An ear that hears one notice and fails in an unforeseen way at the next."""

    def __init__(self):
        self.connections, self.heard, (self._read, self._write) = 0, 0, os.pipe()

    def attend(self):
        self.connections += 1

    def fileno(self):
        return self._read

    def say(self):
        os.write(self._write, b"!")

    def hear(self):
        os.read(self._read, 1)
        self.heard += 1
        if self.heard == 2:
            raise RuntimeError("nobody has thought of this")

    def close(self):
        os.close(self._read)
        os.close(self._write)


def test_a_listener_that_fails_listens_again():
    """What was said meanwhile counts; a number that never moved again would keep every old page."""
    ear = Deaf()
    listener = Listener(ear)
    assert until(lambda: listener.heard() == 1)
    ear.say()
    assert until(lambda: listener.heard() == 2)
    ear.say()
    assert until(lambda: ear.connections == 2, seconds=5)
    assert until(lambda: listener.heard() == 3)
    ear.say()
    assert until(lambda: listener.heard() == 4)
    listener.close()
