/** Concepts are looked up by spelling too ("high pitched" is "high-pitched"). Rows of earlier versions have none and are found as written. */
export const conceptSpellings = `
	ALTER TABLE concepts ADD COLUMN spelling TEXT;
	CREATE INDEX concepts_spelling ON concepts (spelling);
	`;
