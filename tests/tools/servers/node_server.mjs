// A tool server made with the protocol's package for Node.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "node", version: "1" });
const text = (words) => ({ content: [{ type: "text", text: words }] });
server.registerTool(
  "add",
  { description: "Add.", inputSchema: { a: z.number(), b: z.number().default(2) } },
  async ({ a, b }) => text(String(a + b)),
);
server.registerTool("fail", { description: "Fail." }, async () => {
  throw new Error("no luck");
});
await server.connect(new StdioServerTransport());
