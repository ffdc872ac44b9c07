"""A llama.cpp server with a model of 400 kB that is made here, of random weights: what it says is nonsense, in perfect form.

Run by an interpreter that has `xllamacpp` and `gguf`: `python tiny_model.py FOLDER`. It writes the address to its output.
"""

from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path
from typing import Any

CALL_TOKEN, END_TOKEN = 354, 2
"""Tokens that are worth a bias: the beginning of a call, and the end of a reply."""

CONTEXT_TOKENS = 4096
_WIDTH, _WIDE, _HEADS = 64, 128, 4
_SPECIAL = (b"<unk>", b"<s>", b"</s>")
_OPENING = b'<tool_call>\n{"name": "pick", "arguments": '
"""One token, so that chance alone need not find it; what follows is held to the tool's schema by the server."""

_TEMPLATE = """\
{%- if tools %}<|im_start|>system
You may call functions. <tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>
A call is written so:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == "tool" %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor %}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def write_model(path: Path) -> None:
    """Write a model of one layer whose tokens are bytes, printable characters, and the beginning of a call."""
    gguf: Any = importlib.import_module("gguf")
    numpy: Any = importlib.import_module("numpy")
    tokens = [*_SPECIAL, *(f"<0x{byte:02X}>".encode() for byte in range(256))]
    kinds = [2, 3, 3, *[6] * 256]
    letters = [*(chr(code).encode() for code in range(33, 127)), "\u2581".encode()]
    tokens += [*letters, _OPENING, b"</tool_call>"]
    kinds += [*[1] * len(letters), 4, 4]
    writer = gguf.GGUFWriter(str(path), "llama")
    for add, value in (
        (writer.add_name, "tiny"),
        (writer.add_context_length, CONTEXT_TOKENS),
        (writer.add_embedding_length, _WIDTH),
        (writer.add_block_count, 1),
        (writer.add_feed_forward_length, _WIDE),
        (writer.add_head_count, _HEADS),
        (writer.add_head_count_kv, _HEADS),
        (writer.add_layer_norm_rms_eps, 1e-5),
        (writer.add_rope_dimension_count, _WIDTH // _HEADS),
        (writer.add_file_type, 0),
        (writer.add_tokenizer_model, "llama"),
        (writer.add_token_list, tokens),
        (writer.add_token_scores, [0.0] * len(tokens)),
        (writer.add_token_types, kinds),
        (writer.add_bos_token_id, 1),
        (writer.add_eos_token_id, END_TOKEN),
        (writer.add_unk_token_id, 0),
        (writer.add_add_bos_token, True),
        (writer.add_add_space_prefix, False),
        (writer.add_chat_template, _TEMPLATE),
    ):
        add(value)
    chance = numpy.random.default_rng(1)
    one = numpy.ones(_WIDTH, numpy.float32)
    shapes = dict.fromkeys(("attn_q", "attn_k", "attn_v", "attn_output"), (_WIDTH, _WIDTH))
    shapes |= {"ffn_gate": (_WIDE, _WIDTH), "ffn_up": (_WIDE, _WIDTH), "ffn_down": (_WIDTH, _WIDE)}
    named = {"token_embd": (len(tokens), _WIDTH), "output": (len(tokens), _WIDTH)}
    named |= {f"blk.0.{name}": shape for name, shape in shapes.items()}
    for name, shape in named.items():
        writer.add_tensor(f"{name}.weight", (chance.standard_normal(shape) * 0.3).astype(numpy.float32))
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", one)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(path: Path) -> None:
    """Serve the model on a free port of this machine, until the process is ended."""
    xllamacpp: Any = importlib.import_module("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx, parameters.n_parallel, parameters.port = CONTEXT_TOKENS, 1, 0
    parameters.use_jinja, parameters.warmup, parameters.n_gpu_layers = True, False, 0
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"\nserving at {server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    model = Path(sys.argv[1]) / "tiny.gguf"
    write_model(model)
    serve(model)
