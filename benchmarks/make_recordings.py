"""Makes the recordings that come with the program, with the embedded endpoint at life's own pace.

    python -m benchmarks.make_recordings

The article's excerpt is not made but quoted: services/recording/collection/article.sse stays as it is.
"""

from __future__ import annotations

from typing import Final

from services.deployments import Deployment
from services.embedded import EmbeddedEndpoint
from services.endpoint.source import EndpointSource
from services.recording.builtin import FOLDER
from services.recording.sse_file import write_sse
from services.streaming.replies import Replies
from services.streaming.request import ChatRequest, Message

ASKED: Final = {
    "plain-en": ("demo-token-by-token", "What does it mean to receive an answer as a stream? Briefly."),
    "plain-ja": ("demo-token-by-token", "応答をストリームで受信するとはどういうことですか。短く。"),
    "bursts": ("demo-azure-bursts", "Why does text from Azure come in bursts?"),
    "reasoning": ("demo-reasoning", "Think first, then answer briefly: what is a token?"),
    "filtered": ("fault-cut-by-filter", "Tell me a story."),
    "late-verdict": ("fault-late-block", "Quote a whole poem."),
    "refusal": ("fault-refusal", "Help me with something harmful."),
    "rate-limit": ("fault-429", "One more, quickly."),
    "truncated": ("fault-truncated", "Tell me a story."),
}


def _record(replies: Replies, deployment: Deployment, question: str) -> bytes:
    reply = replies.start(ChatRequest(deployment=deployment, messages=(Message(role="user", content=question),)))
    while reply.is_live:
        reply.wait_for_end(1)
    return write_sse(reply.tapes[-1].recording())


def main() -> None:
    embedded = EmbeddedEndpoint()
    replies = Replies(EndpointSource(max_retries=0))
    offered = embedded.deployments(tuple({name for name, _question in ASKED.values() if name.startswith("fault-")}))
    by_name = {deployment.name: deployment for deployment in offered}
    for name, (deployment, question) in ASKED.items():
        written = _record(replies, by_name[deployment], question)
        (FOLDER / f"{name}.sse").write_bytes(written)
        print(f"{name}: {len(written)} bytes")
    replies.close()
    embedded.close()


if __name__ == "__main__":
    main()
