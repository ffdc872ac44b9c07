"""Classic import path: finding and running code."""

from autogen.coding.config import DEFAULT_TIMEOUT, decide_use_docker
from autogen.coding.legacy import (
    check_can_use_docker_or_throw,
    create_virtual_env,
    execute_code,
    get_powershell_command,
    in_docker_container,
    is_docker_running,
)
from autogen.coding.local import TIMEOUT_MSG
from autogen.coding.markdown_code_extractor import CODE_BLOCK_PATTERN, UNKNOWN, extract_code, infer_lang
from autogen.messages import content_text as content_str

DEFAULT_MODEL = "gpt-4"
FAST_MODEL = "gpt-3.5-turbo"
PYTHON_VARIANTS = ["python", "Python", "py"]

__all__ = [
    "CODE_BLOCK_PATTERN",
    "DEFAULT_MODEL",
    "DEFAULT_TIMEOUT",
    "FAST_MODEL",
    "PYTHON_VARIANTS",
    "TIMEOUT_MSG",
    "UNKNOWN",
    "check_can_use_docker_or_throw",
    "content_str",
    "create_virtual_env",
    "decide_use_docker",
    "execute_code",
    "extract_code",
    "get_powershell_command",
    "in_docker_container",
    "infer_lang",
    "is_docker_running",
]
