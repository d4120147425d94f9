import { AwsLambdaExtensions } from "./lambda-extensions.js";

/**
 * The inference service beside a function on AWS Lambda, as an external extension. The function is started only after
 * the service says that it is ready, and the service ends when Lambda ends the function's environment.
 */
const extensions = AwsLambdaExtensions.ofEnvironment(process.env);
await extensions.register();
// It starts the service, ends this process when it cannot, and is done when it listens.
await import("./server.js");
await extensions.untilShutdown();
process.kill(process.pid, "SIGTERM");
