"""Words for every error of the tree: what happened, and what to do next. The only place for them.

Shows no key, no header, no traceback. What the endpoint itself said is shown as plain text, never as
Markdown.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.language import _, number
from components.plain import plain
from services import errors
from services.errors import Problem, ReplyError


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence on what happened and one on what to do."""

    what: str
    advice: str


def word(error: Exception) -> Wording:
    """`error` in the visitor's language."""
    match error:
        case errors.TimedOut():
            return _word_timeout(error)
        case errors.NotReadable():
            return _word_unreadable(error)
        case errors.NotReady():
            return _word_unready(error)
        case errors.LinkTooLong() | errors.LinkDamaged() | errors.NameTaken():
            return _word_named(error)
        case errors.NotAStream():
            return Wording(
                _("The endpoint answered with something that is not a stream ({content_type}).").format(
                    content_type=plain(error.content_type or "?")
                ),
                _("A proxy or a sign-in page may stand in between. Check the address of the endpoint."),
            )
        case errors.InvalidRequest():
            return _word_invalid(error)
        case ReplyError():
            return _word_by_type(error)
        case _:
            return _word_refusal(error)


def _word_refusal(error: Exception) -> Wording:
    """What was not even begun; a mistake of ours at the end."""
    match error:
        case errors.QuestionTooLong():
            return Wording(
                _("The question is too long: {characters} characters.").format(characters=number(error.characters)),
                _("Shorten it to {limit} characters. Nothing was sent; your text is in the box below.").format(
                    limit=number(error.limit)
                ),
            )
        case errors.ServerEnding():
            return Wording(
                _("The server is about to end or to start anew."),
                _("Nothing was sent and nothing is lost. Try again in a moment."),
            )
        case errors.StillWriting():
            return Wording(
                _("An answer is still being written here."),
                _("Press Stop or wait; nothing of yours is lost."),
            )
        case errors.NotFound():
            return Wording(
                _("This is no longer here."),
                _("It was deleted meanwhile, perhaps in another tab. Nothing was sent, and nothing of yours is lost."),
            )
        case errors.StoreFailed():
            return Wording(
                _("The database cannot be reached at the moment."),
                _("Nothing was sent, because it could not be kept, and nothing is lost. Try again in a moment."),
            )
        case _:
            return Wording(
                _("Something went wrong in Seseragi itself."),
                _("Your text is not lost. Try again; if it happens again, tell whoever runs this page."),
            )


def _word_unready(error: errors.NotReady) -> Wording:
    """All that stands in the way, in one sentence each."""
    words: dict[errors.UnreadyKind, str] = {
        "unfilled": _("{variable} has no value."),
        "misspelt": _("{variable} has no value; it looks like {meant}."),
        "no_deployment": _("The deployment of {name}, “{meant}”, is no longer here."),
        "too_long": _("The prompt of {name} has more than {meant} characters."),
    }
    said = [
        words[p.kind].format(
            variable=plain(f"{{{{{p.name}}}}}", 60),
            name=plain(p.name, 60),
            meant=plain(f"{{{{{p.meant}}}}}" if p.kind == "misspelt" else p.meant or "?", 60),
        )
        for p in error.problems
    ]
    return Wording(" ".join(said), _("Mend it above and ask again. Nothing was sent; your text is in the box below."))


def _word_named(error: errors.LinkTooLong | errors.LinkDamaged | errors.NameTaken) -> Wording:
    match error:
        case errors.LinkTooLong():
            return Wording(
                _("This set-up is too long for an address: {characters} characters.").format(
                    characters=number(error.characters)
                ),
                _("At most {limit} go through everywhere. Shorten the prompts, or export the comparison.").format(
                    limit=number(error.limit)
                ),
            )
        case errors.LinkDamaged():
            return Wording(
                _("The set-up in this address is damaged."),
                _("Part of it may have been cut off on the way. Ask for the address again, and copy all of it."),
            )
        case errors.NameTaken():
            return Wording(
                _("There is a prompt called “{name}” already.").format(name=plain(error.name, 60)),
                _("Choose another name, or open that prompt and save the next version of it."),
            )


def _word_unreadable(error: errors.NotReadable) -> Wording:
    words: dict[errors.ImportProblem, str] = {
        "not_json": _("The file is damaged or no JSON ({place})."),
        "too_large": _("The file is too large."),
        "unknown_format": _("The file is none of those that can be imported."),
        "later_version": _("The file was written by a later version ({place}) of Seseragi."),
        "missing": _("Something is missing in the file: {place}."),
        "not_valid": _("Something in the file makes no sense: {place}."),
        "empty": _("The file holds nothing that could be imported."),
    }
    what = words[error.problem].format(place=plain(error.place or "?", 120))
    if isinstance(error, errors.PromptNotReadable):
        what = _("The file {name} cannot be read.").format(name=plain(error.place or "?", 120))
        if error.problem in {"empty", "too_large"}:
            what = f"{words[error.problem]} ({plain(error.place or '?', 120)})"
        return Wording(what, _("Nothing was imported. A prompt is Markdown with front matter, in UTF-8."))
    if isinstance(error, errors.RecordingNotReadable):
        advice = _("Nothing was opened. Choose a .sse file of Seseragi, a HAR saved with content, or `data:` lines.")
        return Wording(what, advice)
    return Wording(what, _("Nothing was imported. Choose an export of Seseragi (JSON), ChatGPT or Open WebUI."))


