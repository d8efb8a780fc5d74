/** When two names are the same name: concepts, labels and classes are compared in this form, everywhere. */

/** NFC, trimmed, lower case, `_` as a space, single spaces: `Church_Organ` and `church  organ` are one name. */
export function conceptKey(name: string): string {
	return name
		.normalize("NFC")
		.replace(/[_\s]+/g, " ")
		.trim()
		.toLowerCase();
}
