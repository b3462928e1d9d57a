# python3 client.py <folder of the generated stubs> <host:port> [gzip]
# Sends a span, a log record and a metric by gRPC's C core, and prints as JSON what it sent.
import json
import os
import sys
import time

folder, target, *options = sys.argv[1:]
sys.path.insert(0, folder)

import grpc
import common_pb2 as common
import logs_pb2
import logs_pb2_grpc
import metrics_pb2
import metrics_pb2_grpc
import trace_pb2
import trace_pb2_grpc


def value(of):
    if isinstance(of, bool):
        return common.AnyValue(bool_value=of)
    if isinstance(of, int):
        return common.AnyValue(int_value=of)
    if isinstance(of, float):
        return common.AnyValue(double_value=of)
    if isinstance(of, list):
        return common.AnyValue(array_value=common.ArrayValue(values=[value(each) for each in of]))
    return common.AnyValue(string_value=of)


trace_id, span_id, parent = os.urandom(16), os.urandom(8), os.urandom(8)
start = time.time_ns() // 1_000_000 * 1_000_000 + 503_437
attributes = {"text": "größe 🦀", "whole": -9007199254740991, "part": 1.5, "truth": True, "many": ["a", "b"]}
span = trace_pb2.Span(
    trace_id=trace_id,
    span_id=span_id,
    parent_span_id=parent,
    name="POST /orders",
    kind=2,
    start_time_unix_nano=start,
    end_time_unix_nano=start + 5_000_001,
    attributes=[common.KeyValue(key=key, value=value(of)) for key, of in attributes.items()],
    events=[trace_pb2.Event(time_unix_nano=start, name="row")],
    links=[trace_pb2.Link(trace_id=trace_id, span_id=span_id)],
    status=trace_pb2.Status(code=2, message="no tea left"),
)
record = logs_pb2.LogRecord(
    time_unix_nano=start, severity_number=13, body=value("tea is low"), trace_id=trace_id, span_id=span_id
)
total = metrics_pb2.Sum(
    data_points=[metrics_pb2.Point(time_unix_nano=start, as_int=3)], aggregation_temporality=2, is_monotonic=True
)
# Exemplars, which OpenTelemetry's SDK for JavaScript never sends, on both sides of zero.
seen_at = common.KeyValue(key="http.route", value=value("/orders/{id}"))
exemplars = [
    metrics_pb2.Exemplar(time_unix_nano=start + 1, as_double=-2.5, trace_id=trace_id, span_id=span_id),
    metrics_pb2.Exemplar(
        time_unix_nano=start + 2, as_int=-9007199254740991, trace_id=trace_id, filtered_attributes=[seen_at]
    ),
]
latency = metrics_pb2.ExponentialPoint(
    attributes=[common.KeyValue(key="run", value=value(trace_id.hex()))],
    start_time_unix_nano=start,
    time_unix_nano=start + 7,
    count=2**53 - 1,
    sum=-0.5,
    scale=-3,
    zero_count=5,
    positive=metrics_pb2.Buckets(offset=-2147483648, bucket_counts=[1, 0, 2**53 - 20]),
    negative=metrics_pb2.Buckets(offset=7, bucket_counts=[4] * 160),
    exemplars=exemplars,
    min=-2.5,
    max=1e300,
    zero_threshold=1e-12,
)
spread = metrics_pb2.Exponential(data_points=[latency], aggregation_temporality=2)
scope = common.Scope(name="clients")
compression = grpc.Compression.Gzip if "gzip" in options else grpc.Compression.NoCompression
with grpc.insecure_channel(target, compression=compression) as channel:
    # Twenty calls at once on one connection, as many exporters of one process make them.
    scope_spans = trace_pb2.ScopeSpans(scope=scope, spans=[span])
    request = trace_pb2.Request(resource_spans=[trace_pb2.ResourceSpans(scope_spans=[scope_spans])])
    traces = trace_pb2_grpc.TraceServiceStub(channel)
    for call in [traces.Export.future(request, timeout=20) for _ in range(20)]:
        call.result()
    scope_logs = logs_pb2.ScopeLogs(scope=scope, log_records=[record])
    logs = logs_pb2.Request(resource_logs=[logs_pb2.ResourceLogs(scope_logs=[scope_logs])])
    logs_pb2_grpc.LogsServiceStub(channel).Export(logs, timeout=20)
    scope_metrics = metrics_pb2.ScopeMetrics(scope=scope, metrics=[
        metrics_pb2.Metric(name="cups.python", sum=total),
        metrics_pb2.Metric(name="latency.python", exponential_histogram=spread),
    ])
    metrics = metrics_pb2.Request(resource_metrics=[metrics_pb2.ResourceMetrics(scope_metrics=[scope_metrics])])
    metrics_pb2_grpc.MetricsServiceStub(channel).Export(metrics, timeout=20)

sent = {
    "traceId": trace_id.hex(),
    "spanId": span_id.hex(),
    "parentSpanId": parent.hex(),
    "name": span.name,
    "kind": 1,
    "start": str(start),
    "end": str(start + 5_000_001),
    "attributes": attributes,
    "events": ["row"],
    "links": 1,
    "status": {"code": 2, "message": "no tea left"},
}
print(json.dumps(sent))
