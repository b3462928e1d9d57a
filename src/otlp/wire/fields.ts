/** Tags (field number × 8 + wire type) of the OTLP messages that are read byte by byte. */

export const REQUEST_RESOURCE_SPANS = 10;

export const RESOURCE_SPANS_RESOURCE = 10;
export const RESOURCE_SPANS_SCOPE_SPANS = 18;
/** Of ResourceSpans and ScopeSpans alike. */
export const SCHEMA_URL = 26;
/** `instrumentation_library_spans` (1000), what senders of 2021 had in place of scope spans, with the same fields inside. */
export const RESOURCE_SPANS_LIBRARY_SPANS = 8002;

export const SCOPE_SPANS_SCOPE = 10;
export const SCOPE_SPANS_SPAN = 18;

export const RESOURCE_ATTRIBUTE = 10;
export const RESOURCE_DROPPED_ATTRIBUTES = 16;
export const RESOURCE_ENTITY_REF = 26;

export const SCOPE_NAME = 10;
export const SCOPE_VERSION = 18;
export const SCOPE_ATTRIBUTE = 26;
export const SCOPE_DROPPED_ATTRIBUTES = 32;

export const SPAN_TRACE_ID = 10;
export const SPAN_SPAN_ID = 18;
export const SPAN_TRACE_STATE = 26;
export const SPAN_PARENT_SPAN_ID = 34;
export const SPAN_NAME = 42;
export const SPAN_KIND = 48;
export const SPAN_START = 57;
export const SPAN_END = 65;
export const SPAN_ATTRIBUTE = 74;
export const SPAN_DROPPED_ATTRIBUTES = 80;
export const SPAN_EVENT = 90;
export const SPAN_DROPPED_EVENTS = 96;
export const SPAN_LINK = 106;
export const SPAN_DROPPED_LINKS = 112;
export const SPAN_STATUS = 122;
export const SPAN_FLAGS = 133;

export const EVENT_TIME = 9;
export const EVENT_NAME = 18;
export const EVENT_ATTRIBUTE = 26;
export const EVENT_DROPPED_ATTRIBUTES = 32;

export const LINK_TRACE_ID = 10;
export const LINK_SPAN_ID = 18;
export const LINK_TRACE_STATE = 26;
export const LINK_ATTRIBUTE = 34;
export const LINK_DROPPED_ATTRIBUTES = 40;
export const LINK_FLAGS = 53;

export const LOG_BODY = 42;
export const LOG_ATTRIBUTE = 50;

export const STATUS_MESSAGE = 18;
export const STATUS_CODE = 24;

export const KEY_VALUE_KEY = 10;
export const KEY_VALUE_VALUE = 18;

export const ANY_STRING = 10;
export const ANY_BOOL = 16;
export const ANY_INT = 24;
export const ANY_DOUBLE = 33;
export const ANY_ARRAY = 42;
export const ANY_KVLIST = 50;
export const ANY_BYTES = 58;

/** `values` of ArrayValue and KeyValueList alike. */
export const LIST_VALUE = 10;
