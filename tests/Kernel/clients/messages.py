"""What each message of Jupyter's protocol must hold, as JSON schemas, and a client that checks every message it meets."""

import sys
import time
import traceback
from datetime import datetime

import jsonschema
import nbformat
from jupyter_client.manager import KernelManager

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
OBJECT = {"type": "object"}
BUNDLE = {"type": "object", "additionalProperties": {"type": ["string", "object", "array", "number", "boolean"]}}


def fields(**required):
    return {"type": "object", "properties": required, "required": list(required)}


ERROR = fields(ename=TEXT, evalue=TEXT, traceback={"type": "array", "items": TEXT})
DATA = fields(data=BUNDLE, metadata=OBJECT)
DISPLAY = fields(data=BUNDLE, metadata=OBJECT, transient=fields(display_id=TEXT))
STATUS = {"enum": ["ok", "error", "aborted"]}

HEADER = fields(msg_id=TEXT, session=TEXT, username=TEXT, msg_type=TEXT, version={"const": "5.3"})

CONTENT = {
    "status": fields(execution_state={"enum": ["starting", "busy", "idle"]}),
    "execute_input": fields(code=TEXT, execution_count=COUNT),
    "execute_result": fields(data=BUNDLE, metadata=OBJECT, execution_count=COUNT),
    "display_data": DISPLAY,
    "update_display_data": DISPLAY,
    "stream": fields(name={"enum": ["stdout", "stderr"]}, text=TEXT),
    "error": ERROR,
    "clear_output": fields(wait={"type": "boolean"}),
    "comm_close": fields(comm_id=TEXT, data=OBJECT),
    "input_request": fields(prompt=TEXT, password={"type": "boolean"}),
    "kernel_info_reply": fields(
        status={"const": "ok"},
        protocol_version={"const": "5.3"},
        implementation=TEXT,
        implementation_version=TEXT,
        banner=TEXT,
        help_links={"type": "array", "items": fields(text=TEXT, url=TEXT)},
        language_info=fields(name={"const": "C#"}, version=TEXT, mimetype=TEXT, file_extension={"const": ".cs"}),
    ),
    "execute_reply": {
        "oneOf": [
            fields(status={"const": "ok"}, execution_count=COUNT, user_expressions=OBJECT, payload={"type": "array"}),
            {"allOf": [fields(status={"const": "error"}, execution_count=COUNT), ERROR]},
            fields(status={"const": "aborted"}),
        ]
    },
    "complete_reply": fields(
        status={"const": "ok"},
        matches={"type": "array", "items": TEXT},
        cursor_start=COUNT,
        cursor_end=COUNT,
        metadata=OBJECT,
    ),
    "inspect_reply": fields(status={"const": "ok"}, found={"type": "boolean"}, data=BUNDLE, metadata=OBJECT),
    "is_complete_reply": {
        "oneOf": [
            fields(status={"enum": ["complete", "invalid", "unknown"]}),
            fields(status={"const": "incomplete"}, indent=TEXT),
        ]
    },
    "history_reply": fields(status={"const": "ok"}, history={"type": "array", "items": {"type": "array", "minItems": 3, "maxItems": 3}}),
    "comm_info_reply": fields(status={"const": "ok"}, comms=OBJECT),
    "interrupt_reply": fields(status={"const": "ok"}),
    "shutdown_reply": fields(status={"const": "ok"}, restart={"type": "boolean"}),
}

# The outputs that notebook files hold, to be checked by nbformat's own schema.
IN_NOTEBOOKS = {"stream", "display_data", "execute_result", "error"}

seen = set()


def check(message):
    """Checks one message, and returns it."""
    kind = message["msg_type"]
    jsonschema.validate(message["header"], HEADER)
    # The client turns dates that follow the format into objects, and leaves others as they came.
    assert isinstance(message["header"]["date"], datetime), message["header"]
    jsonschema.validate(message["content"], CONTENT[kind])
    if message["parent_header"]:
        jsonschema.validate(message["parent_header"], fields(msg_id=TEXT, msg_type=TEXT))
    if kind in IN_NOTEBOOKS:
        cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.output_from_msg(message)])
        nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    seen.add(kind)
    return message


class Kernel:
    """A kernel that Jupyter's own client started from the installed kernelspec."""

    def __init__(self, name="f2net-csharp"):
        self.manager = KernelManager(kernel_name=name)
        self.started = time.monotonic()
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.ready = time.monotonic() - self.started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def reply(self, request, channel="shell", timeout=30):
        """The reply to a request."""
        receive = {"shell": self.client.get_shell_msg, "control": self.client.get_control_msg}[channel]
        while True:
            message = check(receive(timeout=timeout))
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def published(self, request, until_idle=True, timeout=30):
        """What is published for a request, up to its idle status, each as (type, content)."""
        while True:
            message = check(self.client.get_iopub_msg(timeout=timeout))
            if message["parent_header"].get("msg_id") != request:
                continue
            yield message["msg_type"], message["content"]
            if until_idle and message["content"].get("execution_state") == "idle":
                return

    def execute(self, code, **options):
        """Runs a cell; its reply and its published messages without the statuses."""
        options.setdefault("allow_stdin", False)
        request = self.client.execute(code, **options)
        published = list(self.published(request))
        assert published[0] == ("status", {"execution_state": "busy"}), published[:1]
        return self.reply(request), published[1:-1]

    def outputs(self, code, **options):
        """The outputs of a cell that must succeed, without execute_input."""
        reply, published = self.execute(code, **options)
        assert reply["status"] == "ok", reply
        return [p for p in published if p[0] != "execute_input"]

    def value(self, code):
        """The plain text of a cell's last expression."""
        return self.outputs(code)[-1][1]["data"]["text/plain"]

    def ask(self, channel, kind, content=None):
        """Sends any request; its reply and what is published for it."""
        session, target = self.client.session, getattr(self.client, f"{channel}_channel")
        message = session.msg(kind, content or {})
        target.send(message)
        request = message["header"]["msg_id"]
        return self.reply(request, channel), list(self.published(request))


def run(checks):
    """Runs each check and says how it went; ends with 1 when one failed."""
    failed = 0
    for one in checks:
        began = time.monotonic()
        try:
            note = one()
            print(f"ok      {one.__name__} ({time.monotonic() - began:.1f} s){' ' + note if note else ''}", flush=True)
        except Exception as error:  # noqa: BLE001  every failure is told, then the next check runs
            failed += 1
            line = next(f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.name == one.__name__)
            print(f"FAILED  {one.__name__}, line {line}: {type(error).__name__}: {str(error)[:2000]}", flush=True)
    sys.exit(1 if failed else 0)

