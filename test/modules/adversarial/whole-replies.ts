/** Whole plain-text replies in the shapes language models give, with the sentences a reader would keep (at least 3 words), written by hand. */

export const wholeReplies: readonly {
	readonly shape: string;
	readonly reply: string;
	readonly kept: readonly string[];
}[] = [
	{
		shape: "chat before and after a list",
		reply:
			"Sure! Here are the common elements:\n\n1. A steam train is chugging.\n2. The rhythm is steady.\n\nLet me know if you'd like more detail!",
		kept: ["A steam train is chugging.", "The rhythm is steady."],
	},
	{
		shape: "numbered bold items with an explanation",
		reply:
			"1. **Steam train**: Chugging along the rails.\n2. **Rhythm**: Steady and slow.",
		kept: [
			"Steam train: Chugging along the rails.",
			"Rhythm: Steady and slow.",
		],
	},
	{
		shape: "whole numbered items in bold",
		reply: "**1. Rain falls on a roof**\n\n**2. Water drips slowly**",
		kept: ["Rain falls on a roof", "Water drips slowly"],
	},
	{
		shape: "a heading",
		reply:
			"### Shared Characteristics of the Sounds\n\n- A bell is ringing.\n- The tone is bright.",
		kept: ["A bell is ringing.", "The tone is bright."],
	},
	{
		shape: "a heading in bold",
		reply: "**Common Features of the Clips**\n\nA dog barks several times.",
		kept: ["A dog barks several times."],
	},
	{
		shape: "a statement as a heading",
		reply: "# A dog barks several times.",
		kept: ["A dog barks several times."],
	},
	{
		shape: "a bold label",
		reply: "**Summary:** A violin plays a slow melody.",
		kept: ["A violin plays a slow melody."],
	},
	{
		shape: "numbered summaries",
		reply: "Summary 1: A violin is bowed.\nSummary 2: The melody is slow.",
		kept: ["A violin is bowed.", "The melody is slow."],
	},
	{
		shape: "the side as a label",
		reply: "High: A siren wails in the street.",
		kept: ["A siren wails in the street."],
	},
	{
		shape: "a note in brackets",
		reply:
			"A clock ticks steadily.\n\n(Note: The fourth caption speaks of a cat. It was left out.)",
		kept: ["A clock ticks steadily."],
	},
	{
		shape: "a note in italics",
		reply:
			"A clock ticks steadily.\n\n*Note: This summary is a best guess from few words.*",
		kept: ["A clock ticks steadily."],
	},
	{
		shape: "a question to the user at the end",
		reply:
			"Waves crash on a shore. Do you want me to compare them in another way? Shall I go on?",
		kept: ["Waves crash on a shore."],
	},
	{
		shape: "a question that is heard",
		reply: 'A man asks "Who is there?" The voice is calm.',
		kept: ['A man asks "Who is there?"', "The voice is calm."],
	},
	{
		shape: "a code fence",
		reply: "```text\nRain is falling.\nThe rain is steady.\n```",
		kept: ["Rain is falling.", "The rain is steady."],
	},
	{
		shape: "JSON although text was asked for",
		reply: '{"sentences": ["A bee is buzzing.", "It is very close."]}',
		kept: ["A bee is buzzing.", "It is very close."],
	},
	{
		shape: "JSON in a fence behind words",
		reply:
			'Here is the JSON:\n```json\n{"sentences": ["A bee is buzzing.", "It is very close."]}\n```\nHope this helps!',
		kept: ["A bee is buzzing.", "It is very close."],
	},
	{
		shape: "a JSON list",
		reply: '["A bee is buzzing.", "It is very close."]',
		kept: ["A bee is buzzing.", "It is very close."],
	},
	{
		shape: "lines of a JSON list without its brackets",
		reply: '"A bee is buzzing.",\n"It is very close."',
		kept: ["A bee is buzzing.", "It is very close."],
	},
	{
		shape: "thoughts in marks",
		reply:
			"<think>\nCaption 1 has a bell. Caption 2 too.\n</think>\n\nA church bell is ringing.",
		kept: ["A church bell is ringing."],
	},
	{
		shape: "thoughts aloud",
		reply:
			"Okay, let's look at these captions. Caption 1 mentions a train. Caption 5 does not. A train is passing by.",
		kept: ["A train is passing by."],
	},
	{
		shape: "a final channel",
		reply:
			"<|channel|>analysis<|message|>All are bells.<|end|><|start|>assistant<|channel|>final<|message|>A church bell is ringing.",
		kept: ["A church bell is ringing."],
	},
	{
		shape: "marks of a chat template",
		reply: "A church bell is ringing.<|im_end|>\n",
		kept: ["A church bell is ringing."],
	},
	{
		shape: "the conversation goes on by itself",
		reply:
			"A cat is meowing.\n\nCaptions:\n1. A hammer hits a nail on a board.\n2. A saw cuts wood.",
		kept: ["A cat is meowing."],
	},
	{
		shape: "the captions again, then the answer",
		reply:
			"Captions:\n1. A cat meows at a door.\n2. A cat meows for food.\n\nSummary: A cat is meowing.",
		kept: ["A cat is meowing."],
	},
	{
		shape: "the role as a label",
		reply: "Assistant: A cat is meowing.",
		kept: ["A cat is meowing."],
	},
	{
		shape: "a table",
		reply:
			"| Feature | What is heard in them |\n| --- | --- |\n| Source | An engine idles |\n| Tone | A low rumble |",
		kept: ["Source: An engine idles", "Tone: A low rumble"],
	},
	{
		shape: "an apology with a statement",
		reply:
			"I apologize, but I cannot listen to audio. However, based on the captions, an engine idles nearby.",
		kept: ["An engine idles nearby."],
	},
	{
		shape: "a denial in many words",
		reply:
			"Unfortunately, these captions do not share a common sound. Each of them describes a different scene.",
		kept: [],
	},
	{
		shape: "the theme of the captions",
		reply:
			"The common theme among these captions is the sound of a crackling fire.",
		kept: ["The sound of a crackling fire."],
	},
	{
		shape: "what all captions describe",
		reply: "All five captions describe a crowd cheering in a stadium.",
		kept: ["A crowd cheering in a stadium."],
	},
	{
		shape: "what the sounds have in common, as a label",
		reply: "What the sounds have in common: a crowd is cheering.",
		kept: ["A crowd is cheering."],
	},
	{
		shape: "one caption apart",
		reply:
			"Footsteps crunch on gravel. The third caption mentions a door. Only the last clip is quiet.",
		kept: ["Footsteps crunch on gravel."],
	},
	{
		shape: "a closing sentence",
		reply: "Overall, the sounds are loud and metallic.",
		kept: ["The sounds are loud and metallic."],
	},
	{
		shape: "a summary of the summary",
		reply:
			"Hammers strike metal. In summary, the sounds are loud and metallic.",
		kept: ["Hammers strike metal.", "The sounds are loud and metallic."],
	},
	{
		shape: "bullets without a space",
		reply: "•A baby is crying.\n•The crying is loud.",
		kept: ["A baby is crying.", "The crying is loud."],
	},
	{
		shape: "numbers without a space",
		reply: "1.A baby is crying.\n2.The pitch is 1.5 kHz.",
		kept: ["A baby is crying.", "The pitch is 1.5 kHz."],
	},
	{
		shape: "written line breaks",
		reply: "A baby is crying.\\nThe crying is loud.",
		kept: ["A baby is crying.", "The crying is loud."],
	},
	{
		shape: "one sentence in quotes",
		reply: '"A kettle is boiling on a stove."',
		kept: ["A kettle is boiling on a stove."],
	},
	{
		shape: "an explanation behind the answer",
		reply:
			"A kettle is boiling.\n\nExplanation: Four captions speak of a kettle.\nReasoning: the words for boiling return.",
		kept: ["A kettle is boiling."],
	},
	{
		shape: "what the assistant does",
		reply:
			"I have identified two features. I'll list them now. A kettle is boiling. I think that steam is hissing.",
		kept: ["A kettle is boiling.", "Steam is hissing."],
	},
	{
		shape: "a rule between parts",
		reply: "A kettle is boiling.\n\n---\n\n*Is this what you needed?*",
		kept: ["A kettle is boiling."],
	},
	{
		shape: "plain prose with abbreviations",
		reply:
			"Strings, e.g. violins, play at approx. 80 b.p.m. and slow down. Dr. Smith is named.",
		kept: [
			"Strings, e.g. violins, play at approx. 80 b.p.m. and slow down.",
			"Dr. Smith is named.",
		],
	},
	{
		shape: "an explanation as a section",
		reply:
			"**Answer:**\nA whistle is blown loudly.\n\n**Explanation:**\nMost of the captions mention a loud whistle.",
		kept: ["A whistle is blown loudly."],
	},
	{
		shape: "a reason",
		reply:
			'The sounds are all short. This is because the captions use words such as "brief".',
		kept: ["The sounds are all short."],
	},
	{
		shape: "the next turn of the conversation",
		reply:
			"A drum is being hit.\nUser: Thank you very much!\nAssistant: A drum is being hit twice.",
		kept: ["A drum is being hit."],
	},
	{
		shape: "an announced answer and its end",
		reply: "The final answer is: A drum is being hit. [End of response]",
		kept: ["A drum is being hit."],
	},
	{
		shape: "a clip that is heard",
		reply: "The last clip of the film reel flaps against metal.",
		kept: ["The last clip of the film reel flaps against metal."],
	},
	{
		shape: "what all clips feature",
		reply: "These audio clips all feature a short, percussive hit.",
		kept: ["A short, percussive hit."],
	},
	{
		shape: "another language",
		reply: "Gemeinsam: Ein Hund bellt laut.\nDie Tonhöhe ist tief.",
		kept: ["Gemeinsam: Ein Hund bellt laut.", "Die Tonhöhe ist tief."],
	},
];
