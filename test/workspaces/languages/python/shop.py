import time
from opentelemetry.sdk.trace import TracerProvider

tracer = TracerProvider().get_tracer("shop")


def reserve(cups):
    span = tracer.start_span("reserve cups")
    time.sleep(0.02)
    span.end()
    return cups


for number in range(100000):
    reserve(number)
    time.sleep(0.3)
