/** File names inside a report. Every name is ours: nothing from outside reaches a path or a link unchanged. */

/** Rows of one table page. */
export const rowsPerPage = 1024;

export const indexFile = "index.html";
export const conceptsFile = "concepts.html";
export const stylesheetFolder = "assets";
export const stylesheetFile = `${stylesheetFolder}/report.css`;
export const clipsFolder = "clips";

/**
 * Folder of a layer, from its place in network order (0 and up) and its name: `layers/03-layer.0.output.dense`.
 * The number keeps folders apart whatever the names are (also where case does not count) and in order when listed.
 */
export function layerFolder(position: number, layer: string): string {
	const slug = layer
		.normalize("NFKD")
		.replace(/[^A-Za-z0-9._-]+/g, "-")
		.replace(/^[-.]+|[-.]+$/g, "")
		.slice(0, 60)
		.replace(/[-.]+$/, "");
	const number = String(position + 1).padStart(2, "0");
	return `layers/${slug === "" ? number : `${number}-${slug}`}`;
}

/** File of a table page inside its layer's folder, `page` 0 and up. */
export function layerPageFile(page: number): string {
	return page === 0 ? "index.html" : `page-${page + 1}.html`;
}

/** File of a neuron inside its layer's folder. */
export function neuronFile(unit: number): string {
	return `neuron-${unit}.html`;
}

/** Anchor of a neuron's row in its table. */
export function neuronAnchor(unit: number): string {
	return `n${unit}`;
}

/** Name of a clip below `clips/`: 20 hexadecimal digits (80 bits) of its SHA-256 and the extension of its content. */
export function clipFile(hash: string, extension: string): string {
	return `${hash.slice(0, 20)}.${extension}`;
}
