/** The sentence a concept is put into before it is embedded. */

/** Stands for the concept in a template such as `the sound of {concept}`. */
export const CONCEPT_PLACEHOLDER = "{concept}";

/** Whether every concept would give another text. */
export function isConceptTemplate(template: string): boolean {
	return template.includes(CONCEPT_PLACEHOLDER);
}
