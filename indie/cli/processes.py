"""
The processes of a running site: one that serves pages, one that runs jobs.

    python app.py                 watches both, takes the signals
    ├─ granian                    the web process: threads that answer requests
    └─ python app.py worker       the worker: threads that run jobs

All stay in the process group they were started in. When the first is killed the
others notice and end, so that it can be started again at once.
"""

import ctypes
import errno
import functools
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from indie import config, times, wiring
from indie.config import HOME, Settings
from indie.errors import Misconfigured
from indie.jobs.worker import Worker
from indie.jobs.workshop import Workshop
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.webmention import rereading

LOG = logging.getLogger(__name__)

WEB_THREADS = 64
"""Each slow body holds one (DESIGN §10)."""

STOP_SECONDS = 3
"""What a request that is being answered gets when the site stops."""

WORKER_SECONDS = 5.0
"""What the worker gets after that; it was told at the same time, and has its own patience (`jobs.worker`)."""

PARSER_SECONDS = 1.0
"""What the parser gets to end in when the worker stops."""

RESTART_SECONDS = 1.0
PORT_SECONDS = 3.0
"""How long the port may still be held by processes of a site that was killed a moment ago."""


def ensure_port(settings: Settings) -> str:
    """
    The IP address at which the settings' host and port can be listened to.

    Raises Misconfigured where nobody can.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:  # the second where the name breaks the rules for names
        reason = getattr(error, "strerror", None) or "it is no host name"
        raise Misconfigured(f"INDIE_HOST={settings.host} is no address of this machine ({reason})") from None
    until = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                fault = error
            else:
                return str(address[0])
        if fault.errno != errno.EADDRINUSE or time.monotonic() > until:
            break
        time.sleep(0.1)
    if fault.errno == errno.EADDRINUSE:
        raise Misconfigured(
            f"port {settings.port} on {settings.host} is in use; stop what listens there, or set INDIE_PORT to another"
        )
    raise Misconfigured(f"cannot listen on {settings.host} port {settings.port} ({fault.strerror})")


def serve(settings: Settings, address: str, *, with_worker: bool) -> None:
    """Serve at an IP address until SIGTERM or SIGINT; then all processes end within ten seconds, nothing is lost."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    keeper = _Keeper()
    server = Granian(
        "indie.cli.processes:web",
        address=address,  # granian looks no names up
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=WEB_THREADS,
        respawn_failed_workers=True,
        respawn_interval=RESTART_SECONDS,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        log_enabled=False,
    )
    server.on_startup(lambda: _tell_both(keeper))
    if with_worker:
        keeper.start()
    try:
        server.serve()
    finally:
        keeper.stop()


def web() -> WSGIApplication:
    """The application of a web process. Called by granian, in the process that it forks."""
    _end_with_parent()
    return wiring.create_app(config.load(os.environ))


def work(settings: Settings, store: Store) -> None:
    """Run jobs until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if os.environ.get(_CHILD):
        _end_with_parent()
    shop = workshop(settings, store)
    rereading.want(store, times.now())
    worker = Worker(shop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()
    # Limit: a page that is being parsed is not waited for; its process ends by itself, in seconds.
    closing = threading.Thread(target=shop.parser.close, daemon=True)
    closing.start()
    closing.join(PARSER_SECONDS)
    sys.stdout.flush()
    # Why so hard: threads that still wait for a slow server would hold the process; their jobs went back.
    os._exit(0)


def workshop(settings: Settings, store: Store) -> Workshop:
    """What jobs of this process work with."""
    return Workshop(
        settings=settings,
        store=store,
        storage=wiring.storage(settings),
        fetcher=wiring.fetcher(settings),
        parser=Parser(),
        render=wiring.renderer(settings, store),
    )


_CHILD = "INDIE_CHILD"


class _Keeper:
    """Keeps a worker process running: starts it, starts it again when it dies, stops it."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        # Why not in the thread: the web process is forked in a moment, and one forked in the middle
        # of this would inherit the pipe on which the end of it is waited for.
        self._process = _start_worker()
        self._thread.start()

    def tell(self) -> None:
        """Tell the worker to stop, and wait for nothing."""
        self._stopping.set()
        if self._process:
            self._process.terminate()

    def stop(self) -> None:
        """End the worker, by force where it does not hear."""
        self.tell()
        if self._process:
            self._thread.join(WORKER_SECONDS)
            self._process.kill()
            self._thread.join()

    def _keep(self) -> None:
        # This thread outlives every worker that it starts: the system ends a process with the thread
        # that started it (`_end_with_parent`).
        while self._process:
            self._process.wait()
            if self._stopping.wait(RESTART_SECONDS):
                return
            self._process = _start_worker()
            if self._stopping.is_set():  # told in between, so that the new one has not heard
                self._process.terminate()


def _start_worker() -> subprocess.Popen[bytes]:
    command: list[Any] = [sys.executable, HOME / "app.py", "worker"]
    # Why blocked for it: Ctrl-C goes to the whole group, also while the worker is still being loaded. We tell it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(command, env=os.environ | {_CHILD: str(os.getpid())})
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _tell_both(keeper: _Keeper) -> None:
    """
    Let the signals that stop granian stop the worker too, at once: each has its own patience, side by side.

    Called when granian has set its handlers.
    """

    def tell(number: int, frame: FrameType | None, granian: Any) -> None:
        keeper.tell()
        granian(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, functools.partial(tell, granian=signal.getsignal(number)))


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, even if that was killed without a chance to tell us."""
    parent = int(os.environ.get(_CHILD) or os.getppid())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.25)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
