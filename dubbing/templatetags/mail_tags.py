"""Mail programs read no style sheets: each element carries its own."""

from __future__ import annotations

from django import template

register = template.Library()

INK, MUTED, LINE, GROUND, ACCENT = "#1d1f24", "#666973", "#e5e4de", "#f6f6f3", "#5b4bd6"
FONT = "font-family:Inter,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"
STYLES = {
    "body": f"margin:0;padding:24px 12px;background:{GROUND};color:{INK};{FONT};"
    "font-size:15px;line-height:1.5",
    "page": "max-width:600px;margin:0 auto",
    "team": "margin:24px 0 8px;font-size:16px;line-height:1.3",
    "table": f"background:#ffffff;border:1px solid {LINE};border-radius:10px",
    "row": f"padding:12px 16px;border-bottom:1px solid {LINE};overflow-wrap:anywhere",
    "sentence": f"color:{INK};font-weight:600;text-decoration:none",
    "muted": f"color:{MUTED};font-size:13px",
    "link": f"color:{MUTED};text-decoration:underline",
    "button": f"display:inline-block;margin-top:4px;padding:8px 14px;background:{ACCENT};"
    "color:#ffffff;border-radius:6px;font-weight:600;text-decoration:none",
}


@register.simple_tag
def mail_style(name: str) -> str:
    return STYLES[name]
