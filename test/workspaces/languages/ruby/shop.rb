require "json"
require "net/http"
require "securerandom"
$stdout.sync = true
puts "endpoint #{ENV["OTEL_EXPORTER_OTLP_ENDPOINT"]}"
def span(name)
  start = Process.clock_gettime(Process::CLOCK_REALTIME, :nanosecond)
  yield
  each = { traceId: SecureRandom.hex(16), spanId: SecureRandom.hex(8), name: name, kind: 1, startTimeUnixNano: start.to_s,
    endTimeUnixNano: Process.clock_gettime(Process::CLOCK_REALTIME, :nanosecond).to_s }
  resource = { attributes: [{ key: "service.name", value: { stringValue: "shop-ruby" } }, { key: "telemetry.sdk.language", value: { stringValue: "ruby" } }] }
  body = { resourceSpans: [{ resource: resource, scopeSpans: [{ spans: [each] }] }] }
  Net::HTTP.post(URI(ENV["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"), body.to_json, "Content-Type" => "application/json")
end
loop do
  span("brew in ruby") { sleep 0.02 }
  sleep 0.3
end
