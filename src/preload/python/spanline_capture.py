"""Sends a copy of every span that the program's OpenTelemetry SDK records to the debug session, with the line that started it.

The program's own exporters and spans stay as they are. See src/protocol/preload.ts for what is sent.
"""
import atexit
import http.client
import json
import os
import sys
import threading
import time
from collections import deque
from functools import wraps
from urllib.parse import urlsplit

ROUTE = "/spanline/v1/spans"
# Seconds.
LEAD = 0.01
INTERVAL = 0.2
RETRY = 2.0
TIMEOUT = 5.0
EXIT_TIMEOUT = 1.0
# Failures in a row after which nothing is recorded any more: two minutes.
MOST_FAILURES = 60
MOST_WAITING = 20000
MOST_OPEN = 8192
MOST_FRAMES = 4
DEEPEST = 96

HOME = os.path.dirname(os.path.abspath(__file__)) + os.sep
LIBRARY = os.path.dirname(os.__file__) + os.sep
PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
LOOP_FILES = tuple(LIBRARY + os.path.join("asyncio", name) for name in ("events.py", "base_events.py", "runners.py"))
# What `@tracer.start_as_current_span(...)` wraps around a function, named `func` there.
DECORATORS = ("inner", "async_wrapper")
# Their spans are started by a server's loop: whatever of the user's lies below is not what the span is about.
SERVER_SCOPES = (
    "opentelemetry.instrumentation.asgi",
    "opentelemetry.instrumentation.wsgi",
    "opentelemetry.instrumentation.fastapi",
    "opentelemetry.instrumentation.starlette",
    "opentelemetry.instrumentation.flask",
    "opentelemetry.instrumentation.django",
    "opentelemetry.instrumentation.aiohttp_server",
    "opentelemetry.instrumentation.tornado",
    "opentelemetry.instrumentation.falcon",
    "opentelemetry.instrumentation.pyramid",
)


def adopt(sdk_trace):
    """Joins every tracer provider that is made from now on."""
    provider_class = sdk_trace.TracerProvider
    make = provider_class.__init__

    @wraps(make)
    def __init__(self, *args, **kwargs):
        make(self, *args, **kwargs)
        try:
            self.add_span_processor(Copies(shared_sender()))
        except Exception:
            pass  # the program runs unrecorded

    provider_class.__init__ = __init__


class Copies:
    """A span processor, by its shape."""

    def __init__(self, sender):
        self.sender = sender

    def on_start(self, span, parent_context=None):
        try:
            self.sender.started(span, None if is_servers(span) else call_site(sys._getframe(1)))
        except Exception:
            pass

    def _on_ending(self, span):
        pass

    def on_end(self, span):
        try:
            self.sender.ended(span)
        except Exception:
            pass

    def shutdown(self):
        self.sender.flush(EXIT_TIMEOUT)

    def force_flush(self, timeout_millis=30000):
        return True


def is_servers(span):
    scope = scope_of(span)
    return scope is not None and str(scope.name).startswith(SERVER_SCOPES)


def scope_of(span):
    return getattr(span, "instrumentation_scope", None) or getattr(span, "instrumentation_info", None)


_user_files = {}


def is_users(file):
    known = _user_files.get(file)
    if known is None:
        path = os.path.abspath(file)
        ours = path.startswith((HOME, LIBRARY)) or any(part in path for part in PACKAGES)
        known = _user_files[file] = not (file.startswith("<") or ours)
    return known


def call_site(frame):
    """Frames of the user's, innermost first: (file, line, column, function). What lies below an event loop only runs it."""
    site = []
    for _ in range(DEEPEST):
        if frame is None or len(site) == MOST_FRAMES:
            break
        code = frame.f_code
        if code.co_filename in LOOP_FILES:
            break
        if code.co_name in DECORATORS and not site:
            decorated = getattr(frame.f_locals.get("func"), "__code__", None)
            if decorated is not None and is_users(decorated.co_filename):
                site.append(place(decorated, decorated.co_firstlineno))
        if is_users(code.co_filename) and not frame.f_globals.get("__name__", "").startswith("opentelemetry."):
            site.append(place(code, frame.f_lineno))
        frame = frame.f_back
    return tuple(site) or None


def place(code, line):
    name = getattr(code, "co_qualname", code.co_name)
    return (os.path.abspath(code.co_filename), line, 1, "" if name == "<module>" else name)


