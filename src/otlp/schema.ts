/**
 * OTLP 1.x as one table: names, field numbers and types of every message of the three signals. The JSON encoder is made from it, and
 * so are the tests' protobufjs types.
 */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'double'
  | 'int32'
  | 'int64'
  | 'sint32'
  | 'uint32'
  | 'uint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  /** 16 and 8 bytes; OTLP/JSON writes them as hex where other bytes are base64. */
  | 'traceId'
  | 'spanId';

export interface EnumSchema {
  readonly kind: 'enum';
  readonly name: string;
  /** By number, in full: `SPAN_KIND_SERVER`. */
  readonly values: readonly string[];
}

export interface MessageSchema {
  readonly kind: 'message';
  /** Fully qualified. */
  readonly name: string;
  /** In order of their numbers. */
  readonly fields: readonly Field[];
}

export interface Field {
  /** lowerCamelCase, as OTLP/JSON has it. */
  readonly name: string;
  /** As the .proto files have it, which some senders write into JSON. */
  readonly protoName: string;
  /** What the field was called in JSON by senders of 2021. */
  readonly formerName?: string;
  readonly number: number;
  readonly type: ScalarType | EnumSchema | MessageSchema;
  readonly repeated: boolean;
  /** A set field is written even when it holds its type's default: members of a oneof and `optional` fields. */
  readonly presence: boolean;
  /** Without a valid value the message around it means nothing and is left out: ids of spans and links. */
  readonly required: boolean;
}

type FieldType = Field['type'];
interface FieldSpec {
  readonly number: number;
  readonly type: FieldType;
  readonly repeated?: boolean;
  readonly presence?: boolean;
  readonly required?: boolean;
  readonly formerName?: string;
}
type Fields = Readonly<Record<string, FieldSpec>>;

const one = (number: number, type: FieldType): FieldSpec => ({ number, type });
const many = (number: number, type: FieldType): FieldSpec => ({ number, type, repeated: true });
const required = (number: number, type: FieldType): FieldSpec => ({ number, type, required: true });
const optional = (number: number, type: FieldType): FieldSpec => ({ number, type, presence: true });

function fieldsOf(specs: Fields): Field[] {
  return Object.entries(specs)
    .map(([name, spec]) => ({
      repeated: false,
      presence: false,
      required: false,
      ...spec,
      name,
      protoName: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    }))
    .sort((a, b) => a.number - b.number);
}

function message(name: string, fields: Fields): MessageSchema {
  return { kind: 'message', name: `opentelemetry.proto.${name}`, fields: fieldsOf(fields) };
}

function enumeration(name: string, prefix: string, names: readonly string[]): EnumSchema {
  return { kind: 'enum', name: `opentelemetry.proto.${name}`, values: names.map((value) => prefix + value) };
}

/** An AnyValue holds lists of AnyValues: its fields are filled in once the lists are there. */
const anyValueFields: Field[] = [];
export const ANY_VALUE: MessageSchema = {
  kind: 'message',
  name: 'opentelemetry.proto.common.v1.AnyValue',
  fields: anyValueFields,
};
export const KEY_VALUE = message('common.v1.KeyValue', { key: one(1, 'string'), value: one(2, ANY_VALUE) });
const ARRAY_VALUE = message('common.v1.ArrayValue', { values: many(1, ANY_VALUE) });
const KEY_VALUE_LIST = message('common.v1.KeyValueList', { values: many(1, KEY_VALUE) });
anyValueFields.push(
  ...fieldsOf({
    stringValue: optional(1, 'string'),
    boolValue: optional(2, 'bool'),
    intValue: optional(3, 'int64'),
    doubleValue: optional(4, 'double'),
    arrayValue: optional(5, ARRAY_VALUE),
    kvlistValue: optional(6, KEY_VALUE_LIST),
    bytesValue: optional(7, 'bytes'),
  }),
);

export const SCOPE = message('common.v1.InstrumentationScope', {
  name: one(1, 'string'),
  version: one(2, 'string'),
  attributes: many(3, KEY_VALUE),
  droppedAttributesCount: one(4, 'uint32'),
});
const ENTITY_REF = message('common.v1.EntityRef', {
  schemaUrl: one(1, 'string'),
  type: one(2, 'string'),
  idKeys: many(3, 'string'),
  descriptionKeys: many(4, 'string'),
});
export const RESOURCE = message('resource.v1.Resource', {
  attributes: many(1, KEY_VALUE),
  droppedAttributesCount: one(2, 'uint32'),
  entityRefs: many(3, ENTITY_REF),
});
const scopeField: FieldSpec = { ...one(1, SCOPE), formerName: 'instrumentationLibrary' };

