"""What an administrator types so that the desk speaks the sandbox's second dialect."""

from __future__ import annotations

from typing import Any

SECOND: dict[str, Any] = {
    "writes": {
        "media_url": "source_url",
        "locale": "source_locale",
        "speakers_count": "num_speakers",
        "languages": "target_languages",
        "language_locale": "target_locale",
        "language_srt": "srt_text",
        "start_time": "trim_start",
        "end_time": "trim_end",
        "lips_model": "lip_sync_model",
        "background_audio_url": "clean_background_url",
        "name": "title",
        "upload_data": "payload",
        "upload_file": "video",
        "upload_background": "background",
        "page": "",
        "offset": "offset",
        "page_size": "limit",
    },
    "lips_words": {"quality": "LIPS_STANDARD", "fast": "LIPS_TURBO"},
}
