// A program as it sees itself in a container: on a machine of another name.
require('node:os').hostname = () => 'web-7f9c6';
require('./idle.js');
