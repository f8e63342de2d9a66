"""Very many other people's hosts, served by one thread: each takes webmentions, in a time of its own."""

import asyncio
import threading
import time
from urllib.parse import parse_qs

PAGE = b"<p>Read me."


class Crowd:
    """
    hosts: the seconds that each takes to answer, by address. homes: where they live, in that order.

    told: (the clock, target) of every webmention that was taken, in order of time.
    """

    def __init__(self, hosts):
        self.hosts, self.homes, self.told = hosts, [], []
        self._loop, ready = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def _run(self, ready):
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready):
        self._over = asyncio.Event()
        servers = [await asyncio.start_server(self._answer, host, 0) for host in self.hosts]
        self.homes = ["http://{}:{}/".format(*server.sockets[0].getsockname()) for server in servers]
        ready.set()
        await self._over.wait()
        for server in servers:
            server.close()

    async def _answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((line.partition(":")[2] for line in head.splitlines() if line.startswith("content-length:")), "0")
        form = parse_qs((await reader.readexactly(int(length))).decode())
        await asyncio.sleep(self.hosts[writer.get_extra_info("sockname")[0]])
        if form:
            self.told.append((time.monotonic(), form["target"][0]))
        body = b"" if form else PAGE
        more = "" if form else "Link: </wm>; rel=webmention\r\n"
        status = "202 Accepted" if form else "200 OK"
        writer.write(
            f"HTTP/1.1 {status}\r\n{more}Content-Type: text/html\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n".encode() + body
        )
        await writer.drain()
        writer.close()

    def close(self):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)
