// A server whose SDK comes behind what it is to instrument.
const express = require('express');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

new NodeTracerProvider().register();
express().listen(0, '127.0.0.1');
