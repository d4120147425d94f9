/** The part of s3rver that the tests use; it brings no types. */
declare module "s3rver" {
  import type { AddressInfo } from "node:net";

  interface Options {
    port: number;
    address: string;
    silent: boolean;
    directory: string;
    configureBuckets: { name: string }[];
  }

  export default class S3rver {
    constructor(options: Options);
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
