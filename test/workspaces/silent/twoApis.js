// Two packages that were installed with an API each.
require('./one');
require('./another');

setInterval(() => {}, 1000);
