// PDQ of a picture, step by step as on the server (hotline/triage/hash_lists/pdq.py): the same sums in the same order, rounded to 32 bits.
const SIDE = 64;
const FREQUENCIES = 16;
const MIN_SIDE = 5;
// Larger pictures are reduced first, as in hotline/triage/hash_lists/picture_reader.py.
const WHOLE_PIXELS = 4000000;
// The fixed-point weights of Pillow's BOX filter.
const PRECISION = 2 ** 22;

const round = Math.fround;

// The spans of source pixels for each of `size` target pixels, and the weight of a source pixel.
const boxSpans = (source, size) => {
  const scale = source / size;
  return Array.from({ length: size }, (_, place) => {
    const centre = (place + 0.5) * scale;
    let start = Math.max(0, Math.trunc(centre - scale / 2 + 0.5));
    let end = Math.min(source, Math.trunc(centre + scale / 2 + 0.5));
    const isInside = (pixel) => {
      const distance = (pixel - centre + 0.5) / scale;
      return distance > -0.5 && distance <= 0.5;
    };
    while (start < end && !isInside(start)) start += 1;
    while (end > start && !isInside(end - 1)) end -= 1;
    return { start, end, weight: Math.trunc(0.5 + PRECISION / (end - start)) };
  });
};

const weighted = (sum, weight) => Math.min(255, Math.floor((PRECISION / 2 + sum * weight) / PRECISION));

const reducedSize = (width, height) => {
  if (width * height <= WHOLE_PIXELS) return [width, height];
  const share = Math.sqrt(WHOLE_PIXELS / (width * height));
  return [Math.max(1, Math.trunc(width * share)), Math.max(1, Math.trunc(height * share))];
};

// Takes the pixels of a picture from top to bottom.
export class Pdq {
  constructor(width, height) {
    this.source = { width, height };
    [this.width, this.height] = reducedSize(width, height);
    this.luminance = new Float32Array(this.width * this.height);
    this.row = 0;
    this.isOpaque = true;
    this.columns = this.width === width ? null : boxSpans(width, this.width);
    this.lines = this.height === height ? null : boxSpans(height, this.height);
    this.narrow = new Uint8Array(3 * this.width);
    this.sums = new Float64Array(3 * this.width);
    this.target = 0;
  }

  // Adds whole rows. `rgba` holds four bytes a pixel.
  add(rgba) {
    const step = 4 * this.source.width;
    for (let start = 0; start < rgba.length; start += step) {
      for (let alpha = start + 3; alpha < start + step; alpha += 4) {
        if (rgba[alpha] !== 255) this.isOpaque = false;
      }
      this.addRow(rgba, start);
      this.row += 1;
    }
  }

  addRow(rgba, offset) {
    const { narrow, sums } = this;
    for (let column = 0; column < this.width; column += 1) {
      const span = this.columns?.[column];
      for (let channel = 0; channel < 3; channel += 1) {
        let value = 0;
        if (span) {
          for (let pixel = span.start; pixel < span.end; pixel += 1) value += rgba[offset + 4 * pixel + channel];
          value = weighted(value, span.weight);
        } else {
          value = rgba[offset + 4 * column + channel];
        }
        narrow[3 * column + channel] = value;
      }
    }
    if (!this.lines) {
      this.keepRow(this.row, narrow);
      return;
    }
    const span = this.lines[this.target];
    if (!span || this.row < span.start) return;
    for (let index = 0; index < narrow.length; index += 1) sums[index] += narrow[index];
    if (this.row < span.end - 1) return;
    this.keepRow(this.target, sums.map((sum) => weighted(sum, span.weight)));
    sums.fill(0);
    this.target += 1;
  }

  // Stores the ITU-R BT.601 luminance of a row.
  keepRow(row, rgb) {
    for (let column = 0; column < this.width; column += 1) {
      const [red, green, blue] = [rgb[3 * column], rgb[3 * column + 1], rgb[3 * column + 2]];
      this.luminance[row * this.width + column] = red * 0.299 + green * 0.587 + blue * 0.114;
    }
  }

