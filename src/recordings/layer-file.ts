/** Names of a recording's layer files. */

/** `003-layer.1.output.dense.npy`: in network order, with nothing that a file system minds. */
export function layerFileName(index: number, name: string): string {
	const slug = name.replaceAll(/[^A-Za-z0-9._-]+/g, "_").slice(-80);
	return `${String(index).padStart(3, "0")}-${slug}.npy`;
}
