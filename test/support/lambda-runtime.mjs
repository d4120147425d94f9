/** What AWS does with a function, in a process of its own: loads it once and hands it events as JSON, one by one. */
const { handler } = await import(process.argv[2] ?? "");

process.on("message", async ({ id, event }) => {
  try {
    const answer = await handler(JSON.parse(event), { awsRequestId: String(id) });
    process.send?.({ id, answer: JSON.stringify(answer) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.send?.("loaded");
