package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

var tracer = newTracer()

func reserve() {
	_, span := tracer.Start(nil, "reserve cups")
	defer span.End()
	time.Sleep(20 * time.Millisecond)
}

func main() {
	for {
		reserve()
		time.Sleep(300 * time.Millisecond)
	}
}

type maker struct{}

type span struct {
	name  string
	start int64
}

func newTracer() maker { return maker{} }

func (maker) Start(context interface{}, name string) (interface{}, *span) {
	return context, &span{name, time.Now().UnixNano()}
}

func (span *span) End() {
	resource := `{"attributes":[{"key":"telemetry.sdk.language","value":{"stringValue":"go"}}]}`
	times := fmt.Sprintf(`"startTimeUnixNano":"%d","endTimeUnixNano":"%d"`, span.start, time.Now().UnixNano())
	each := fmt.Sprintf(`{"traceId":"%s","spanId":"%s","name":"%s","kind":1,%s}`, id(16), id(8), span.name, times)
	body := fmt.Sprintf(`{"resourceSpans":[{"resource":%s,"scopeSpans":[{"scope":{"name":"shop"},"spans":[%s]}]}]}`, resource, each)
	answer, err := http.Post(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")+"/v1/traces", "application/json", strings.NewReader(body))
	if err == nil {
		answer.Body.Close()
	}
}

func id(size int) string {
	bytes := make([]byte, size)
	rand.Read(bytes)
	return hex.EncodeToString(bytes)
}
