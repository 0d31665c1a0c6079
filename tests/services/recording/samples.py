from __future__ import annotations

from itertools import accumulate

from hypothesis import strategies as st

from services.recording.records import Head, Read, Recording, Sent

ARTICLE_BODY = (
    b'data: {"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}]}\n\n'
    b'data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}\n\n'
    b'data: {"choices":[{"index":0,"delta":{"content":" there"},"finish_reason":null}]}\n\n'
    b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    b"data: [DONE]\n\n"
)


def recording_of(*parts: bytes, every_s: float = 0.1, **more: object) -> Recording:
    """A recording whose parts came one after the other."""
    ends = list(accumulate(len(part) for part in parts))
    reads = tuple(Read(round(every_s * (place + 1), 6), end) for place, end in enumerate(ends))
    body = b"".join(parts)
    made = {
        "body": body,
        "reads": reads,
        "ended_at": reads[-1].at if reads else 0.0,
        "total_bytes": len(body),
        "head": Head(status=200, reason="OK", headers=(("content-type", "text/event-stream"),), at=0.05),
        "sent": Sent(url="http://x/openai", headers=(("accept", "application/json"),), body='{"messages": []}'),
        "created_at": 1_700_000_000.0,
    }
    return Recording(**{**made, **more})  # type: ignore[arg-type]  # as the fields of a recording


_PIECES = st.sampled_from(
    [
        *(b"data: ", b"data:", b"\n", b"\r", b"\r\n", b"\n\n", b": comment", b"id: 7", b"event: x", b"[DONE]"),
        *(b": seseragi ", b": seseragi read 0.1 5\n", b'{"choices":[]}', b"{", b"\xff", b"\xef\xbb\xbf", b"\0"),
        "望月".encode(),
    ]
)
BODIES = st.lists(_PIECES | st.binary(max_size=12), max_size=40).map(b"".join)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Any body, read in any pieces."""
    body = draw(BODIES)
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(body))), max_size=20)) | {len(body)})
    ends = [cut for cut in cuts if 0 < cut <= len(body)]
    times = sorted(draw(st.lists(st.integers(0, 10**9), min_size=len(ends), max_size=len(ends))))
    reads = tuple(Read(at / 1_000_000, end) for at, end in zip(times, ends, strict=True))
    whole = recording_of(body, name=draw(st.text(max_size=20)).strip())
    return Recording(
        body=body,
        reads=reads,
        name=" ".join(whole.name.split()),
        ended_at=reads[-1].at if reads else 0.0,
        total_bytes=len(body),
        head=whole.head,
        sent=whole.sent,
        created_at=whole.created_at,
        has_times=bool(reads) or not body,
    )
