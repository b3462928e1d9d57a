"""Sends a copy of every span that the program's OpenTelemetry SDK records to the debug session, with the line that started it.

The program's own exporters and spans stay as they are. See src/protocol/preload.ts for what is sent.
"""
import os
import sys
from functools import wraps

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


def adopt(sdk_trace, load):
    """Joins every tracer provider that is made from now on. `load` gives the modules beside this one."""
    provider_class = sdk_trace.TracerProvider
    make = provider_class.__init__

    @wraps(make)
    def __init__(self, *args, **kwargs):
        make(self, *args, **kwargs)
        try:
            self.add_span_processor(Copies(shared_sender(load)))
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
        self.sender.rest()

    def force_flush(self, timeout_millis=30000):
        return True


def is_servers(span):
    # Before 1.11 a scope was called so.
    scope = getattr(span, "instrumentation_scope", None) or getattr(span, "instrumentation_info", None)
    return scope is not None and str(scope.name).startswith(SERVER_SCOPES)


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


_sender = None


def shared_sender(load):
    global _sender
    if _sender is None:
        target = [os.environ.get("SPANLINE_" + name, "") for name in ("ENDPOINT", "RUN", "SPOOL")]
        _sender = load("spanline_sender").Sender(load("spanline_batches").encode, *target)
    return _sender
