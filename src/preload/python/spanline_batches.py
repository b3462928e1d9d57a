"""Batches as src/protocol/preload.ts has them: OTLP/JSON of ended and of running spans, with the lines that started them."""
import json


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


def encode(header, ended, under_way):
    """One batch as a line of JSON. `ended` and `under_way`: (span, site) each."""
    sites = Sites()
    batch = dict(header, resourceSpans=grouped(ended, sites), maps=[])
    if under_way:
        batch["open"] = grouped(under_way, sites)
    batch["sites"] = sites.listed
    return json.dumps(batch, default=str, separators=(",", ":")).encode("utf-8")


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


def scope_of(span):
    # Before 1.11 a scope was called so.
    return getattr(span, "instrumentation_scope", None) or getattr(span, "instrumentation_info", None)


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