  // Returns the hash in hexadecimal digits and the quality, or null for a picture that is too small. `report` is called with the completed share.
  finish(report = () => {}) {
    if (Math.min(this.width, this.height) < MIN_SIDE) return null;
    const small = downsample(this.luminance, this.width, this.height, report);
    return { pdq: hashOf(transform(small)), quality: qualityOf(small) };
  }
}

const downsample = (luminance, width, height, report) => {
  const [across, down] = [windowOf(width), windowOf(height)];
  const buffer = new Float32Array(Math.max(width, height));
  for (let pass = 0; pass < 2; pass += 1) {
    for (let row = 0; row < height; row += 1) filterLine(luminance, row * width, 1, width, across, buffer);
    report(pass / 2 + 0.25);
    for (let column = 0; column < width; column += 1) filterLine(luminance, column, width, height, down, buffer);
    report(pass / 2 + 0.5);
  }
  const centre = (place, size) => Math.trunc(((place + 0.5) * size) / SIDE);
  return Float32Array.from(
    { length: SIDE * SIDE },
    (_, place) => luminance[centre(Math.trunc(place / SIDE), height) * width + centre(place % SIDE, width)],
  );
};

// Half a block, rounded up.
const windowOf = (size) => Math.ceil(size / (2 * SIDE));

// Replaces each value of a line by the mean of the `window` values around it, fewer at the ends.
const filterLine = (values, start, step, length, window, buffer) => {
  const below = Math.trunc(window / 2);
  let total = 0;
  let count = 0;
  for (let end = 0; end < length + below; end += 1) {
    if (end < length) {
      total = round(total + values[start + end * step]);
      count += 1;
    }
    if (end >= window) {
      total = round(total - values[start + (end - window) * step]);
      count -= 1;
    }
    if (end >= below) buffer[end - below] = total / count;
  }
  for (let place = 0; place < length; place += 1) values[start + place * step] = buffer[place];
};

// The discrete cosine transform (DCT-II) along both axes, for frequencies 1 to 16.
const transform = (small) => {
  const scale = round(Math.sqrt(2 / SIDE));
  const matrix = Float32Array.from({ length: FREQUENCIES * SIDE }, (_, place) => {
    const [frequency, position] = [Math.trunc(place / SIDE) + 1, place % SIDE];
    return scale * Math.cos((Math.PI / (2 * SIDE)) * frequency * (2 * position + 1));
  });
  const rows = new Float32Array(FREQUENCIES * SIDE);
  const result = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let place = 0; place < SIDE; place += 1) {
    for (let row = 0; row < FREQUENCIES; row += 1) {
      for (let column = 0; column < SIDE; column += 1) {
        rows[row * SIDE + column] += round(matrix[row * SIDE + place] * small[place * SIDE + column]);
      }
    }
  }
  for (let place = 0; place < SIDE; place += 1) {
    for (let row = 0; row < FREQUENCIES; row += 1) {
      for (let column = 0; column < FREQUENCIES; column += 1) {
        result[row * FREQUENCIES + column] += round(rows[row * SIDE + place] * matrix[column * SIDE + place]);
      }
    }
  }
  return result;
};

// The first bit belongs to the highest frequencies.
const hashOf = (coefficients) => {
  const median = Float32Array.from(coefficients).sort()[coefficients.length / 2 - 1];
  const bits = Array.from(coefficients, (value) => (value > median ? "1" : "0")).reverse().join("");
  return bits.match(/..../g).map((four) => parseInt(four, 2).toString(16)).join("");
};

const qualityOf = (small) => {
  const step = (before, after) => Math.abs(Math.trunc(round(round(round(after - before) * 100) / 255)));
  let total = 0;
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const place = row * SIDE + column;
      if (row) total += step(small[place - SIDE], small[place]);
      if (column) total += step(small[place - 1], small[place]);
    }
  }
  return Math.min(100, Math.floor(total / 90));
};
