/** The safetensors file format: a JSON header with every tensor's type, shape and place, then their bytes. Matrices are read by rows. */
import type { FileHandle } from "node:fs/promises";
import { z } from "zod";
import { DataError } from "../errors.ts";
import { type NpyType, toFloats } from "./elements.ts";
import { openForReading, readBytes } from "./files.ts";
import { didYouMean } from "./suggest.ts";

/** A matrix on disk whose rows are read as float32. */
export type FloatMatrix = {
	readonly rows: number;
	readonly columns: number;
	/** `[count, columns]`, row-major; wider types to the nearest float32. */
	readRows(from: number, count: number): Promise<Float32Array>;
	close(): Promise<void>;
};

const tensorSchema = z.object({
	dtype: z.string(),
	shape: z.array(z.int().min(0)),
	data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

type SafetensorsEntry = z.infer<typeof tensorSchema>;

type SafetensorsHeader = {
	readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
	/** Byte offset that the entries' offsets are relative to. */
	readonly dataOffset: number;
};

/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;

const TYPES: Readonly<Record<string, NpyType>> = {
	F32: "float32",
	F16: "float16",
	F64: "float64",
};
const BYTES: Readonly<Record<string, number>> = {
	F32: 4,
	F16: 2,
	F64: 8,
	BF16: 2,
};

/**
 * Opens tensor `name` of a file: two axes, F32, F16, BF16 or F64.
 * Throws DataError: `safetensors_missing`, `safetensors_invalid`, `safetensors_unknown` (no such tensor), `safetensors_unsupported` (type),
 * `safetensors_shape` (not two axes), `safetensors_truncated`.
 */
export async function openSafetensorsMatrix(
	path: string,
	name: string,
): Promise<FloatMatrix> {
	const handle = await openForReading(path, "safetensors_missing");
	try {
		const { size } = await handle.stat();
		const { tensors, dataOffset } = await readHeader(handle, path, size);
		const entry = tensors.get(name);
		if (entry === undefined)
			throw new DataError(`${path} has no tensor "${name}"`, {
				code: "safetensors_unknown",
				hint:
					didYouMean(name, tensors.keys()) ??
					`it has ${[...tensors.keys()].slice(0, 10).join(", ")}`,
			});
		const { dtype, shape, data_offsets } = entry;
		const width = BYTES[dtype];
		if (width === undefined)
			throw new DataError(
				`tensor "${name}" of ${path} holds ${dtype}: expected F32, F16, BF16 or F64`,
				{
					code: "safetensors_unsupported",
					hint: "Convert it before it is saved, for example with tensor.float().",
				},
			);
		const [rows, columns] = shape;
		if (shape.length !== 2 || rows === undefined || columns === undefined)
			throw new DataError(
				`tensor "${name}" of ${path}: expected two axes, got [${shape.join(", ")}]`,
				{
					code: "safetensors_shape",
					hint: "Reshape the tensor to two axes before it is saved.",
				},
			);
		const start = dataOffset + data_offsets[0];
		const expected = rows * columns * width;
		if (
			data_offsets[1] - data_offsets[0] !== expected ||
			start + expected > size
		)
			throw new DataError(
				`${path} is cut short: tensor "${name}" needs ${expected} bytes at ${start}, the file has ${size}`,
				{ code: "safetensors_truncated", hint: "Copy or save the file again." },
			);
		return {
			rows,
			columns,
			readRows: async (from, count) => {
				if (from < 0 || count < 0 || from + count > rows)
					throw new RangeError(
						`Expected rows within 0 to ${rows - 1} of ${path}, got \`${from}\` to \`${from + count - 1}\``,
					);
				const length = count * columns * width;
				const bytes = await readBytes(
					handle,
					start + from * columns * width,
					length,
				);
				if (bytes.length < length)
					throw new DataError(
						`${path} became shorter while it was read: expected ${length} bytes, got ${bytes.length}`,
						{
							code: "safetensors_truncated",
							hint: "Do not write to the file while it is read, then try again.",
						},
					);
				const type = TYPES[dtype];
				return type === undefined ? fromBfloat16(bytes) : toFloats(bytes, type);
			},
			close: () => handle.close(),
		};
	} catch (error) {
		await handle.close();
		throw error;
	}
}

async function readHeader(
	handle: FileHandle,
	path: string,
	size: number,
): Promise<SafetensorsHeader> {
	const invalid = (what: string): DataError =>
		new DataError(`${path} is not a safetensors file: ${what}`, {
			code: "safetensors_invalid",
			hint: "Save it again with safetensors.torch.save_file.",
		});
	if (size < 8) throw invalid(`it has ${size} bytes`);
	const start = await readBytes(handle, 0, 8);
	const length = Number(start.readBigUInt64LE());
	if (length > LARGEST_HEADER || 8 + length > size)
		throw invalid(
			`its header would have ${length} bytes, the file has ${size}`,
		);
	const text = await readBytes(handle, 8, length);
	let json: unknown;
	try {
		json = JSON.parse(text.toString("utf8"));
	} catch {
		throw invalid("its header is not JSON");
	}
	const parsed = z.record(z.string(), z.unknown()).safeParse(json);
	if (!parsed.success) throw invalid("its header is not an object");
	const tensors = new Map<string, SafetensorsEntry>();
	for (const [name, value] of Object.entries(parsed.data)) {
		if (name === "__metadata__") continue;
		const entry = tensorSchema.safeParse(value);
		if (!entry.success) throw invalid(`the entry of tensor "${name}"`);
		tensors.set(name, entry.data);
	}
	return { tensors, dataOffset: 8 + length };
}

/** A bfloat16 is the upper half of a float32. */
function fromBfloat16(bytes: Uint8Array): Float32Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const words = new Uint32Array(bytes.byteLength / 2);
	for (let i = 0; i < words.length; i += 1)
		words[i] = view.getUint16(2 * i, true) << 16;
	return new Float32Array(words.buffer);
}