const SPAN_KIND = enumeration('trace.v1.Span.SpanKind', 'SPAN_KIND_', [
  'UNSPECIFIED',
  'INTERNAL',
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
]);
const STATUS_CODE = enumeration('trace.v1.Status.StatusCode', 'STATUS_CODE_', ['UNSET', 'OK', 'ERROR']);
const EVENT = message('trace.v1.Span.Event', {
  timeUnixNano: one(1, 'fixed64'),
  name: one(2, 'string'),
  attributes: many(3, KEY_VALUE),
  droppedAttributesCount: one(4, 'uint32'),
});
const LINK = message('trace.v1.Span.Link', {
  traceId: required(1, 'traceId'),
  spanId: required(2, 'spanId'),
  traceState: one(3, 'string'),
  attributes: many(4, KEY_VALUE),
  droppedAttributesCount: one(5, 'uint32'),
  flags: one(6, 'fixed32'),
});
const STATUS = message('trace.v1.Status', { message: one(2, 'string'), code: one(3, STATUS_CODE) });
export const SPAN = message('trace.v1.Span', {
  traceId: required(1, 'traceId'),
  spanId: required(2, 'spanId'),
  traceState: one(3, 'string'),
  parentSpanId: one(4, 'spanId'),
  name: one(5, 'string'),
  kind: one(6, SPAN_KIND),
  startTimeUnixNano: one(7, 'fixed64'),
  endTimeUnixNano: one(8, 'fixed64'),
  attributes: many(9, KEY_VALUE),
  droppedAttributesCount: one(10, 'uint32'),
  events: many(11, EVENT),
  droppedEventsCount: one(12, 'uint32'),
  links: many(13, LINK),
  droppedLinksCount: one(14, 'uint32'),
  status: one(15, STATUS),
  flags: one(16, 'fixed32'),
});
const SCOPE_SPANS = message('trace.v1.ScopeSpans', {
  scope: scopeField,
  spans: many(2, SPAN),
  schemaUrl: one(3, 'string'),
});
const RESOURCE_SPANS = message('trace.v1.ResourceSpans', {
  resource: one(1, RESOURCE),
  scopeSpans: { ...many(2, SCOPE_SPANS), formerName: 'instrumentationLibrarySpans' },
  schemaUrl: one(3, 'string'),
});
export const TRACE_REQUEST = message('collector.trace.v1.ExportTraceServiceRequest', {
  resourceSpans: many(1, RESOURCE_SPANS),
});

const SEVERITY_NUMBER = enumeration('logs.v1.SeverityNumber', 'SEVERITY_NUMBER_', [
  'UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) => ['', 2, 3, 4].map((n) => level + n)),
]);
const LOG_RECORD = message('logs.v1.LogRecord', {
  timeUnixNano: one(1, 'fixed64'),
  severityNumber: one(2, SEVERITY_NUMBER),
  severityText: one(3, 'string'),
  body: one(5, ANY_VALUE),
  attributes: many(6, KEY_VALUE),
  droppedAttributesCount: one(7, 'uint32'),
  flags: one(8, 'fixed32'),
  traceId: one(9, 'traceId'),
  spanId: one(10, 'spanId'),
  observedTimeUnixNano: one(11, 'fixed64'),
  eventName: one(12, 'string'),
});
const SCOPE_LOGS = message('logs.v1.ScopeLogs', {
  scope: scopeField,
  logRecords: { ...many(2, LOG_RECORD), formerName: 'logs' },
  schemaUrl: one(3, 'string'),
});
const RESOURCE_LOGS = message('logs.v1.ResourceLogs', {
  resource: one(1, RESOURCE),
  scopeLogs: { ...many(2, SCOPE_LOGS), formerName: 'instrumentationLibraryLogs' },
  schemaUrl: one(3, 'string'),
});
export const LOGS_REQUEST = message('collector.logs.v1.ExportLogsServiceRequest', {
  resourceLogs: many(1, RESOURCE_LOGS),
});

