// Required by NODE_OPTIONS of the workspace's environment file: proves that what was there before is kept.
const { writeFileSync } = require('node:fs');
if (process.env.MARKER_FILE) writeFileSync(process.env.MARKER_FILE, process.env.FROM_FILE ?? '');
