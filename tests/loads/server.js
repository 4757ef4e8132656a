// SPDX-License-Identifier: GPL-2.0-only
// For guest.sh: a web server of one page, PORT and FILE are its arguments.
const fs = require("fs");
const page = fs.readFileSync(process.argv[3]);

require("http").createServer((request, answer) => {
	answer.writeHead(200, { "Content-Length": page.length });
	answer.end(page);
}).listen(Number(process.argv[2]), "127.0.0.1");
