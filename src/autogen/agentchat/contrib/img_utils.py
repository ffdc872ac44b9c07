"""Classic import path: pictures in messages."""

from autogen.pictures.formats import (
    extract_img_paths,
    gpt4v_formatter,
    llava_formatter,
    message_formatter_pil_to_b64,
)
from autogen.pictures.loading import (
    convert_base64_to_data_uri,
    get_image_data,
    get_pil_image,
    picture_of_base64,
    pil_to_data_uri,
)

_to_pil = picture_of_base64

__all__ = [
    "_to_pil",
    "convert_base64_to_data_uri",
    "extract_img_paths",
    "get_image_data",
    "get_pil_image",
    "gpt4v_formatter",
    "llava_formatter",
    "message_formatter_pil_to_b64",
    "pil_to_data_uri",
]
