import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";
import { createS3Client } from "../../api/src/s3-client.js";

export interface TestS3 {
  client: S3Client;
  endpoint: string;
  bucket: string;
  /** The folder in which the server keeps the bucket's objects. */
  folder: string;
  stop(): Promise<void>;
}

/** A server that speaks S3's protocol, with one empty bucket. It checks signatures and knows multipart uploads. */
export async function startS3(): Promise<TestS3> {
  const bucket = "files";
  const directory = mkdtempSync(join(tmpdir(), "sentiloop-s3-"));
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = (await server.run()) as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = createS3Client({ endpoint });
  return {
    client,
    endpoint,
    bucket,
    folder: join(directory, bucket),
    stop: async () => {
      client.destroy();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
