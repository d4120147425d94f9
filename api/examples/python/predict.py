#!/usr/bin/env python3
"""Predicts, judges and exports with nothing but Python's standard library (3.9 or newer).

    python3 predict.py "I finally passed the exam!" "Nobody came to my party."

SENTILOOP_URL is the server's address (http://127.0.0.1:4000 without it), SENTILOOP_KEY an API key where one is needed.
"""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

URL = os.environ.get("SENTILOOP_URL", "http://127.0.0.1:4000")
KEY = os.environ.get("SENTILOOP_KEY")
ATTEMPTS = 5

PREDICT = """
mutation ($text: String!, $key: String!) {
  predict(text: $text, idempotencyKey: $key) { id emotion confidence uncertain version }
}"""
APPROVE = """
mutation ($id: ID!, $version: Int!) {
  approve(predictionId: $id, expectedVersion: $version) { status verifiedEmotion }
}"""
EXPORT = "mutation { exportCsv { id status rowCount sha256 url error } }"
EXPORT_STATE = "query ($id: ID!) { datasetExport(id: $id) { id status rowCount sha256 url error } }"


class SentiloopError(Exception):
    """What the server refused. `code` is for programs, the message for people."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.extensions = error.get("extensions", {})
        self.code = self.extensions.get("code")


def ask(query, **variables):
    """Runs one operation and gives its data.

    Sends it again when the server was too busy or not there. That is harmless for everything here: predictions have an
    idempotency key, and the same decision is never a second event.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _post({"query": query, "variables": variables})
        except SentiloopError as error:
            if error.code not in ("RATE_LIMITED", "INFERENCE_UNAVAILABLE") or attempt == ATTEMPTS:
                raise
            time.sleep(error.extensions.get("retryAfterSeconds", attempt))
        except urllib.error.URLError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(attempt)


def _post(operation):
    headers = {"content-type": "application/json"}
    if KEY:
        headers["authorization"] = f"Bearer {KEY}"
    request = urllib.request.Request(f"{URL}/graphql", json.dumps(operation).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as refused:
        # A refusal has a JSON body too, with the reason in it.
        answer = json.load(refused)
    if answer.get("errors"):
        raise SentiloopError(answer["errors"][0])
    return answer["data"]


def export():
    """Exports what was judged, waits for the file, and gives its rows' count and its bytes, which are checked."""
    job = ask(EXPORT)["exportCsv"]
    while job["status"] == "RUNNING":
        time.sleep(1)
        job = ask(EXPORT_STATE, id=job["id"])["datasetExport"]
    if job["status"] == "FAILED":
        raise RuntimeError(job["error"])
    # The address is signed: it needs no key, and is relative where the server has the file itself.
    with urllib.request.urlopen(urllib.parse.urljoin(URL, job["url"]), timeout=300) as response:
        content = response.read()
    if hashlib.sha256(content).hexdigest() != job["sha256"]:
        raise RuntimeError("The file is not complete. Download it again.")
    return job["rowCount"], content


def main(texts):
    for text in texts:
        prediction = ask(PREDICT, text=text, key=str(uuid.uuid4()))["predict"]
        doubt = " (not sure)" if prediction["uncertain"] else ""
        print(f"{prediction['emotion']} {prediction['confidence']:.0%}{doubt}: {text}")
        ask(APPROVE, id=prediction["id"], version=prediction["version"])
    row_count, content = export()
    print(f"{row_count} judged rows, {len(content)} bytes")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        main(sys.argv[1:])
    except SentiloopError as error:
        sys.exit(f"{error.code}: {error}")
