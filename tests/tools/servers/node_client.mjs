// Lists the tools of the server that its arguments start, makes the calls on standard input, and writes what comes, as JSON.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, ...args] = process.argv.slice(2);
const client = new Client({ name: "node", version: "1" });
await client.connect(new StdioClientTransport({ command, args }));
const heard = [];
for (const [name, given] of JSON.parse(readFileSync(0, "utf-8"))) {
  const result = await client.callTool({ name, arguments: given });
  heard.push([result.isError ?? false, result.content[0].text]);
}
const names = (await client.listTools()).tools.map((tool) => tool.name);
console.log(JSON.stringify({ names, heard }));
await client.close();