const TEMPORALITY = enumeration('metrics.v1.AggregationTemporality', 'AGGREGATION_TEMPORALITY_', [
  'UNSPECIFIED',
  'DELTA',
  'CUMULATIVE',
]);
const EXEMPLAR = message('metrics.v1.Exemplar', {
  timeUnixNano: one(2, 'fixed64'),
  asDouble: optional(3, 'double'),
  spanId: one(4, 'spanId'),
  traceId: one(5, 'traceId'),
  asInt: optional(6, 'sfixed64'),
  filteredAttributes: many(7, KEY_VALUE),
});
const pointTimes = { startTimeUnixNano: one(2, 'fixed64'), timeUnixNano: one(3, 'fixed64') };
const NUMBER_POINT = message('metrics.v1.NumberDataPoint', {
  ...pointTimes,
  asDouble: optional(4, 'double'),
  exemplars: many(5, EXEMPLAR),
  asInt: optional(6, 'sfixed64'),
  attributes: many(7, KEY_VALUE),
  flags: one(8, 'uint32'),
});
const HISTOGRAM_POINT = message('metrics.v1.HistogramDataPoint', {
  ...pointTimes,
  count: one(4, 'fixed64'),
  sum: optional(5, 'double'),
  bucketCounts: many(6, 'fixed64'),
  explicitBounds: many(7, 'double'),
  exemplars: many(8, EXEMPLAR),
  attributes: many(9, KEY_VALUE),
  flags: one(10, 'uint32'),
  min: optional(11, 'double'),
  max: optional(12, 'double'),
});
const BUCKETS = message('metrics.v1.ExponentialHistogramDataPoint.Buckets', {
  offset: one(1, 'sint32'),
  bucketCounts: many(2, 'uint64'),
});
const EXPONENTIAL_POINT = message('metrics.v1.ExponentialHistogramDataPoint', {
  attributes: many(1, KEY_VALUE),
  ...pointTimes,
  count: one(4, 'fixed64'),
  sum: optional(5, 'double'),
  scale: one(6, 'sint32'),
  zeroCount: one(7, 'fixed64'),
  positive: one(8, BUCKETS),
  negative: one(9, BUCKETS),
  flags: one(10, 'uint32'),
  exemplars: many(11, EXEMPLAR),
  min: optional(12, 'double'),
  max: optional(13, 'double'),
  zeroThreshold: one(14, 'double'),
});
const QUANTILE = message('metrics.v1.SummaryDataPoint.ValueAtQuantile', {
  quantile: one(1, 'double'),
  value: one(2, 'double'),
});
const SUMMARY_POINT = message('metrics.v1.SummaryDataPoint', {
  ...pointTimes,
  count: one(4, 'fixed64'),
  sum: one(5, 'double'),
  quantileValues: many(6, QUANTILE),
  attributes: many(7, KEY_VALUE),
  flags: one(8, 'uint32'),
});
const METRIC = message('metrics.v1.Metric', {
  name: one(1, 'string'),
  description: one(2, 'string'),
  unit: one(3, 'string'),
  gauge: optional(5, message('metrics.v1.Gauge', { dataPoints: many(1, NUMBER_POINT) })),
  sum: optional(
    7,
    message('metrics.v1.Sum', {
      dataPoints: many(1, NUMBER_POINT),
      aggregationTemporality: one(2, TEMPORALITY),
      isMonotonic: one(3, 'bool'),
    }),
  ),
  histogram: optional(
    9,
    message('metrics.v1.Histogram', {
      dataPoints: many(1, HISTOGRAM_POINT),
      aggregationTemporality: one(2, TEMPORALITY),
    }),
  ),
  exponentialHistogram: optional(
    10,
    message('metrics.v1.ExponentialHistogram', {
      dataPoints: many(1, EXPONENTIAL_POINT),
      aggregationTemporality: one(2, TEMPORALITY),
    }),
  ),
  summary: optional(11, message('metrics.v1.Summary', { dataPoints: many(1, SUMMARY_POINT) })),
  metadata: many(12, KEY_VALUE),
});
const SCOPE_METRICS = message('metrics.v1.ScopeMetrics', {
  scope: scopeField,
  metrics: many(2, METRIC),
  schemaUrl: one(3, 'string'),
});
const RESOURCE_METRICS = message('metrics.v1.ResourceMetrics', {
  resource: one(1, RESOURCE),
  scopeMetrics: { ...many(2, SCOPE_METRICS), formerName: 'instrumentationLibraryMetrics' },
  schemaUrl: one(3, 'string'),
});
export const METRICS_REQUEST = message('collector.metrics.v1.ExportMetricsServiceRequest', {
  resourceMetrics: many(1, RESOURCE_METRICS),
});
