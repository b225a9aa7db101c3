"""The baseline of the webhook doors: a view on the same server that only reads the body."""

from __future__ import annotations

from flask import Flask, Response, request

app = Flask("bare")


@app.post("/webhooks/<_ledger>")
def receive(_ledger: str) -> Response:
    request.get_data(cache=False)
    return Response(status=200)
