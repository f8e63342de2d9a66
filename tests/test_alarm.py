"""What happens when a time is up."""

import os
import threading
from time import monotonic

from indie.alarm import Alarm

SECONDS = 10.0
"""A ceiling for what should happen at once: the machine may be busy."""


def test_it_strikes_when_the_time_is_up():
    """Not before, and in nobody's thread who waits for something else."""
    struck, began, found = threading.Event(), monotonic(), []

    def strike():
        found.append((monotonic() - began, threading.current_thread()))
        struck.set()

    Alarm(0.2, strike)

    assert struck.wait(SECONDS)
    assert found[0][0] >= 0.2
    assert found[0][1] is not threading.current_thread()


def test_one_that_was_taken_back_does_not():
    """What is set after it strikes, so that its time has passed."""
    struck, later = threading.Event(), threading.Event()
    Alarm(0.05, struck.set).cancel()
    Alarm(0.1, later.set)

    assert later.wait(SECONDS)
    assert not struck.is_set()


def test_whoever_is_next_strikes_first():
    """Also where it was set last: the thread waits already for one in an hour."""
    Alarm(3600, lambda: None)
    soon = threading.Event()
    Alarm(0.05, soon.set)

    assert soon.wait(SECONDS)


def test_taking_back_one_that_strikes_waits_for_it():
    """Whoever goes on then may use again what it would have shut."""
    begun, go, over = threading.Event(), threading.Event(), []

    def strike():
        begun.set()
        go.wait(SECONDS)
        over.append(True)

    alarm = Alarm(0, strike)
    assert begun.wait(SECONDS)
    threading.Timer(0.1, go.set).start()
    alarm.cancel()

    assert [True] == over


def test_a_forked_process_has_alarms_of_its_own():
    """The thread that waits does not go along."""
    first = threading.Event()
    Alarm(0, first.set)
    assert first.wait(SECONDS)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        struck = threading.Event()
        Alarm(0, struck.set)
        os.write(writing, b"y" if struck.wait(SECONDS) else b"n")
        os._exit(0)
    os.waitpid(child, 0)

    assert b"y" == os.read(reading, 1)