def _word_timeout(error: errors.TimedOut) -> Wording:
    seconds = number(error.seconds)
    what = {
        "first_token": _("No word came within {seconds} s.").format(seconds=seconds),
        "silence": _("The answer fell silent for {seconds} s and was ended.").format(seconds=seconds),
        "total": _("The answer took longer than {seconds} s and was ended.").format(seconds=seconds),
    }[error.phase]
    return Wording(what, _("Try again; the deployment may be under heavy load."))


def _word_invalid(error: errors.InvalidRequest) -> Wording:
    if error.parameter:
        return Wording(
            _("The deployment refused the request because of “{parameter}”.").format(parameter=plain(error.parameter)),
            _("Change or clear it under “Parameters” in the sidebar and ask again."),
        )
    return Wording(_("The deployment refused the request."), _("Change the question or the parameters and ask again."))


def _word_by_type(error: ReplyError) -> Wording:
    words: dict[type[ReplyError], Wording] = {
        errors.PromptFiltered: Wording(
            _("The content filter did not let this question through."),
            _("Put it in other words. It is left out of what is sent from now on."),
        ),
        errors.AuthenticationFailed: Wording(
            _("The endpoint did not accept the key or the token."),
            _("Whoever runs this page should check AZURE_OPENAI_API_KEY, or the sign-in with Entra ID."),
        ),
        errors.AccessDenied: Wording(
            _("The endpoint does not let us in."),
            _("Check the network rules and the role “Cognitive Services OpenAI User”."),
        ),
        errors.DeploymentNotFound: Wording(
            _("This deployment does not exist."),
            _("Check its name, or wait a few minutes if it is new. You can choose another one in the sidebar."),
        ),
        errors.ResourceNotFound: Wording(
            _("The endpoint knows no such address."),
            _("Whoever runs this page should check AZURE_OPENAI_ENDPOINT and OPENAI_API_VERSION."),
        ),
        errors.ContextTooLong: Wording(
            _("The conversation is longer than this deployment can read."),
            _("Begin a new conversation, or shorten the question."),
        ),
        errors.RateLimited: Wording(
            _("Too many requests at the moment."), _("The deployment asks for a pause before the next one.")
        ),
        errors.NoCapacity: Wording(
            _("The service has no room at the moment."), _("Try again in a little while, or choose another deployment.")
        ),
        errors.EndpointFailed: Wording(_("The endpoint failed."), _("That is not your doing. Try again in a moment.")),
        errors.EndpointUnreachable: Wording(
            _("The endpoint cannot be reached."),
            _("Check the network and the address of the endpoint, then try again."),
        ),
        errors.StreamBroken: Wording(
            _("The connection broke while the answer was being written."),
            _("What came so far is kept. Try again, or go on from here."),
        ),
        errors.StreamIncomplete: Wording(
            _("The answer ended without saying that it is complete."),
            _("Its end may be missing. Try again, or go on from here."),
        ),
        errors.MalformedStream: Wording(
            _("The endpoint sent something that cannot be read."),
            _("What came so far is kept. Try again; a proxy in between may be the cause."),
        ),
        errors.AnswerTooLarge: Wording(
            _("The answer grew beyond the limit and was ended."), _("Ask for less at once.")
        ),
    }
    return words[type(error)]


def word_problem(problem: Problem) -> str:
    """One line on a setting that cannot work, and how to mend it."""
    words = {
        "missing": _("is missing; set it"),
        "not_a_url": _("is not an address; write it like https://my-resource.openai.azure.com"),
        "not_https": _("must begin with https://, so that the key travels encrypted"),
        "not_valid": _("has a value that cannot be used"),
        "unreadable": _("cannot be read as TOML; mend or remove the file"),
        "unknown_key": _("is not a known key; check its spelling"),
        "duplicate": _("names the same deployment twice; remove one"),
        "no_deployments": _("names no deployment; list at least one name"),
        "not_a_database": _("is no address of a database; write it like sqlite:///data/seseragi.db or postgresql://…"),
        "no_database": _("names a database that cannot be opened"),
        "later_database": _("names a database that a later version of Seseragi has written; use that version"),
    }
    return words[problem.kind]


def may_try_again(error: Exception | None) -> bool:
    """Whether trying again makes sense for the visitor."""
    return isinstance(error, ReplyError) and error.may_retry
