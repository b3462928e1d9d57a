// A program that does nothing worth a span.
setInterval(() => {}, 1000);
