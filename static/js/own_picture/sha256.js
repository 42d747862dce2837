// SHA-256 (FIPS 180-4) of a file in hexadecimal digits. Pages without HTTPS have no `crypto.subtle`.
const BLOCK = 64;
const AT_ONCE = 1024 * 1024;

const firstPrimes = (count) => {
  const primes = [];
  for (let number = 2; primes.length < count; number += 1) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  return primes;
};
const fractionBits = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const PRIMES = firstPrimes(64);
const START = PRIMES.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)));
const ROUNDS = Uint32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));

const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

const addBlock = (state, view, offset, words) => {
  for (let index = 0; index < 16; index += 1) words[index] = view.getUint32(offset + 4 * index);
  for (let index = 16; index < 64; index += 1) {
    const [early, late] = [words[index - 15], words[index - 2]];
    const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[index] = words[index - 16] + low + words[index - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let index = 0; index < 64; index += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + ROUNDS[index] + words[index]) | 0;
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => { state[index] += word; });
};

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

// For `file`, a Blob. `report` is called with the completed share, from 0 to 1.
export const plainSha256 = async (file, report = () => {}) => {
  const state = Uint32Array.from(START);
  const words = new Uint32Array(64);
  for (let start = 0; start <= file.size; start += AT_ONCE) {
    const part = await file.slice(start, start + AT_ONCE).arrayBuffer();
    const isLast = start + AT_ONCE > file.size;
    const length = isLast ? Math.ceil((part.byteLength + 9) / BLOCK) * BLOCK : part.byteLength;
    const padded = new Uint8Array(length);
    padded.set(new Uint8Array(part));
    const view = new DataView(padded.buffer);
    if (isLast) {
      padded[part.byteLength] = 0x80;
      view.setUint32(length - 8, Math.floor(file.size / 2 ** 29));
      view.setUint32(length - 4, file.size * 8);
    }
    for (let offset = 0; offset < length; offset += BLOCK) addBlock(state, view, offset, words);
    report(Math.min(1, (start + AT_ONCE) / file.size));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => digest.setUint32(4 * index, word));
  return hex(digest.buffer);
};

export const sha256 = async (file, report) => {
  if (!globalThis.crypto?.subtle) return plainSha256(file, report);
  return hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
};
