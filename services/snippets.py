"""The same request as code for others: `curl -N`, Python and C#, as the article's. Never with a key in it.

What is sent is what `services/endpoint/fields` makes of a request. Knows no page.
"""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

from services.deployments import Endpoint
from services.endpoint.fields import request_fields
from services.streaming.request import ChatRequest

SOMEBODYS: Final = "https://my-resource.openai.azure.com"
"""In place of the embedded endpoint, which nobody else can reach."""


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
    """With Azure.AI.OpenAI 2, as today's form of the article's code."""
    kinds = {"system": "SystemChatMessage", "user": "UserChatMessage", "assistant": "AssistantChatMessage"}
    messages = "".join(f"    new {kinds[m.role]}({_csharp(m.content)}),\n" for m in request.messages)
    return f"""using Azure.AI.OpenAI;
using OpenAI.Chat;
using System.ClientModel;

var key = Environment.GetEnvironmentVariable("AZURE_OPENAI_API_KEY")!;
var endpoint = new Uri({_csharp(address_of(request.deployment.endpoint))});
var azure = new AzureOpenAIClient(endpoint, new ApiKeyCredential(key));
ChatClient client = azure.GetChatClient({_csharp(request.deployment.name)});
using var stopping = new CancellationTokenSource();

ChatMessage[] messages =
[
{messages}];

await foreach (StreamingChatCompletionUpdate update in
    client.CompleteChatStreamingAsync(messages, cancellationToken: stopping.Token))
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


def _csharp(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
