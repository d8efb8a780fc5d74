/** Why bytes cannot be a whole ONNX file, in words: empty, a pointer file, truncated, not protobuf. */

/** Top-level fields of ModelProto, for messages. */
const FIELD_NAMES: Readonly<Record<number, string>> = {
	7: "graph",
	14: "metadata",
	25: "function list",
};

/**
 * What is wrong with `bytes` as a ModelProto, judged from its top-level fields; undefined when they fit together.
 * The graph is one length-prefixed field, so a cut inside of it shows as a length beyond the end.
 */
export function describeDamage(bytes: Uint8Array): string | undefined {
	if (bytes.length === 0) return "is empty (0 bytes)";
	const start = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
	if (start.startsWith("version https://git-lfs"))
		return `(${bytes.length} bytes) is a Git LFS pointer, not the file itself`;
	let position = 0;
	while (position < bytes.length) {
		const tag = readVarint(bytes, position);
		if (tag === undefined) return truncated(bytes.length, "a field");
		const field = Math.floor(tag.value / 8);
		const wireType = tag.value % 8;
		if (field < 1 || field > 1000 || ![0, 1, 2, 5].includes(wireType))
			return `(${bytes.length} bytes) is not an ONNX file`;
		position = tag.end;
		if (wireType === 0) {
			const value = readVarint(bytes, position);
			if (value === undefined) return truncated(bytes.length, "a number");
			position = value.end;
		} else if (wireType === 1) position += 8;
		else if (wireType === 5) position += 4;
		else {
			const length = readVarint(bytes, position);
			if (length === undefined) return truncated(bytes.length, "a length");
			position = length.end + length.value;
			const name = FIELD_NAMES[field] ?? `field ${field}`;
			if (position > bytes.length)
				return `is truncated: it has ${bytes.length} bytes, its ${name} alone ends at byte ${position}`;
		}
	}
	return position > bytes.length
		? truncated(bytes.length, "a number")
		: undefined;
}

function truncated(length: number, inside: string): string {
	return `is truncated: it ends after ${length} bytes inside of ${inside}`;
}

/** A base-128 varint as a number (exact up to 2^53); undefined when the bytes end inside of it. */
function readVarint(
	bytes: Uint8Array,
	start: number,
): { readonly value: number; readonly end: number } | undefined {
	let value = 0;
	for (let count = 0; count < 10; count += 1) {
		const byte = bytes[start + count];
		if (byte === undefined) return undefined;
		value += (byte & 0x7f) * 2 ** (7 * count);
		if (byte < 0x80) return { value, end: start + count + 1 };
	}
	return undefined;
}
