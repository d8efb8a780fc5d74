/** Failures and skips with their evidence, readable. */
import type { ErrorRecord } from "../../types.ts";
import { type Html, html } from "./html.ts";
import { withoutCredentials } from "./settings.ts";
import { words } from "./verdict.ts";

/** A module's error: message, next step, code, and each piece of evidence by name. */
export function failureBox(module: string, error: ErrorRecord): Html {
	const evidence = Object.entries(error.evidence ?? {}).filter(
		([, value]) => value !== undefined,
	);
	return html`<div class="notice failed"><p><strong>${module} failed.</strong> <span dir="auto">${error.message}</span></p>${
		error.hint !== undefined && html`<p>Next step: ${error.hint}</p>`
	}<dl class="facts"><dt>Error</dt><dd><code>${error.name} ${error.code}</code></dd>${evidence.map(
		([name, value]) =>
			html`<dt>${words(name)}</dt><dd>${evidenceValue(value)}</dd>`,
	)}</dl></div>`;
}

/** Why a module had nothing to do for this neuron. */
export function skipBox(
	module: string,
	reason: string,
	evidence: unknown,
): Html {
	if (reason === "not_describable")
		return html`<div class="notice"><p><strong>${module} was skipped:</strong> not describable, as the top of the page says.</p></div>`;
	const shown = evidence !== null && evidence !== undefined;
	return html`<div class="notice"><p><strong>${module} was skipped:</strong> ${words(reason)}.</p>${
		shown &&
		html`<dl class="facts"><dt>Evidence</dt><dd>${evidenceValue(evidence)}</dd></dl>`
	}</div>`;
}

/** A value of any shape: short ones and flat records in line, long or nested ones as a block. */
export function evidenceValue(value: unknown): Html {
	if (isFlatRecord(value))
		return html`${Object.entries(value).map(
			([name, member], index) =>
				html`${index > 0 && ", "}<span dir="auto">${words(name)} <code>${withoutCredentials(String(member))}</code></span>`,
		)}`;
	const text = withoutCredentials(
		typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""),
	);
	if (text === "") return html`<span class="muted">empty</span>`;
	return text.length > 80 || text.includes("\n")
		? html`<pre dir="auto" tabindex="0">${text}</pre>`
		: html`<code dir="auto">${text}</code>`;
}

function isFlatRecord(value: unknown): value is Record<string, unknown> {
	if (typeof value !== "object" || value === null || Array.isArray(value))
		return false;
	const members = Object.values(value);
	return (
		members.length > 0 &&
		members.length <= 6 &&
		members.every(
			(member) =>
				member === null ||
				typeof member === "number" ||
				typeof member === "boolean" ||
				(typeof member === "string" &&
					member.length <= 80 &&
					!member.includes("\n")),
		)
	);
}
