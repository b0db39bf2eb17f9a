import type { IncomingMessage } from 'node:http';
import type { UploadedFile } from './rest-call.js';
import { refusals } from './refusals.js';

/** Discord's limit of a request with files, in bytes. */
const BODY_MAX = 25 * 1024 * 1024;

/** A request's body, parsed by its content type: JSON, form, or multipart with `payload_json` and files. */
export async function readBody(
  request: IncomingMessage,
): Promise<{ body: unknown; files: readonly UploadedFile[] }> {
  const bytes = await readBytes(request);
  const type = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return { body: undefined, files: [] };
  if (type.startsWith('multipart/form-data')) return readMultipart(bytes, type);
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { body: Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))), files: [] };
  }
  return { body: parseJson(bytes.toString('utf8')), files: [] };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > BODY_MAX) throw refusals.bodyTooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function readMultipart(
  bytes: Buffer,
  type: string,
): Promise<{ body: unknown; files: readonly UploadedFile[] }> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const files: UploadedFile[] = [];
  for (const [, value] of form) {
    if (typeof value === 'string') continue;
    files.push({ name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  const payload = form.get('payload_json');
  return { body: typeof payload === 'string' ? parseJson(payload) : {}, files };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refusals.malformedJson();
  }
}
