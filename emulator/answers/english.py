"""The English phrase book of the scripted answers."""

from typing import Final

from emulator.answers.phrases import Phrases

ENGLISH: Final = Phrases(
    scripted="This is a scripted answer from the embedded endpoint; no model has thought about it.",
    received="**What arrived here**",
    turn='- turn {turn}, with your question: "{question}"',
    system_message="- the system message: “{system_message}”",
    no_system_message="- no system message",
    parameters="- the parameters: {parameters}",
    sentence=(
        "A scripted answer to turn {turn} ({system_message}): a streamed answer arrives in fragments, so you "
        "read its first words while the last ones are still being written."
    ),
    openings={
        "plain": "An answer can come all at once, or like a small stream: a little at a time, as it is made.",
        "formal": "Allow me to explain how an answer is delivered as a stream, and why this is of benefit to you.",
        "casual": "Okay, so here is the fun part: the text you are reading came in little pieces! 🌊",
    },
    closings={
        "plain": "Connect your own Azure deployment and the same page shows a real model's words.",
        "formal": "I trust that this is of assistance. Please do not hesitate to ask a further question.",
        "casual": "Pretty neat, right? Ask me something else and watch it flow! ✨",
    },
    paragraphs=(
        "The endpoint first names the **role**, then sends one **fragment** after another, each in a line that "
        "begins with `data:`. The page shows every fragment as it comes, so that waiting turns into reading. "
        "When the model has nothing more to say it sends a *finish reason*, and last of all `[DONE]`.",
        "A pause of **33 milliseconds** between two fragments makes the text flow evenly, even where the "
        "service sends it in bursts. It is a matter of display only: what is stored is stored at once, and "
        "*Stop* closes the connection at the same moment.",
    ),
    bullets=(
        "- **Role first.** It says who speaks before there is anything to read.\n"
        "- **Fragments.** About a word each; some carry the content filter's verdict.\n"
        "  - in bursts, where the default filter looks at the text first\n"
        "  - one by one, where it looks afterwards\n"
        "- **The end.** A finish reason, the usage, then `[DONE]`."
    ),
    table=(
        "| | all at once | streamed |\n"
        "|---|---:|---:|\n"
        "| first word after | 8.4 s | **0.3 s** |\n"
        "| last word after | 8.4 s | 8.4 s |\n"
        "| can be stopped half-way | no | yes ✅ |\n"
        "| content type | `application/json` | `text/event-stream` |"
    ),
    code=(
        "```python\n"
        "from openai import AzureOpenAI\n\n"
        'client = AzureOpenAI(api_version="2024-10-21")\n'
        "stream = client.chat.completions.create(\n"
        '    model="my-deployment",\n'
        '    messages=[{"role": "user", "content": "Hello"}],\n'
        "    stream=True,\n"
        ")\n"
        "with stream:\n"
        "    for chunk in stream:\n"
        "        for choice in chunk.choices:\n"
        "            if choice.delta and choice.delta.content:\n"
        '                print(choice.delta.content, end="", flush=True)\n'
        "```"
    ),
    formula=(
        "With $n$ fragments, a time to first token $t_1$ and $r$ tokens a second, the last word is there after\n\n"
        "$$t_{\\text{total}} = t_1 + \\frac{n}{r}$$"
    ),
    story_title="## A small stream, from its spring to the sea",
    story=(
        (
            "The spring",
            "High up, under a stone that nobody has ever turned, the water begins. It is hardly more than a "
            "dampness in the moss at first, then a thread, then a sound. Whoever sits down beside it hears it "
            "before seeing it.",
        ),
        (
            "The first metres",
            "It does not choose its way; it finds it. A root lies across, and the stream goes under. A stone "
            "lies across, and it goes around. After rain it goes straight over both of them, laughing.",
        ),
        (
            "The meadow",
            "Here it is in no hurry. It draws loops between the flowers and carries what falls into it: a leaf, "
            "a feather, the shadow of a dragonfly. Children build a dam in the afternoon; by morning it has "
            "politely taken the dam apart.",
        ),
        (
            "The mill",
            "A wheel waits here that once ground the flour of three villages. Today it turns because turning is "
            "beautiful. The water falls, gives away its height, and flows on *without complaint*.",
        ),
        (
            "The bridge",
            "People cross it thinking of other things. Only in the middle do they slow down, just a little, and "
            "some look over the railing. The murmur below has no words, and it is understood in every language.",
        ),
        (
            "The river",
            "One day another water comes from the left, and then they are two, and a moment later nobody can "
            "say which was which. The name is lost here. The movement is not.",
        ),
        (
            "The sea",
            "At the end there is no end: a wide mouth, a taste of salt, and gulls. What began as a thread under "
            "a stone is everywhere at once, and on some evening rises, drifts inland, and rains down on a "
            "mountain.",
        ),
    ),
    story_again="And so it begins once more ({round}).",
)
