"""Words for what travels: kinds of events, why a line counts for nothing, and what each header means."""

from __future__ import annotations

from components.filtering import word_results
from components.language import _
from services.filtering import FilterResult, worst_first
from services.recording.records import End, Origin
from services.recording.values import Kind, Remark
from services.recording.wire import WireEvent


def word_kind(kind: Kind) -> str:
    """The name of a kind of event."""
    names: dict[Kind, str] = {
        "prompt filter": _("prompt filter"),
        "role": _("role"),
        "content": _("content"),
        "refusal": _("refusal"),
        "filter": _("late verdict"),
        "tool call": _("tool call"),
        "finish": _("finish_reason"),
        "usage": _("usage"),
        "done": "[DONE]",
        "error": _("error"),
        "body": _("whole body"),
        "comment": _("comment"),
        "ignored": _("ignored line"),
        "other": _("other"),
    }
    return names[kind]


def word_remark(remark: Remark) -> str:
    """Why an event or a line is odd, in a sentence or two."""
    words: dict[Remark, str] = {
        "no data prefix": _(
            "This line has no “data:” before its JSON. By the standard, what stands before the first colon is the "
            "field's name; nobody knows a field of this name, so the SDK and every browser pass over the line in "
            "silence: its content is lost."
        ),
        "unknown field": _("The standard knows no field of this name: the line is passed over."),
        "unused field": _(
            "A field of the standard that Azure never sends. We pass over it; the official SDK reads an empty event "
            "from it and fails."
        ),
        "comment": _("A comment. Proxies send them to keep the connection open; every reader passes over them."),
        "empty data": _("An event with nothing in it. There is no JSON to read: the answer ends here with an error."),
        "not json": _("This is no JSON: the answer ends here with an error. A proxy may have spoken in between."),
        "not an object": _("JSON, but no object: this is no chunk of an answer."),
        "no choices": _("An object without “choices”: this is no chunk of an answer."),
        "not utf-8": _("Bytes that are no UTF-8: the answer ends here with an error."),
        "surrogate": _("Half of a character: it is shown as � and could not be kept otherwise."),
        "several lines": _("Several “data:” lines of one event: the standard joins them by line ends."),
        "unclosed": _("No blank line closes this event, so that by the standard it is none: the stream was cut here."),
        "after done": _("This came after [DONE]: nobody reads it any more."),
        "byte order mark": _("A byte order mark. The standard passes over it; the SDK loses the first event by it."),
        "error inside": _("The endpoint reports an error inside the stream, after it had already answered 200."),
        "no delta": _(
            "A choice without “delta”: the asynchronous filter's verdict on text that was sent before. Programs that "
            "expect a delta in every choice crash here."
        ),
        "too many": _("More events came than are told apart here. Raw shows all of their bytes."),
        "not a stream": _("The response says that it is no event stream: there are no events in it."),
    }
    return words[remark]


def word_verdict(event: WireEvent) -> tuple[str, str]:
    """What the filter says of it, and how bad that is; with the characters it speaks of, where it says so."""
    if not event.verdicts:
        return "", ""
    objections = worst_first(event.verdicts)
    said = ", ".join(word_results(objections)) if objections else _("safe")
    if event.offsets is not None:
        said += " " + _("(characters {start}–{end})").format(start=event.offsets[0], end=event.offsets[1])
    return said, "bad" if any(_is_bad(result) for result in objections) else ""


def _is_bad(result: FilterResult) -> bool:
    return result.filtered or result.detected


def word_origin(origin: Origin) -> str:
    """Where a recording is from."""
    return {
        "recorded": _("recorded here"),
        "replayed": _("recorded while a recording was played"),
        "opened": _("opened from a file"),
        "built-in": _("comes with the program"),
    }[origin]


def word_end(end: End) -> str:
    """How the body ended."""
    return {
        "open": _("still coming"),
        "whole": _("ended by the endpoint"),
        "broken": _("broke off"),
        "closed": _("closed by us"),
    }[end]


def word_header(name: str) -> str:
    """What a header of the response means, in a sentence; empty where we don't know it."""
    return _headers().get(name.lower(), "")


def _headers() -> dict[str, str]:
    limits = {
        "x-ratelimit-limit-requests": _("How many requests this deployment takes in one period."),
        "x-ratelimit-limit-tokens": _("How many tokens this deployment takes in one period."),
        "x-ratelimit-remaining-requests": _("How many requests are left in this period."),
        "x-ratelimit-remaining-tokens": _(
            "How many tokens are left. Azure charges an estimate when the request comes: prompt and most tokens."
        ),
        "x-ratelimit-renewalperiod-requests": _("How long a period of requests is, in seconds."),
        "x-ratelimit-renewalperiod-tokens": _("How long a period of tokens is, in seconds."),
        "x-ratelimit-reset-requests": _("When requests are free again; probably milliseconds."),
        "x-ratelimit-reset-tokens": _("When tokens are free again; probably milliseconds."),
        "x-ratelimit-abusepenalty-active": _("Whether this resource is slowed down for too many filtered prompts."),
        "retry-after": _("So many seconds to wait before the next try; above 120 the SDK does not wait at all."),
        "retry-after-ms": _("The same in milliseconds; the SDK trusts it before the other."),
    }
    return {**_plain_headers(), **_azure_headers(), **limits}


def _plain_headers() -> dict[str, str]:
    return {
        "content-type": _("text/event-stream says: these are Server-Sent Events, to be read line by line."),
        "transfer-encoding": _("chunked: the length isn't known beforehand; each piece says how long it is."),
        "content-length": _("The length is known: this body was ready before it was sent."),
        "cache-control": _("Nobody on the way may keep or hold back what passes."),
        "content-encoding": _("The body travels compressed; it is shown unpacked here."),
        "connection": _("Whether the connection serves for the next request too."),
        "date": _("When the endpoint answered, by its own clock."),
        "server": _("Which program answered."),
        "strict-transport-security": _("Browsers are to speak to this host over https only."),
        "x-content-type-options": _("Browsers are not to guess at another content type."),
        "access-control-allow-origin": _("Which pages' scripts may read the response in a browser."),
        "set-cookie": _("A cookie; its value is left out of recordings."),
        "location": _("Where to look instead. Redirects are not followed: the conversation would go to another host."),
        "x-accel-buffering": _("no: a proxy such as nginx is not to hold text back until there is more."),
    }


def _azure_headers() -> dict[str, str]:
    return {
        "x-request-id": _("The id by which Microsoft's support finds this request in the model's service."),
        "apim-request-id": _("The same at the gateway in front; its own errors often have only this one."),
        "azureml-model-session": _("Which instance of the model answered."),
        "x-ms-client-request-id": _("The id that the client gave, repeated."),
        "x-ms-deployment-name": _("Which deployment answered."),
        "x-ms-region": _("In which region the model runs."),
        "x-ms-rai-invoked": _("Whether the content filter looked at this."),
        "x-ms-is-spilled-over": _("Whether another deployment answered, because this one was full."),
        "x-ms-spillover-from-deployment": _("Which deployment was full."),
        "x-ms-spillover-error": _("Why the answer came from elsewhere."),
        "skip-error-remapping": _("A word between Azure's own gateways: leave the model's errors as they are."),
        "x-envoy-upstream-service-time": _("How long the model's service took until the head, in milliseconds."),
        "policy-id": _("Which rule of the gateway refused the request."),
    }
