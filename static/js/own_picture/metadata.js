// Removes the metadata by which browsers rotate a picture and change its colours. The server ignores them, and browsers have no such option.
const startsWith = (bytes, text, offset = 0) =>
  [...text].every((character, index) => bytes[offset + index] === character.charCodeAt(0));
const PNG = "\x89PNG\r\n\x1a\n";
const PNG_CHUNKS = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
// EXIF or XMP, and the colour profile.
const JPEG_SEGMENTS = [0xe1, 0xe2];
const WEBP_CHUNKS = ["EXIF", "ICCP", "XMP "];
const WEBP_FLAGS = 0x20 | 0x08 | 0x04;

const jpegParts = (bytes, view) => {
  const parts = [bytes.subarray(0, 2)];
  let offset = 2;
  while (offset + 4 <= bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1];
    // A fill byte before a marker.
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    // The pixels follow.
    if (marker === 0xda) break;
    const end = offset + 2 + view.getUint16(offset + 2);
    if (!JPEG_SEGMENTS.includes(marker)) parts.push(bytes.subarray(offset, end));
    offset = end;
  }
  return [...parts, bytes.subarray(offset)];
};

const pngParts = (bytes, view) => {
  const parts = [bytes.subarray(0, PNG.length)];
  for (let offset = PNG.length; offset + 12 <= bytes.length;) {
    const end = offset + 12 + view.getUint32(offset);
    if (PNG_CHUNKS.some((name) => startsWith(bytes, name, offset + 4))) parts.push(bytes.subarray(offset, end));
    offset = end;
  }
  return parts;
};

const webpParts = (bytes, view) => {
  const header = bytes.slice(0, 12);
  const parts = [header];
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true);
    const chunk = bytes.slice(offset, offset + 8 + size + (size % 2));
    if (startsWith(chunk, "VP8X")) chunk[8] &= ~WEBP_FLAGS;
    if (!WEBP_CHUNKS.some((name) => startsWith(chunk, name))) parts.push(chunk);
    offset += chunk.length;
  }
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  new DataView(header.buffer).setUint32(4, size - 8, true);
  return parts;
};

// Returns a Blob with the same pixels as `file`, a Blob.
export const withoutMetadata = async (file) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  let parts = [bytes];
  if (bytes[0] === 0xff && bytes[1] === 0xd8) parts = jpegParts(bytes, view);
  else if (startsWith(bytes, PNG)) parts = pngParts(bytes, view);
  else if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) parts = webpParts(bytes, view);
  return new Blob(parts, { type: file.type });
};
