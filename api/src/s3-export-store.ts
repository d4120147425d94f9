import type { Readable } from "node:stream";
import { AbortMultipartUploadCommand, GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { ExportParts } from "./export-parts.js";
import type { ExportStore } from "./export-store.js";

/** S3 takes 10,000 parts an upload: with these a file may have 80 GB. In bytes. */
const UPLOAD_PART = 8 * 2 ** 20;

/** Parts under way at a time; so many are in memory. */
const UPLOADS_AT_A_TIME = 3;

/**
 * For how long an address is good at most, in seconds. It is signed with the credentials of a role, which end some time
 * after, and an address ends with them.
 */
const LONGEST_ADDRESS = 3600;

/** Keeps export files in a bucket, which deletes them after their time, and gives out addresses signed for it. */
export class S3ExportStore implements ExportStore, ExportParts {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  write(id: string, content: Readable): Promise<void> {
    return this.upload(fileKey(id), content);
  }

  async url(id: string, expiresAt: Date): Promise<string> {
    const secondsLeft = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: fileKey(id),
      ResponseContentDisposition: `attachment; filename="sentiloop-${id}.csv"`,
    });
    return getSignedUrl(this.client, command, { expiresIn: Math.max(1, Math.min(secondsLeft, LONGEST_ADDRESS)) });
  }

  writePart(id: string, part: number, content: Readable): Promise<void> {
    return this.upload(partKey(id, part), content);
  }

  async readPart(id: string, part: number): Promise<Readable> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: partKey(id, part) }));
    return Body as Readable;
  }

  /** S3 shows an object only when it is whole. */
  private async upload(key: string, content: Readable): Promise<void> {
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.bucket, Key: key, Body: content, ContentType: "text/csv; charset=utf-8" },
      partSize: UPLOAD_PART,
      queueSize: UPLOADS_AT_A_TIME,
      leavePartsOnError: true,
    });
    try {
      await upload.done();
    } catch (error) {
      content.destroy();
      await this.abort(key, upload.uploadId);
      throw error;
    }
  }

  /** Stored parts of an upload cost until it is aborted; where that fails, the bucket's rules do it a day later. */
  private async abort(key: string, uploadId: string | undefined): Promise<void> {
    if (uploadId === undefined) return;
    const command = new AbortMultipartUploadCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId });
    await this.client.send(command).catch(() => undefined);
  }
}

function fileKey(id: string): string {
  return `${id}.csv`;
}

function partKey(id: string, part: number): string {
  return `${id}/part-${part}`;
}
