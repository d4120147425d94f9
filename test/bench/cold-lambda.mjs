/** Loads a function and has it answer one event, as a cold start does; tells the CPU milliseconds of both over IPC. */
const [entry = "", event = ""] = process.argv.slice(2);
const milliseconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const start = process.cpuUsage();
const { handler } = await import(entry);
const loaded = milliseconds(start);
const { statusCode, body } = await handler(JSON.parse(event), { awsRequestId: "1" });
process.send?.({ loaded, answered: milliseconds(start), statusCode, body }, () => process.exit());
