"""Found first on PYTHONPATH by every Python program of a debug session: a guest in somebody else's process.

Waits for the OpenTelemetry SDK to be imported, then loads spanline_capture.py beside it. Takes itself out of sys.path and lets
the sitecustomize come that would have come without it. Old versions of Python must be able to run this file.
"""
import os
import sys

_HOME = os.path.dirname(os.path.abspath(__file__))


def _load(name):
    """A module of ours, without sys.path or sys.modules showing it."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("_" + name, os.path.join(_HOME, name + ".py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _adopt_sdk(sdk_trace):
    _load("spanline_capture").adopt(sdk_trace, _load)


def _keep_in_front(launcher):
    """opentelemetry-instrument replaces its process by the program's, with its own folder first on PYTHONPATH."""
    execute = launcher.execl

    def execl(path, *arguments):
        folders = [_HOME] + os.environ.get("PYTHONPATH", "").split(os.pathsep)
        os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(folders))
        return execute(path, *arguments)

    launcher.execl = execl


_WATCHED = {
    "opentelemetry.sdk.trace": _adopt_sdk,
    "opentelemetry.instrumentation.auto_instrumentation": _keep_in_front,
}


class _Watch(object):
    """Finds no module by itself: those that are watched are found by the others, and looked at when they have run."""

    def find_spec(self, name, path=None, target=None):
        if name not in _WATCHED:
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is not None:
                _look_after(spec.loader, _WATCHED[name])
                return spec
        return None


def _look_after(loader, then):
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return

    def exec_module(module):
        loader.__dict__.pop("exec_module", None)
        execute(module)
        try:
            then(module)
        except Exception:
            pass  # the program runs unrecorded

    try:
        loader.exec_module = exec_module
    except AttributeError:
        pass  # a loader that cannot be looked after


def _enter():
    if not os.environ.get("SPANLINE_ENDPOINT") or sys.version_info < (3, 7):
        return
    sys.meta_path.insert(0, _Watch())
    present = sys.modules.get("opentelemetry.sdk.trace")
    if present is not None:
        _adopt_sdk(present)


def _hand_on():
    """What goes wrong in the next sitecustomize is told as it would be without this one."""
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != _HOME]
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
        if ours is not None:
            sys.modules["sitecustomize"] = ours


try:
    _enter()
except Exception:
    pass
_hand_on()
