"""PDQ perceptual hash of images, in NumPy."""

import numpy as np
from numpy.typing import NDArray

# Images are reduced to SIDE x SIDE pixels. The hash holds one bit for each of FREQUENCIES x FREQUENCIES coefficients.
SIDE = 64
FREQUENCIES = 16
# The reference implementation does not hash images with a shorter side.
MIN_SIDE = 5

# Pixels converted to luminance at a time. This bounds the temporary float64 arrays.
PIXELS_AT_ONCE = 65_536
# For fewer lines, one NumPy call for all positions is faster than one call for each position.
FEW_LINES = 128


def compute_hash(image: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the PDQ hash (32 bytes) and the quality (0 to 100) of an image.

    `image` has the shape (height, width, 3) with red, green and blue from 0 to 255. The first bit of the hash belongs
    to the highest frequencies. An image with a side below 5 pixels has a hash of zeros and quality 0. The call needs 12
    bytes of memory per pixel, or 24 if a side has fewer than 128 pixels.

    Source: "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (Facebook, 2019) and its
    reference implementation in C++. After the conversion to luminance, all sums are computed in float32 and in the
    order of the reference implementation. In symmetric images many coefficients are zero except for rounding errors.
    Another order or precision would give another hash. NumPy's matrix products are not used, because their order of
    additions depends on the processor.
    """
    if min(image.shape[:2]) < MIN_SIDE:
        return bytes(FREQUENCIES * FREQUENCIES // 8), 0
    small = _downsample(_convert_to_luminance(image))
    coefficients = _transform(small)
    # The reference implementation uses the lower of the two middle values.
    median = np.sort(coefficients, axis=None)[coefficients.size // 2 - 1]
    bits = (coefficients > median).ravel()
    return np.packbits(bits[::-1]).tobytes(), _measure_quality(small)


def _convert_to_luminance(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """ITU-R BT.601 luminance, 0 to 255, of shape (height, width)."""
    pixels = image.reshape(-1, 3)
    luminance = np.empty(len(pixels), np.float32)
    for start in range(0, len(pixels), PIXELS_AT_ONCE):
        red, green, blue = pixels[start : start + PIXELS_AT_ONCE].T
        luminance[start : start + PIXELS_AT_ONCE] = red * 0.299 + green * 0.587 + blue * 0.114
    return luminance.reshape(image.shape[:2])


def _downsample(luminance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur with a Jarosz filter (two box filters along each axis), then pick the centres of SIDE x SIDE blocks."""
    height, width = luminance.shape
    for _ in range(2):
        luminance = _filter_rows(np.ascontiguousarray(luminance.T), _compute_window(width))
        luminance = _filter_rows(np.ascontiguousarray(luminance.T), _compute_window(height))
    return luminance[np.ix_(_compute_centres(height), _compute_centres(width))]


def _compute_window(size: int) -> int:
    """Return half a block, rounded up: two passes together cover one block."""
    return -(-size // (2 * SIDE))


def _compute_centres(size: int) -> NDArray[np.intp]:
    return ((np.arange(SIDE) + 0.5) * size / SIDE).astype(np.intp)


def _filter_rows(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """Replace each row by the mean of the `window` rows around it, fewer at the edges.

    An even window has one more row below than above.
    """
    length, lines = values.shape
    if lines < FEW_LINES:
        return _filter_few_lines(values, window)
    below = window // 2
    means = np.empty_like(values)
    total, count = np.zeros(lines, np.float32), 0
    for end in range(length + below):
        if end < length:
            total += values[end]
            count += 1
        if end >= window:
            total -= values[end - window]
            count -= 1
        if end >= below:
            np.divide(total, count, out=means[end - below])
    return means


def _filter_few_lines(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """Do the same additions and subtractions as `_filter_rows` in one call.

    The loop takes seconds for a side of a million pixels.
    """
    length, lines = values.shape
    below = window // 2
    steps = np.zeros((length + below, 2, lines), np.float32)
    steps[:length, 0] = values
    np.negative(values[: length + below - window], out=steps[window:, 1])
    in_order = steps.reshape(-1, lines)
    np.add.accumulate(in_order, out=in_order)
    ends = np.arange(1 + below, 1 + below + length)
    counts = np.minimum(ends, length) - np.maximum(ends - window, 0)
    means: NDArray[np.float32] = steps[below:, 1] / counts.astype(np.float32)[:, np.newaxis]
    return means


def _measure_quality(small: NDArray[np.float32]) -> int:
    """Return the quality, which is the scaled sum of the gradients, at most 100.

    A gradient is in percent of the range of luminance, truncated to an integer.
    """
    gradients = [np.trunc(np.diff(small, axis=axis) * 100 / 255) for axis in (0, 1)]
    return min(int(sum(np.abs(each).sum() for each in gradients)) // 90, 100)


def _transform(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Discrete cosine transform (DCT-II) along both axes, for frequencies 1 to 16."""
    angles = np.pi / (2 * SIDE) * np.outer(np.arange(1, FREQUENCIES + 1), 2 * np.arange(SIDE) + 1)
    scale = float(np.float32(np.sqrt(2 / SIDE)))
    matrix = (scale * np.cos(angles)).astype(np.float32)
    return _multiply(_multiply(matrix, small), matrix.T)


def _multiply(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    product = np.zeros((len(left), right.shape[1]), np.float32)
    for column, row in zip(left.T, right, strict=True):
        product += np.outer(column, row)
    return product
