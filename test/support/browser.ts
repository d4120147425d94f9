import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

/** A running Chromium. `close` ends it and removes everything that it wrote. */
export interface TestBrowser {
  browser: Browser;
  close(): Promise<void>;
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Unpacks the Chromium that comes inside @sparticuz/chromium and starts it. It needs no browser and no system
 * library on the machine, and shares no file with any other one that runs.
 */
export async function launchBrowser(): Promise<TestBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "sentiloop-browser-"));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const { executablePath, env } = await unpackChromium(folder);
    const browser = await chromium.launch({ executablePath, args: FLAGS, env });
    return { browser, close: () => browser.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What the unpacking process prints: where Chromium is, and the environment in which it finds its libraries. */
interface Unpacked {
  executablePath: string;
  env: Record<string, string>;
}

const UNPACK = `
  const { default: chromium } = await import("@sparticuz/chromium");
  const executablePath = await chromium.executablePath();
  process.stdout.write(JSON.stringify({ executablePath, env: process.env }));
`;

/**
 * The package unpacks itself into the system's folder for temporary files and takes what lies there for its own,
 * so it runs in a process whose temporary folder is a private one. It brings the system libraries that Chromium
 * needs along only where it believes to be on AWS Lambda.
 */
async function unpackChromium(folder: string): Promise<Unpacked> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", UNPACK], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder, HOME: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" },
  });
  const { executablePath, env } = JSON.parse(stdout) as Unpacked;
  return { executablePath, env: { ...env, FONTCONFIG_FILE: await listFonts(folder) } };
}

/** The package's own list of fonts looks for them in /tmp/fonts; a page without fonts shows no text at all. */
async function listFonts(folder: string): Promise<string> {
  const file = join(folder, "fonts.conf");
  const folders = `<dir>${join(folder, "fonts")}</dir><cachedir>${join(folder, "fonts-cache")}</cachedir>`;
  await writeFile(file, `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>`);
  return file;
}
