/** ONNX bytes to messages and back. The only file that imports protobufjs. */
import protobuf from "protobufjs/light.js";
import { onnxSchema } from "./schema.ts";
import type { GraphProto, Int64, ModelProto } from "./types.ts";

const modelType =
	protobuf.Root.fromJSON(onnxSchema).lookupType("onnx.ModelProto");

/**
 * Decodes a whole ModelProto. Byte fields (`rawData`) are views of `bytes`: decoding copies no weights.
 * Throws protobufjs' RangeError or Error when the bytes are not a complete message.
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
	// The descriptor is the validation: every field has the type that types.ts states.
	return modelType.decode(bytes) as unknown as ModelProto;
}

/** Encodes a message or a part of one (a patch holds only the fields to add). */
export function encodeModel(model: ModelProto): Uint8Array {
	return modelType.encode(model).finish();
}

/**
 * A model with the members of `addition` added to its graph: nodes, initialisers and outputs after those it has.
 * Protobuf merges repeated occurrences of a message field, so the bytes are put one after the other and the original is never re-encoded.
 */
export function appendToGraph(
	bytes: Uint8Array,
	addition: GraphProto,
): Uint8Array {
	const patch = encodeModel({ graph: addition });
	const merged = new Uint8Array(bytes.length + patch.length);
	merged.set(bytes);
	merged.set(patch, bytes.length);
	return merged;
}

/** An int64 field as a number; values beyond 2^53 lose their last digits (no dimension is that large). */
export function toNumber(value: Int64 | undefined): number {
	if (value === undefined) return 0;
	return typeof value === "number" ? value : value.toNumber();
}
