/** The decoded ONNX messages that this project reads or writes; fields it does not touch are kept by the decoder. */

/** int64 fields arrive as a number or as an object with `toNumber` (the `long` package). */
export type Int64 = number | { toNumber(): number };

export type TensorProto = {
	dims?: Int64[];
	/** `DataType` below. */
	dataType?: number;
	name?: string;
	/** Little-endian bytes; a view of the file, never a copy. */
	rawData?: Uint8Array;
	floatData?: number[];
	int64Data?: Int64[];
	/** 1: the values are in another file. */
	dataLocation?: number;
	externalData?: { key?: string; value?: string }[];
};

export type AttributeProto = {
	name?: string;
	/** `AttributeType` below. */
	type?: number;
	f?: number;
	i?: Int64;
	s?: Uint8Array;
	t?: TensorProto | null;
	/** The decoder's default of an absent message is null. */
	g?: GraphProto | null;
	ints?: Int64[];
	graphs?: GraphProto[];
};

export type NodeProto = {
	input?: string[];
	output?: string[];
	name?: string;
	opType?: string;
	domain?: string;
	attribute?: AttributeProto[];
	/** Where exporters note the module a node comes from. */
	metadataProps?: { key?: string; value?: string }[];
};

export type ValueInfoProto = {
	name?: string;
	type?: {
		tensorType?: {
			elemType?: number;
			shape?: { dim?: { dimValue?: Int64; dimParam?: string }[] };
		};
	};
};

export type GraphProto = {
	name?: string;
	node?: NodeProto[];
	initializer?: TensorProto[];
	sparseInitializer?: { values?: TensorProto }[];
	input?: ValueInfoProto[];
	output?: ValueInfoProto[];
	valueInfo?: ValueInfoProto[];
};

export type ModelProto = {
	irVersion?: Int64;
	opsetImport?: { domain?: string; version?: Int64 }[];
	producerName?: string;
	producerVersion?: string;
	graph?: GraphProto;
	functions?: {
		name?: string;
		domain?: string;
		input?: string[];
		output?: string[];
		opsetImport?: { domain?: string; version?: Int64 }[];
		node?: NodeProto[];
	}[];
};

/** `TensorProto.DataType`, the ones named in code. */
export const DataType = {
	float: 1,
	uint8: 2,
	int8: 3,
	int32: 6,
	int64: 7,
	bool: 9,
	float16: 10,
	double: 11,
} as const;

/** `AttributeProto.AttributeType`, the ones named in code. */
export const AttributeType = {
	float: 1,
	int: 2,
	string: 3,
	tensor: 4,
	ints: 7,
} as const;
