"""An analysis that keeps its variables from turn to turn, in the sandbox, and shows the model the picture it has drawn.

Tier T1: rules play the model here; they look at the picture's pixels. Needs the extras `jupyter` and `images`.
"""

import base64
import tempfile
from io import BytesIO
from typing import Any

from PIL import Image

from autogen import UserProxyAgent
from autogen.agentchat.contrib.multimodal_conversable_agent import MultimodalConversableAgent
from autogen.coding import KernelCodeExecutor
from autogen.messages import text_of
from autogen.models.client import ModelRequest
from autogen.testing import FunctionModel

LOAD = """
import csv, io
visits = "day,visits\\nMon,30\\nTue,95\\nWed,60\\nThu,20\\n"
table = {row["day"]: int(row["visits"]) for row in csv.DictReader(io.StringIO(visits))}
len(table), sum(table.values())
"""
DRAW = """
from PIL import Image, ImageDraw
chart = Image.new("RGB", (40 * len(table), 100), "white")
for place, visits in enumerate(table.values()):
    colour = "red" if visits == max(table.values()) else "gray"
    ImageDraw.Draw(chart).rectangle((40 * place + 5, 100 - visits, 40 * place + 35, 100), colour)
chart
"""
WASTE = "while True: pass"


def rules(request: ModelRequest) -> str:
    turn = sum(message.get("role") == "assistant" for message in request.messages)
    content: Any = request.messages[-1].get("content")
    if turn == 2:  # noqa: PLR2004 - the chart has been drawn, and this is it
        url = content[-1]["image_url"]["url"]
        with Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))) as chart:
            reds = [x for x in range(chart.width) if chart.getpixel((x, 99)) == (255, 0, 0)]
        print(f"(the model sees a chart of {chart.width} x {chart.height}; its red bar is number {reds[0] // 40 + 1})")
        return f"```python\n{WASTE}\n```"
    blocks = [LOAD, DRAW, "", "sorted(table)"]
    return f"```python\n{blocks[turn]}\n```" if turn < len(blocks) else "TERMINATE"


analyst = MultimodalConversableAgent("analyst", model=FunctionModel(rules), human_input_mode="NEVER")
with tempfile.TemporaryDirectory() as work_dir, KernelCodeExecutor(timeout=1, work_dir=work_dir, warm=True) as kernel:
    runner = UserProxyAgent(
        "runner",
        human_input_mode="NEVER",
        code_execution_config={"executor": kernel},
        is_termination_msg=lambda message: "TERMINATE" in str(message.get("content")),
    )
    result = runner.initiate_chat(analyst, message="Which day is the busiest?", silent=True)
    for message in result.chat_history[2::2]:
        print(text_of(message).partition("Code output: ")[2].replace(work_dir, "…").strip())
