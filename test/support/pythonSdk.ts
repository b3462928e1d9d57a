/** `opentelemetry.sdk.trace`, as much of it as the copies look at: the SDK itself is not on every machine. */
export const PYTHON_SDK = `
import enum, itertools, time
class Kind(enum.Enum):
    INTERNAL = 0
    SERVER = 1
class Code(enum.Enum):
    UNSET = 0
class Bag:
    def __init__(self, **values): self.__dict__.update(values)
class TracerProvider:
    def __init__(self): self.processors = []
    def add_span_processor(self, processor): self.processors.append(processor)
    def get_tracer(self, name): return Tracer(self, name)
class Tracer:
    ids = itertools.count(1)
    def __init__(self, provider, name): self.provider, self.name = provider, name
    def start_span(self, name, kind=Kind.INTERNAL):
        span = Span()
        span.__dict__.update(provider=self.provider, name=name, kind=kind, start_time=time.time_ns(), end_time=None,
            context=Bag(trace_id=7, span_id=next(Tracer.ids), trace_flags=1, trace_state=None), parent=None,
            attributes={"answer": 42, "ratio": float("inf"), "tags": ["a", True]}, events=[], links=[],
            status=Bag(status_code=Code.UNSET, description=None), resource=Bag(attributes={"service.name": "shop"}),
            instrumentation_scope=Bag(name=self.name, version=None))
        for processor in self.provider.processors: processor.on_start(span, None)
        return span
class Span:
    def end(self):
        self.end_time = time.time_ns()
        for processor in self.provider.processors: processor.on_end(self)
`;
