import { connect } from "node:net";

export interface RawAnswer {
  /** 0 when the connection was closed without one. */
  status: number;
  head: string;
  body: string;
}

/**
 * Sends bytes over a connection of their own, as no HTTP library would, and gives what came back once the server has
 * closed the connection or `quiet` milliseconds have passed since its last byte.
 */
export function sendRaw(address: string, bytes: string | Buffer, quiet = 1000): Promise<RawAnswer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(Number(port), hostname);
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      const [head = "", ...rest] = received.split("\r\n\r\n");
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join("\r\n\r\n") });
    };
    let timer = setTimeout(done, 20_000);
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      received += chunk;
      clearTimeout(timer);
      timer = setTimeout(done, quiet);
    });
    socket.on("error", done);
    socket.on("close", done);
    socket.write(bytes);
  });
}
