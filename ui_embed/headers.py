"""Security headers on every answer: nothing inline, no frame, no copy kept."""

from __future__ import annotations

from flask import Flask, Response, request


def content_policy(images_from: str = "") -> str:
    """What a page may load: its own, and pictures from one other place. `data:` images are the
    arrows and ticks that Bootstrap's style sheet carries."""
    images = " ".join(filter(None, ("img-src 'self' data:", images_from)))
    return "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", images, "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ))  # fmt: skip


HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
YEAR_SECONDS = 31_536_000


def guard(app: Flask, *, https: bool) -> None:
    """Set the headers on all that `app` answers, errors included."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not (request.endpoint or "").endswith("static"):
            response.headers["Cache-Control"] = "no-store"
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
        return response
