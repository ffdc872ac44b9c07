"""The transcript on a page: each message with what it took, and between them what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.apps.records.page.pictures import KINDS, pictures_left_by
from autogen.apps.records.page.story import Mark, Said, Step, words_of
from autogen.apps.records.page.text import code, data, moment, money, name, prose, safe, span
from autogen.messages import tool_calls_of
from autogen.observers.wording import files_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autogen.apps.records.page.story import Story
    from autogen.events import StepEnded

_PICTURES = tuple(f"data:{kind};" for kind in KINDS)
_DEEPEST = 4
_SUMMARY_CHARS = 140


def transcript(story: Story) -> Iterator[str]:
    """Return the entries of a run, as HTML."""
    said = ""
    for entry in story.entries:
        if isinstance(entry, Said):
            said = words_of(entry.event.message)
            yield _message(entry, story)
        elif isinstance(entry, Step):
            yield _step(entry, story, said)
        else:
            yield _mark(entry, story)


def avatar(title: str, colour: int) -> str:
    """Return the sign of an agent."""
    return f'<span class="avatar a{colour}" aria-hidden="true">{safe(title[:1].upper() or "?")}</span>'


def _message(said: Said, story: Story) -> str:
    event = said.event
    agent = story.agents[event.source]
    classes = "message outcome" if said.is_outcome else "message"
    offset = span(max(0.0, event.time - story.began))
    head = (
        f"{avatar(event.source, agent.colour)}<strong>{name(event.source)}</strong>"
        f'<span class="to">to {name(event.recipient)}</span>'
        f'<a class="number" href="#m{said.number}" title="{moment(event.time)}">{offset} · {said.number}</a>'
    )
    body = f"{_words(said)}{_pictures(event.message)}{''.join(_calls(event.message))}"
    anchors = "".join(f'<span id="s{step.started.step_id}"></span>' for step in said.calls)
    return (
        f'<article id="m{said.number}" class="{classes} d{min(said.depth, _DEEPEST)}" tabindex="-1" '
        f'data-agent="{safe(event.source)}">{anchors}<header>{head}</header>{body}{_price(said)}</article>'
    )


def _words(said: Said) -> str:
    text = words_of(said.event.message)
    if not said.is_outcome:
        return f'<div class="prose">{prose(text)}</div>' if text.strip() else ""
    first = text.strip().partition("\n")[0]
    summary = safe(first if len(first) <= _SUMMARY_CHARS else f"{first[:_SUMMARY_CHARS]}…")
    if first == text.strip() and len(first) <= _SUMMARY_CHARS:
        return f'<p class="told">{summary}</p>'
    return f"<details><summary>{summary or 'result'}</summary>{code(text)}</details>"


def _pictures(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    parts = cast("list[Any]", content) if isinstance(content, list) else []
    pictures: list[Any] = [cast("dict[str, Any]", part).get("image_url") for part in parts if isinstance(part, dict)]
    addresses = [str(cast("dict[str, Any]", each).get("url", "")) for each in pictures if isinstance(each, dict)]
    return "".join(
        _figure("a picture", url)
        if url.startswith(_PICTURES)
        else f'<p class="told">A picture at {safe(url)} (not shown: it is not in the record)</p>'
        for url in addresses
        if url
    )


def _figure(title: str, address: str) -> str:
    return f'<figure><img alt="{safe(title)}" title="{safe(title)}" src="{safe(address)}"></figure>'


def _calls(message: Any) -> Iterator[str]:
    for call in tool_calls_of(message):
        function: Mapping[str, Any] = call.get("function") or {}
        yield f'<div class="call"><span>asks for</span> <b>{safe(str(function.get("name", "")))}</b>{_arguments(function.get("arguments"))}</div>'


def _arguments(given: object) -> str:
    text = given if isinstance(given, str) else str(given or "")
    return "" if text in {"", "{}"} else code(text, "json")


def _price(said: Said) -> str:
    told: list[str] = []
    for step in said.calls:
        ended = step.ended
        if ended is None:
            continue
        usage = ended.usage
        told.append(safe((ended.details or {}).get("model") or step.started.name))
        if usage is not None:
            told.append(f"{usage.input_tokens:,} → {usage.output_tokens:,} tokens")
        told.append("not paid: from a record or cache" if step.is_free else money(usage and usage.cost_usd))
        told.append(span(ended.duration_s))
    return f"<footer>{' · '.join(told)}</footer>" if told else ""


def _step(step: Step, story: Story, said: str) -> str:
    started, ended = step.started, step.ended
    agent = story.agents[started.source]
    state = "open" if ended is None or step.is_waiting else "bad" if _has_failed(ended) else "good"
    took = "waits" if step.is_waiting else "no outcome is recorded" if ended is None else span(step.took_s)
    head = (
        f'<span class="kind {started.kind}">{started.kind}</span><b>{safe(_called(step))}</b>'
        f'<span class="by">{avatar(started.source, agent.colour)}{name(started.source)}</span>'
        f'<span class="took {state}">{took}</span>'
    )
    drawn = "" if ended is None else "".join(_figure(*each) for each in pictures_left_by(ended))
    opened = " open" if state == "bad" or step.is_waiting or drawn else ""
    return (
        f'<details id="s{started.step_id}" class="step d{min(step.depth, _DEEPEST)}"{opened}><summary>{head}</summary>'
        f"{_given(step, said)}{'' if step.is_waiting else _came(ended)}{drawn}</details>"
    )


def _called(step: Step) -> str:
    started = step.started
    if started.kind == "code":
        languages = {str(block.get("language", "")) for block in started.input.get("blocks", ())}
        return f"{', '.join(sorted(languages)) or 'code'}"
    if started.kind == "human":
        words = step.ended.output if step.ended and isinstance(step.ended.output, str) else ""
        shown = words if len(words) <= _SUMMARY_CHARS else f"{words[:_SUMMARY_CHARS]}…"
        return f"was asked, and said “{shown}”" if step.ended and not step.ended.error else "was asked"
    return started.name


def _has_failed(ended: StepEnded) -> bool:
    output: Any = ended.output
    if ended.error is not None:
        return True
    if not isinstance(output, dict):
        return False
    told = cast("dict[str, Any]", output)
    return told.get("ok") is False or bool(told.get("exit_code"))


def _given(step: Step, said: str) -> str:
    """Return what a step was asked; of code, what does not stand in the message before it."""
    started = step.started
    if started.kind == "code":
        blocks = [(str(each.get("code", "")), str(each.get("language", ""))) for each in started.input["blocks"]]
        return "".join(code(*block) for block in blocks if block[0].strip() not in said)
    if started.kind == "human":
        return f'<p class="told">{safe(str(started.input.get("prompt", "")))}</p>'
    if started.kind == "tool":
        return _arguments(started.input.get("arguments"))
    return ""


def _came(ended: StepEnded | None) -> str:
    if ended is None:
        return ""
    if ended.error is not None:
        return f'<p class="error">{safe(ended.error)}</p>'
    output: Any = ended.output
    if ended.kind == "human":
        return ""
    if not isinstance(output, dict):
        return code(str(output))
    told = cast("dict[str, Any]", output)
    text = told.get("content" if ended.kind == "tool" else "output")
    wrote = f'<p class="told">Wrote {safe(files)}</p>' if (files := files_written(ended)) else ""
    trace = (
        f"<details><summary>the stack, for the developer</summary>{code(str(told['trace']))}</details>"
        if told.get("trace")
        else ""
    )
    exit_code = f'<p class="told">exit code {safe(str(told["exit_code"]))}</p>' if "exit_code" in told else ""
    return f"{exit_code}{_output(text) if isinstance(text, str) else data(told)}{wrote}{trace}"


def _output(text: str) -> str:
    return code(text.strip("\n")) if text.strip() else ""


def _mark(mark: Mark, story: Story) -> str:
    offset = span(max(0.0, mark.time - story.began))
    return (
        f'<p class="mark {safe(mark.level)} d{min(mark.depth, _DEEPEST)}"><span>{safe(mark.text)}</span>'
        f'<time title="{moment(mark.time)}">{offset}</time></p>'
    )
