/** The frame of every page: head, security policy, landmarks, breadcrumbs. */
import { type Html, html, trusted } from "./html.ts";
import { indexFile, stylesheetFile } from "./names.ts";
import { contentSecurityPolicy } from "./security.ts";

export type Link = { readonly text: string; readonly href: string };

/** A drawn icon, so that browsers do not ask the server for one. */
const icon =
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 7v2M5 4v8M8 1v14M11 5v6M14 7v2' stroke='%230b7a75' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E";

const wordmark = trusted(
	'<svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M2 7v2M5 4v8M8 1v14M11 5v6M14 7v2"/></svg>',
);

/** The whole text of a page. `root`: relative path to the report's folder, `""` or ending in a slash. */
export function page(options: {
	readonly title: string;
	readonly root: string;
	/** From the report's start page to the page above this one. */
	readonly trail: readonly Link[];
	/** Name of this page in the breadcrumbs; null on the start page. */
	readonly here: string | null;
	readonly body: Html;
	readonly footer: string;
	readonly script: string | null;
}): string {
	const { title, root, trail, here, body, footer, script } = options;
	const crumbs = trail.map(
		({ text, href }) => html`<li><a href="${href}">${text}</a></li>`,
	);
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${root}${stylesheetFile}">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="site"><a class="home" href="${root}${indexFile}">${wordmark}audio-dissect</a>${
		here !== null &&
		html`<nav aria-label="Breadcrumbs"><ol>${crumbs}<li aria-current="page">${here}</li></ol></nav>`
	}</header>
<main id="main" tabindex="-1">
${body}
</main>
<footer class="site">${footer}</footer>
${script !== null && html`<script>${trusted(script)}</script>\n`}</body>
</html>
`.text;
}