class Sender:
    """Sends what ended in batches, from a thread that keeps nobody alive."""

    def __init__(self, endpoint, run):
        self.url = urlsplit(endpoint)
        self.run = run
        self.lock = threading.Lock()
        self.posting = threading.Lock()
        self.wake = threading.Event()
        self.reset()
        atexit.register(self.exits)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forked)

    def reset(self):
        self.open = {}
        self.waiting = deque()
        self.batches = 0
        self.dropped = 0
        self.failures = 0
        self.quiet = False
        self.thread = None
        self.since = int(time.time() * 1000)

    def forked(self):
        self.lock = threading.Lock()
        self.posting = threading.Lock()
        self.wake = threading.Event()
        self.reset()

    def started(self, span, site):
        if self.quiet:
            return
        self.open[span.context.span_id] = (span, site)
        if len(self.open) > MOST_OPEN:
            self.open.pop(next(iter(self.open)), None)

    def ended(self, span):
        if self.quiet:
            return
        started = self.open.pop(span.context.span_id, None)
        self.waiting.append((span, started and started[1]))
        if len(self.waiting) > MOST_WAITING:
            self.waiting.popleft()
            self.dropped += 1
        if self.thread is None:
            self.run_thread()
        self.wake.set()

    def run_thread(self):
        with self.lock:
            if self.thread is not None:
                return
            self.thread = threading.Thread(target=self.work, name="spanline", daemon=True)
        self.thread.start()

    def work(self):
        while not self.quiet:
            self.wake.wait()
            self.wake.clear()
            time.sleep(LEAD)
            while self.waiting and not self.quiet:
                time.sleep(INTERVAL if self.flush(TIMEOUT) else RETRY)

    def flush(self, timeout):
        """Posts what waits; False when it has to be tried again."""
        with self.posting:
            spans = [self.waiting.popleft() for _ in range(len(self.waiting))]
            if not spans or self.quiet:
                return True
            if self.post(self.encode(spans, []), timeout):
                return True
            self.waiting.extendleft(reversed(spans))
            return False

    def exits(self):
        """The last batch, with what has not ended."""
        try:
            with self.posting:
                spans = [self.waiting.popleft() for _ in range(len(self.waiting))]
                still_open = list(self.open.values())
                if (spans or still_open) and not self.quiet:
                    self.post(self.encode(spans, still_open), EXIT_TIMEOUT)
        except Exception:
            pass

    def encode(self, spans, still_open):
        self.batches += 1
        sites = Sites()
        batch = {
            "id": "%d-py-%x-%d" % (os.getpid(), self.since, self.batches),
            "pid": os.getpid(),
            "thread": 0,
            "dropped": self.dropped,
            "resourceSpans": grouped(spans, sites),
            "maps": [],
        }
        self.dropped = 0
        if still_open:
            batch["open"] = grouped(still_open, sites)
        batch["sites"] = sites.listed
        return json.dumps(batch, default=str).encode("utf-8")

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
        except OSError:
            status = 0
        except http.client.HTTPException:
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


class Sites:
    """Call sites of one batch, each once."""

    def __init__(self):
        self.listed = []
        self.indexes = {}

    def index(self, site):
        if site not in self.indexes:
            self.indexes[site] = len(self.listed)
            self.listed.append(site)
        return self.indexes[site]


def grouped(spans, sites):
    """OTLP's ResourceSpans. A span that cannot be read is left out."""
    resources = {}
    for span, site in spans:
        try:
            encoded = encode_span(span, site, sites)
        except Exception:
            continue
        scope = scope_of(span)
        scopes = resources.setdefault(id(span.resource), (span.resource, {}))[1]
        key = (getattr(scope, "name", ""), getattr(scope, "version", "") or "")
        scopes.setdefault(key, []).append(encoded)
    return [
        {
            "resource": {"attributes": attributes(resource.attributes)},
            "scopeSpans": [
                {"scope": {"name": name or "", "version": version}, "spans": listed}
                for (name, version), listed in scopes.items()
            ],
        }
        for resource, scopes in resources.values()
    ]


def encode_span(span, site, sites):
    context = span.context
    encoded = {
        "traceId": format(context.trace_id, "032x"),
        "spanId": format(context.span_id, "016x"),
        "flags": int(context.trace_flags),
        "name": span.name,
        "kind": span.kind.value + 1,
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time or 0),
        "attributes": attributes(span.attributes),
        "events": [event(each) for each in span.events],
        "links": [link(each) for each in span.links],
        "status": {"code": span.status.status_code.value, "message": span.status.description or ""},
        "droppedAttributesCount": getattr(span, "dropped_attributes", 0),
        "droppedEventsCount": getattr(span, "dropped_events", 0),
        "droppedLinksCount": getattr(span, "dropped_links", 0),
    }
    if span.parent is not None:
        encoded["parentSpanId"] = format(span.parent.span_id, "016x")
    if context.trace_state:
        encoded["traceState"] = context.trace_state.to_header()
    if site is not None:
        encoded["spanlineSite"] = sites.index(site)
    return encoded


def event(each):
    return {"name": each.name, "timeUnixNano": str(each.timestamp), "attributes": attributes(each.attributes)}


def link(each):
    return {
        "traceId": format(each.context.trace_id, "032x"),
        "spanId": format(each.context.span_id, "016x"),
        "attributes": attributes(each.attributes),
    }


def attributes(values):
    return [{"key": str(key), "value": value_of(value)} for key, value in dict(values or {}).items()]


def value_of(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value if value - value == 0 else str(value).replace("inf", "Infinity").replace("nan", "NaN")}
    if isinstance(value, (list, tuple)):
        return {"arrayValue": {"values": [value_of(each) for each in value]}}
    return {"stringValue": str(value)}


_sender = None


def shared_sender():
    global _sender
    if _sender is None:
        _sender = Sender(os.environ["SPANLINE_ENDPOINT"], os.environ.get("SPANLINE_RUN", ""))
    return _sender
