import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;

public class Shop {
    static final Tracer tracer = new Tracer();

    static void reserve(Span parent) throws Exception {
        Span span = tracer.spanBuilder("reserve cups").setParent(parent).startSpan();
        try {
            Thread.sleep(20);
        } finally {
            span.end();
        }
    }

    static void order() throws Exception {
        Span span = tracer.spanBuilder("order tea").startSpan();
        try {
            reserve(span);
        } finally {
            span.end();
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println("agent is " + System.getProperty("the.agent") + ", mine is " + System.getProperty("mine"));
        while (true) {
            order();
            Thread.sleep(300);
        }
    }
}

class Tracer {
    SpanBuilder spanBuilder(String name) { return new SpanBuilder(name); }
}

class SpanBuilder {
    final String name; Span parent;
    SpanBuilder(String name) { this.name = name; }
    SpanBuilder setParent(Span parent) { this.parent = parent; return this; }
    Span startSpan() { return new Span(name, parent); }
}

class Span {
    static final Random random = new Random();
    static final HttpClient client = HttpClient.newHttpClient();
    final String name, traceId, id = hex(1), parent; final long start = now();
    Span(String name, Span parent) {
        this.name = name;
        this.traceId = parent == null ? hex(2) : parent.traceId;
        this.parent = parent == null ? "" : parent.id;
    }
    static String hex(int words) { String s = ""; for (int i = 0; i < words; i++) s += String.format("%016x", random.nextLong()); return s; }
    static long now() { java.time.Instant at = java.time.Instant.now(); return at.getEpochSecond() * 1000000000L + at.getNano(); }
    void end() throws Exception {
        String span = String.format("{\"traceId\":\"%s\",\"spanId\":\"%s\",\"parentSpanId\":\"%s\",\"name\":\"%s\",\"kind\":1,\"startTimeUnixNano\":\"%d\",\"endTimeUnixNano\":\"%d\"}", traceId, id, parent, name, start, now());
        String resource = "{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop-java\"}},{\"key\":\"telemetry.sdk.language\",\"value\":{\"stringValue\":\"java\"}}]}";
        String body = "{\"resourceSpans\":[{\"resource\":" + resource + ",\"scopeSpans\":[{\"scope\":{\"name\":\"shop\"},\"spans\":[" + span + "]}]}]}";
        URI uri = URI.create(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/traces");
        client.sendAsync(HttpRequest.newBuilder(uri).header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.discarding());
    }
}
