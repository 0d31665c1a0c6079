"""The same request as code for others: `curl -N`, Python and C#, as the article's. Never with a key in it.

What is sent is what `services/endpoint/fields` makes of a request. Knows no page.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final

from services.deployments import Endpoint
from services.endpoint.fields import request_fields
from services.streaming.request import ChatRequest

SOMEBODYS: Final = "https://my-resource.openai.azure.com"
"""In place of the embedded endpoint, which nobody else can reach."""
_CSHARP_MESSAGES: Final = {
    "system": "SystemChatMessage",
    "developer": "DeveloperChatMessage",
    "user": "UserChatMessage",
    "assistant": "AssistantChatMessage",
}
_CSHARP_OPTIONS: Final = {"temperature": "Temperature", "top_p": "TopP"}
_CSHARP_LINE_ENDS: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def address_of(endpoint: Endpoint) -> str:
    """The endpoint's address, or the place for one."""
    return SOMEBODYS if endpoint.is_embedded or endpoint.kind == "recording" else endpoint.url


def write_curl(request: ChatRequest) -> str:
    """For a shell: -N prints what comes when it comes."""
    endpoint = request.deployment.endpoint
    base = address_of(endpoint)
    if endpoint.kind in {"azure", "recording"}:
        path = f"/openai/deployments/{request.deployment.name}/chat/completions?api-version={endpoint.api_version}"
    else:
        path = "/chat/completions"
    body = json.dumps(request_fields(request), ensure_ascii=False, indent=2)
    header = "Authorization: Bearer $OPENAI_API_KEY" if endpoint.kind == "openai" else "api-key: $AZURE_OPENAI_API_KEY"
    return "\n".join(
        (
            f"curl -N {shlex.quote(base + path)} \\",
            '  -H "content-type: application/json" \\',
            f'  -H "{header}" \\',
            f"  -d {shlex.quote(body)}",
        )
    )


def write_python(request: ChatRequest, delay_ms: int) -> str:
    """With the official SDK."""
    fields = request_fields(request)
    arguments = "".join(f"    {name}={_python(value)},\n" for name, value in fields.items())
    return f"""import os
import time

{_python_client(request)}
with client.chat.completions.create(
{arguments}) as stream:
    for chunk in stream:
        for choice in chunk.choices:
            if choice.delta and choice.delta.role:
                print(f"{{choice.delta.role}}:")
            if choice.delta and choice.delta.content:
                print(choice.delta.content, end="", flush=True)
            if choice.finish_reason:
                print(f"\\n({{choice.finish_reason}})")
        time.sleep({delay_ms / 1000:g})  # the delay of the display, in seconds
"""


def _python(value: Any) -> str:
    if isinstance(value, list):
        inner = "".join(f"        {item!r},\n" for item in value)
        return f"[\n{inner}    ]"
    return repr(value)


def _python_client(request: ChatRequest) -> str:
    endpoint = request.deployment.endpoint
    if endpoint.kind in {"azure", "recording"}:
        return f"""from openai import AzureOpenAI

client = AzureOpenAI(
    azure_endpoint={address_of(endpoint)!r},
    api_version={endpoint.api_version!r},
    api_key=os.environ["AZURE_OPENAI_API_KEY"],
)"""
    key = "OPENAI_API_KEY" if endpoint.kind == "openai" else "AZURE_OPENAI_API_KEY"
    return f"""from openai import OpenAI

client = OpenAI(base_url={address_of(endpoint) + "/"!r}, api_key=os.environ["{key}"])"""


def write_csharp(request: ChatRequest, delay_ms: int) -> str:
    """With Azure.AI.OpenAI 2 or, where the endpoint speaks OpenAI's own protocol, with OpenAI 2."""
    fields = request_fields(request)
    messages = "".join(f"    new {_CSHARP_MESSAGES[m['role']]}({_csharp(m['content'])}),\n" for m in fields["messages"])
    return f"""{_csharp_client(request)}
using var stopping = new CancellationTokenSource();

ChatMessage[] messages =
[
{messages}];

{_csharp_options(request, fields)}
await foreach (StreamingChatCompletionUpdate update in
    client.CompleteChatStreamingAsync(messages, options, stopping.Token))
{{
    if (update.Role.HasValue)
    {{
        Console.WriteLine($"{{update.Role.Value}}:");
    }}
    foreach (ChatMessageContentPart part in update.ContentUpdate)
    {{
        Console.Write(part.Text);
    }}
    await Task.Delay({delay_ms}, stopping.Token); // the delay of the display, in milliseconds
}}
"""


def _csharp_client(request: ChatRequest) -> str:
    endpoint, name = request.deployment.endpoint, _csharp(request.deployment.name)
    if endpoint.kind in {"azure", "recording"}:
        return f"""using Azure.AI.OpenAI;
using Azure.AI.OpenAI.Chat;
using OpenAI.Chat;
using System.ClientModel;

var key = Environment.GetEnvironmentVariable("AZURE_OPENAI_API_KEY")!;
var endpoint = new Uri({_csharp(address_of(endpoint))});
ChatClient client = new AzureOpenAIClient(endpoint, new ApiKeyCredential(key)).GetChatClient({name});"""
    variable = "OPENAI_API_KEY" if endpoint.kind == "openai" else "AZURE_OPENAI_API_KEY"
    return f"""using OpenAI;
using OpenAI.Chat;
using System.ClientModel;

var key = Environment.GetEnvironmentVariable("{variable}")!;
var where = new OpenAIClientOptions {{ Endpoint = new Uri({_csharp(address_of(endpoint) + "/")}) }};
var client = new ChatClient({name}, new ApiKeyCredential(key), where);"""


def _csharp_options(request: ChatRequest, fields: Mapping[str, Any]) -> str:
    """What is set; the SDK has no word of its own for verbosity."""
    given = {name: fields[name] for name in ("temperature", "top_p") if name in fields}
    lines = [f"    {_CSHARP_OPTIONS[name]} = {value}f,\n" for name, value in given.items()]
    if (most := fields.get(request.deployment.token_limit)) is not None:
        lines.append(f"    MaxOutputTokenCount = {most},\n")
    if "reasoning_effort" in fields:
        lines.append(
            f"    ReasoningEffortLevel = new ChatReasoningEffortLevel({_csharp(fields['reasoning_effort'])}),\n"
        )
    if "verbosity" in fields:
        lines.append(f"    // verbosity {_csharp(fields['verbosity'])}: the SDK has no property for it\n")
    written = "new ChatCompletionOptions" + (f"\n{{\n{''.join(lines)}}}" if lines else "()")
    made = f"var options = {written};\n"
    if "reasoning_effort" in fields:
        made = "#pragma warning disable OPENAI001\n" + made
    # Azure's library says max_tokens unless it is told otherwise; OpenAI's own knows only the new name.
    if "max_completion_tokens" in fields and request.deployment.endpoint.kind in {"azure", "recording"}:
        made += "#pragma warning disable AOAI001\noptions.SetNewMaxCompletionTokensPropertyEnabled(true);\n"
    return made


def _csharp(text: str) -> str:
    """A literal: as JSON's, with what C# takes for the end of a line escaped too."""
    return json.dumps(text, ensure_ascii=False).translate(_CSHARP_LINE_ENDS)
