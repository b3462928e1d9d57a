"""Sends what ended in batches, and keeps on disk what has not arrived yet: a program that is killed loses nothing of it.

See src/protocol/preload.ts for the journal and for what is sent.
"""
import atexit
import http.client
import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from urllib.parse import urlsplit

ROUTE = "/spanline/v1/spans"
# Seconds.
NOTE_LEAD = 0.002
FIRST_LEAD = 0.01
INTERVAL = 0.2
RETRY = 2.0
TIMEOUT = 5.0
EXIT_TIMEOUT = 1.0
FORK_TIMEOUT = 0.5
# A span that is under way for so long is told of.
OVERDUE = 0.2
# Failures in a row after which nothing is recorded any more: two minutes.
MOST_FAILURES = 60
MOST_WAITING = 20000
MOST_OPEN = 8192
MOST_BYTES_A_REQUEST = 1 << 20
MOST_BYTES_ON_DISK = 1 << 26
# From 3.12 on a program that forks is warned of every thread that it has.
FORK_WARNS = sys.version_info >= (3, 12)


class Started:
    __slots__ = ("span", "site", "at", "told")

    def __init__(self, span, site):
        self.span = span
        self.site = site
        self.at = time.monotonic()
        self.told = False


class Sender:
    """A thread that keeps nobody alive. The program's threads only put down what they started and ended."""

    def __init__(self, encode, endpoint, run, spool):
        self.encode = encode
        self.url = urlsplit(endpoint)
        self.run = run
        self.spool = spool
        self.reset()
        atexit.register(self.exits)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self.before_fork, after_in_child=self.forked)

    def reset(self):
        self.lock = threading.Lock()
        self.noting = threading.Lock()
        self.posting = threading.Lock()
        self.wake = threading.Event()
        self.open = {}
        self.waiting = deque()
        self.unsent = deque()
        self.unsent_spans = 0
        self.next_post = 0.0
        self.batches = 0
        self.dropped = 0
        self.failures = 0
        self.quiet = False
        self.stopping = False
        self.exited = False
        # The thread sleeps until somebody wakes it.
        self.resting = True
        self.thread = None
        self.since = int(time.time() * 1000)
        self.journal = Journal(self.spool, self.since)

    def started(self, span, site):
        if self.quiet:
            return
        self.open[span.context.span_id] = Started(span, site)
        if len(self.open) > MOST_OPEN:
            self.open.pop(next(iter(self.open)), None)
        if self.resting and not self.exited:
            self.rouse()

    def ended(self, span):
        if self.quiet:
            return
        known = self.open.pop(span.context.span_id, None)
        self.waiting.append((span, known and known.site))
        if len(self.waiting) > MOST_WAITING:
            self.waiting.popleft()
            self.dropped += 1
        if self.exited:
            self.note()
        elif self.thread is None or not self.wake.is_set():
            self.rouse()

    def rouse(self):
        self.wake.set()
        if self.thread is not None:
            return
        with self.lock:
            if self.thread is not None:
                return
            thread = threading.Thread(target=self.work, name="spanline", daemon=True)
            # The debugger neither shows it nor stops it with the program: what runs is told of at a breakpoint.
            thread.pydev_do_not_trace = thread.is_pydev_daemon_thread = True
            self.thread = thread
        thread.start()

    def work(self):
        while not (self.quiet or self.stopping):
            self.resting = True
            patience = self.patience()
            self.resting = patience is None
            self.wake.wait(patience)
            self.wake.clear()
            time.sleep(NOTE_LEAD)
            # What could not be written down is lost, and nothing else.
            with suppress(Exception):
                self.turn()

    def turn(self):
        was_empty = not self.unsent
        self.note(self.overdue())
        now = time.monotonic()
        if was_empty and self.unsent:
            self.next_post = max(self.next_post, now + FIRST_LEAD)
        if self.unsent and (now >= self.next_post or self.stopping):
            self.next_post = now + (INTERVAL if self.send(TIMEOUT) else RETRY)

    def patience(self):
        """Seconds; None where nothing is to be done before somebody wakes it."""
        if self.waiting:
            return 0
        if self.unsent:
            return max(0.0, self.next_post - time.monotonic())
        untold = any(not each.told for each in list(self.open.values()))
        return OVERDUE if untold else None

    def overdue(self):
        now = time.monotonic()
        return [each for each in list(self.open.values()) if not each.told and now - each.at >= OVERDUE]

    def note(self, under_way=()):
        """Makes a batch of what ended and of what is under way, on disk and for the next request."""
        with self.noting:
            ended = [self.waiting.popleft() for _ in range(len(self.waiting))]
            for each in under_way:
                each.told = True
            if self.quiet or not (ended or under_way):
                return
            line = self.batch(ended, under_way)
            self.journal.append(line)
            self.unsent.append((line, len(ended)))
            self.unsent_spans += len(ended)
            while self.unsent_spans > MOST_WAITING:
                lost = self.unsent.popleft()[1]
                self.unsent_spans -= lost
                self.dropped += lost

    def batch(self, ended, under_way):
        self.batches += 1
        name = "%d-py-%x-%d" % (os.getpid(), self.since, self.batches)
        header = {"id": name, "pid": os.getpid(), "thread": 0, "dropped": self.dropped}
        self.dropped = 0
        return self.encode(header, ended, [(each.span, each.site) for each in under_way])

    def send(self, timeout):
        """Posts what is noted; False when it has to be tried again."""
        with self.posting:
            while self.unsent and not self.quiet:
                # On disk the last batch tells that there will be no other.
                if self.exited and self.journal.is_kept:
                    return True
                with self.noting:
                    lines = self.next_lines()
                if not self.post(b"[" + b",".join(lines) + b"]", timeout):
                    return False
                with self.noting:
                    for line in lines:
                        if self.unsent and self.unsent[0][0] is line:
                            self.unsent_spans -= self.unsent.popleft()[1]
                    if not self.unsent:
                        self.begin_journal()
            return True

    def begin_journal(self):
        """Of all that was sent only what is under way matters after a kill: those are spans that never ended."""
        self.journal.clear()
        running = [each for each in list(self.open.values()) if each.told]
        if running:
            self.journal.append(self.batch([], running))

    def next_lines(self):
        lines, size = [], 0
        for line, _ in self.unsent:
            if lines and size + len(line) > MOST_BYTES_A_REQUEST:
                break
            lines.append(line)
            size += len(line)
        return lines

    def rest(self, under_way=()):
        """The program's SDK is shut down: what ended is noted, and sent where nobody would find it on disk."""
        self.note(under_way)
        if not self.journal.is_kept:
            self.send(EXIT_TIMEOUT)

    def exits(self):
        """The last batch, with what has not ended. What is on disk is read when the process is gone."""
        self.exited = True
        with suppress(Exception):
            self.rest(list(self.open.values()))

    def before_fork(self):
        with suppress(Exception):
            self.note()
            thread = self.thread
            if not FORK_WARNS or thread is None or thread is threading.current_thread():
                return
            self.stopping = True
            self.wake.set()
            thread.join(FORK_TIMEOUT)
            self.stopping = False
            if not thread.is_alive():
                self.thread = None
                self.resting = True

    def forked(self):
        self.journal.leave()
        self.reset()
        # Its processes end without running what `atexit` has.
        processes = sys.modules.get("multiprocessing.util")
        if processes is not None:
            with suppress(Exception):
                processes.register_after_fork(self, lambda _: processes.Finalize(None, self.exits, exitpriority=-100))

    def post(self, body, timeout):
        """False when it has to be tried again. A run that is over, and a port where nobody listens for long, are given up."""
        try:
            connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=timeout)
            try:
                headers = {"Content-Type": "application/json", "x-spanline-run": self.run}
                connection.request("POST", ROUTE, body, headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            status = 0
        if status == 409:
            self.give_up()
        if status == 0 or status >= 500:
            self.failures += 1
            if self.failures >= MOST_FAILURES:
                self.give_up()
            return self.quiet
        self.failures = 0
        return True

    def give_up(self):
        self.quiet = True
        self.open.clear()
        self.waiting.clear()
        self.unsent.clear()
        self.journal.drop()


class Journal:
    """What the engine may not have, in a file that it reads when the process is gone."""

    def __init__(self, spool, number):
        # A process that another program takes over keeps its id.
        name = "%d-0-%d.spanline.json" % (os.getpid(), number)
        self.path = os.path.join(spool, "live", name) if spool else None
        self.file = None
        self.size = 0

    @property
    def is_kept(self):
        return self.file is not None

    def append(self, line):
        if self.path is None or self.size > MOST_BYTES_ON_DISK:
            return
        try:
            if self.file is None:
                self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
            self.size += os.write(self.file, line + b"\n")
        except OSError:
            # The session's folder is gone, or on another machine: what ends is sent before the process does.
            self.leave()
            self.path = None

    def clear(self):
        if self.file is not None:
            with suppress(OSError):
                os.ftruncate(self.file, 0)
                self.size = 0

    def leave(self):
        """To the process that it belongs to."""
        if self.file is not None:
            with suppress(OSError):
                os.close(self.file)
        self.file = None

    def drop(self):
        self.leave()
        if self.path is not None:
            with suppress(OSError):
                os.unlink(self.path)
        self.path = None
