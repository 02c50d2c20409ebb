"""Which containers we open at all. Everything that names other files or hosts stays out."""

from __future__ import annotations

MEDIA_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,mxf,mp3,wav,aac,flac,aiff"
