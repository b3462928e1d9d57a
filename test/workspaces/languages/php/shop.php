<?php
while (true) {
    $start = (int) (microtime(true) * 1e6);
    usleep(20000);
    $end = (int) (microtime(true) * 1e6);
    $span = ['traceId' => bin2hex(random_bytes(16)), 'spanId' => bin2hex(random_bytes(8)), 'name' => 'brew in php', 'kind' => 1,
        'startTimeUnixNano' => $start . '000', 'endTimeUnixNano' => $end . '000'];
    $body = json_encode(['resourceSpans' => [['scopeSpans' => [['spans' => [$span]]]]]]);
    $options = ['http' => ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => $body]];
    file_get_contents(getenv('OTEL_EXPORTER_OTLP_ENDPOINT') . '/v1/traces', false, stream_context_create($options));
    usleep(300000);
}
