"""Drives the kernel with jupyter_client through every kind of message. JUPYTER_PATH must lead to its kernelspec."""

import os
import time
from queue import Empty

from messages import CONTENT, Kernel, run, seen

kernel = None


def starts_and_answers_kernel_info_on_both_channels():
    global kernel
    kernel = Kernel()
    for channel in ("shell", "control"):
        reply, published = kernel.ask(channel, "kernel_info_request")
        assert reply["language_info"]["name"] == "C#"
        assert [c["execution_state"] for _, c in published] == ["busy", "idle"], published
    began = time.monotonic()
    assert kernel.value("1 + 1") == "2"
    return f"ready after {kernel.ready:.2f} s, first cell {time.monotonic() - began:.2f} s after that"


def counts_and_echoes_cells():
    first, published = kernel.execute("var a = 20;")
    assert published == [("execute_input", {"code": "var a = 20;", "execution_count": first["execution_count"]})]
    second, published = kernel.execute("a + 1")
    assert second["execution_count"] == first["execution_count"] + 1
    assert published[-1][0] == "execute_result"
    assert published[-1][1]["data"]["text/plain"] == "21"


def silent_cells_leave_no_trace():
    before, _ = kernel.execute("0")
    reply, published = kernel.execute("var quiet = 3; quiet", silent=True)
    assert (reply["execution_count"], published) == (before["execution_count"], []), (reply, published)
    assert kernel.value("quiet") == "3"
    unstored, _ = kernel.execute("1", store_history=False)
    assert unstored["execution_count"] == before["execution_count"] + 1


def user_expressions_are_evaluated():
    reply, _ = kernel.execute("var u = 4;", user_expressions={"double": "u * 2", "wrong": "nothing", "thrown": "int.Parse(\"x\")"})
    values = reply["user_expressions"]
    assert values["double"]["data"]["text/plain"] == "8", values
    assert values["wrong"]["status"] == "error" and values["wrong"]["ename"] == "CompilationError", values
    assert values["thrown"]["ename"] == "FormatException", values


def streams_arrive_in_order_and_while_the_cell_runs():
    read = os.path.join(os.environ["CLIENT_FOLDER"], "read")
    request = kernel.client.execute(
        'Console.Write("a"); Console.Error.Write("b"); Console.Write("c");\n'
        f'while (!File.Exists(@"{read}")) await Task.Delay(10);\nConsole.WriteLine("d");',
        allow_stdin=False,
    )
    arrived = []
    for kind, content in kernel.published(request):
        if kind == "stream":
            arrived.append((content["name"], content["text"]))
        if arrived[-1:] == [("stdout", "c")]:
            open(read, "w").close()
    assert arrived == [("stdout", "a"), ("stderr", "b"), ("stdout", "c"), ("stdout", "d\n")], arrived
    kernel.reply(request)


def background_output_belongs_to_its_cell():
    request = kernel.client.execute('_ = Task.Run(async () => { await Task.Delay(400); Console.Write("late"); });', allow_stdin=False)
    list(kernel.published(request))
    kernel.execute("1")
    late = next(c for kind, c in kernel.published(request, until_idle=False) if kind == "stream")
    assert late["text"] == "late"


def displays_update_and_clear():
    outputs = kernel.outputs('var shown = display("one"); shown.Update(2); ClearOutput(wait: true); HTML("<b>x</b>")')
    kinds = [o[0] for o in outputs]
    assert kinds == ["display_data", "update_display_data", "clear_output", "execute_result"], kinds
    assert outputs[0][1]["transient"] == outputs[1][1]["transient"]
    assert outputs[1][1]["data"]["text/plain"] == "2"
    assert outputs[3][1]["data"]["text/html"] == "<b>x</b>"
    later = kernel.outputs('shown.Update("from another cell")')
    assert later[0][1]["transient"] == outputs[0][1]["transient"]


def values_become_tables():
    data = kernel.outputs('record Point(int X, double[] Y);\nnew[] { new Point(1, [2.5]), new Point(3, []) }')[0][1]["data"]
    assert "<th>X</th><th>Y</th>" in data["text/html"], data
    assert data["text/plain"] == "[Point { X = 1, Y = [2.5] }, Point { X = 3, Y = [] }]", data
    data = kernel.outputs('new Dictionary<string, object?> { ["<a>"] = null, ["b"] = new Point(1, [1]) }')[0][1]["data"]
    assert "&lt;a&gt;" in data["text/html"] and "<details>" in data["text/html"], data
    data = kernel.outputs("Enumerable.Range(0, 1000)")[0][1]["data"]
    assert "more</td>" in data["text/html"] and data["text/html"].count("<tr>") < 60, data
    assert "InvalidOperationException: no" in kernel.outputs('new InvalidOperationException("no")')[0][1]["data"]["text/html"]
    assert kernel.value("(string?)null") == "null"


def formatters_are_found_by_convention():
    data = kernel.outputs(
        """
        [AttributeUsage(AttributeTargets.Class)]
        class TypeFormatterSourceAttribute(Type source) : Attribute
        {
            public Type FormatterSourceType { get; } = source;
            public string[]? PreferredMimeTypes { get; set; }
        }
        class Source
        {
            public IEnumerable<object> CreateTypeFormatters() =>
                [new Format("application/x+json", "{\\"a\\": [1]}"), new Format("text/html", "<i>shape</i>"), new Format("text/latex", "no")];
        }
        class Format(string mimeType, string text)
        {
            public string MimeType { get; } = mimeType;
            public bool Format_(object instance, TextWriter writer) { writer.Write(text); return true; }
        }
        """.replace("Format_", "Format").replace("class Format(", "class F(").replace("new Format(", "new F(")
        + """
        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["text/html", "application/x+json"])]
        class Shape;
        class Square : Shape;
        new Square()
        """
    )[0][1]["data"]
    assert data["application/x+json"] == {"a": [1]}, data
    assert data["text/html"] == "<i>shape</i>" and "text/latex" not in data and "Square" in data["text/plain"], data


def errors_say_line_and_column():
    reply, published = kernel.execute("var fine = 1;\nvar b = missing;")
    assert published[-1][0] == "error" and reply["ename"] == "CompilationError", reply
    assert "line 2, column 9" in reply["traceback"][0] and "CS0103" in reply["evalue"], reply
    assert reply["traceback"][2].strip() == "^^^^^^^", reply

    reply, _ = kernel.execute('int kept = 7;\nvoid Fail(int n)\n{\n    throw new InvalidOperationException("boom");\n}\nFail(1);')
    assert (reply["ename"], reply["evalue"]) == ("InvalidOperationException", "boom"), reply
    trace = "\n".join(reply["traceback"])
    assert "Fail(int n)" in trace and "line 4, column 5" in trace and "line 6, column 1" in trace, trace
    assert kernel.value("kept") == "7"

    kernel.execute("var kept = 0;")
    kernel.execute("foo bar")
    assert kernel.value("kept") == "0", "a typo gave a variable its old value back"

    reply, _ = kernel.execute("for (var i = 0; i < 3; i++) for (;;) Fail(i);")
    assert "Cell" in reply["traceback"][-1] and reply["traceback"][-1].endswith("line 1, column 38"), reply

    reply, _ = kernel.execute("await Task.Delay(1);\nawait Task.Run(() => { var s = (string?)null; return s!.Length; });")
    assert reply["ename"] == "NullReferenceException" and "line 2" in "\n".join(reply["traceback"]), reply


def a_failed_cell_queues_no_others():
    sent = [kernel.client.execute(code, allow_stdin=False) for code in ("await Task.Delay(300); throw new Exception();", "1", "2")]
    assert [kernel.reply(s)["status"] for s in sent] == ["error", "aborted", "aborted"]
    sent = [kernel.client.execute(code, allow_stdin=False, stop_on_error=False) for code in ("throw new Exception();", "1")]
    assert [kernel.reply(s)["status"] for s in sent] == ["error", "ok"]


def an_exception_in_a_thread_does_not_end_the_kernel():
    shown('new Thread(() => throw new Exception("in a thread")).Start();', "in a thread")
    shown('async void Fire() { await Task.Yield(); throw new Exception("async void"); }\nFire();', "async void")
    assert kernel.value("1") == "1"


def shown(code, text):
    """Runs a cell, and waits until it prints a text, however long after its end."""
    request = kernel.client.execute(code, allow_stdin=False)
    next(c for _, c in kernel.published(request, until_idle=False) if text in c.get("text", ""))
    kernel.reply(request)


def asks_for_input():
    request = kernel.client.execute('var name = Console.ReadLine();\nname + "!"', allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=10)
    from messages import check

    check(question)
    kernel.client.input("Ada")
    outputs = list(kernel.published(request))
    assert any(c.get("data", {}).get("text/plain") == "Ada!" for _, c in outputs), outputs
    kernel.reply(request)
    reply, _ = kernel.execute("Console.ReadLine()", allow_stdin=False)
    assert reply["status"] == "error" and "takes no input" in reply["evalue"], reply


def complete(code, at=None):
    return kernel.reply(kernel.client.complete(code, at))


def completes_members_locals_and_namespaces():
    kernel.execute('var pictures = new List<string>();\nint pixels = 3;')
    began = time.monotonic()
    members = complete("pictures.")
    cold = time.monotonic() - began
    assert {"Add", "Count", "Where"} <= set(members["matches"]), members["matches"][:20]
    assert (members["cursor_start"], members["cursor_end"]) == (9, 9), members
    began = time.monotonic()
    assert set(complete("pi")["matches"]) >= {"pictures", "pixels"}
    warm = time.monotonic() - began
    assert "Generic" in complete("using System.Collections.")["matches"]
    assert "inner" in complete('int inner = 1;\nConsole.WriteLine(inn', None)["matches"]
    emoji = complete('var s = "😀"; pictures.Ad')
    assert emoji["matches"] == ["Add", "AddRange"] and emoji["cursor_end"] == 24 and emoji["cursor_start"] == 22, emoji
    kinds = {m["text"]: m["type"] for m in members["metadata"]["_jupyter_types_experimental"]}
    assert kinds["Add"] == "method" and kinds["Count"] == "property", kinds
    return f"cold {cold:.2f} s, warm {warm:.2f} s"


def inspects_signatures_and_summaries():
    reply = kernel.reply(kernel.client.inspect("Math.Sqrt(2)", 7))
    assert reply["found"] and "double Math.Sqrt(double d)" in reply["data"]["text/plain"], reply
    assert "square root" in reply["data"]["text/plain"], reply
    assert not kernel.reply(kernel.client.inspect("  ", 1))["found"]


def says_what_is_complete():
    status = lambda code: kernel.reply(kernel.client.is_complete(code))
    assert status("1 + 1")["status"] == "complete"
    assert status("if (true) {") == {"status": "incomplete", "indent": "    "}
    assert status("var 1 = ;")["status"] == "invalid"
    assert status('#!import kit.csx\n1')["status"] == "complete"


def remembers_history():
    kernel.execute("40 + 2")
    tail = kernel.reply(kernel.client.history(hist_access_type="tail", n=1, output=True))["history"]
    assert tail[0][2] == ["40 + 2", "42"], tail
    found = kernel.reply(kernel.client.history(hist_access_type="search", pattern="*pictures = new*", n=10, output=False))["history"]
    assert len(found) == 1 and "pictures" in found[0][2], found
    assert kernel.reply(kernel.client.history(hist_access_type="range", session=0, start=1, stop=3, output=False))["history"]


def refuses_comms_and_answers_others_while_a_cell_runs():
    assert kernel.reply(kernel.client.comm_info()) == {"status": "ok", "comms": {}}
    message = kernel.client.session.msg("comm_open", {"comm_id": "c1", "target_name": "jupyter.widget", "data": {}})
    kernel.client.shell_channel.send(message)
    closed = [c for kind, c in kernel.published(message["header"]["msg_id"]) if kind == "comm_close"]
    assert closed[0]["comm_id"] == "c1", closed
    running = kernel.client.execute("Thread.Sleep(100000);", allow_stdin=False)
    time.sleep(0.2)
    began = time.monotonic()
    kernel.ask("control", "kernel_info_request")
    kernel.ask("shell", "kernel_info_request")
    assert time.monotonic() - began < 10
    kernel.ask("control", "interrupt_request")
    kernel.reply(running)


def stops(code, settle=0.7):
    """Interrupts a cell once it runs; seconds until its reply."""
    request = kernel.client.execute(code, allow_stdin=False)
    time.sleep(settle)
    began = time.monotonic()
    message = kernel.client.session.msg("interrupt_request", {})
    kernel.client.control_channel.send(message)
    kernel.reply(message["header"]["msg_id"], "control")
    reply = kernel.reply(request)
    assert (reply["status"], reply["ename"]) == ("error", "Interrupted"), reply
    took = time.monotonic() - began
    assert took < 10, f"{code}: {took:.2f} s"
    return took


def interrupts_at_once_and_keeps_the_state():
    kernel.execute("var state = 5; var list = new List<int> { 1 };")
    took = {
        "await": stops("while (true) await Task.Delay(10);"),
        "await long": stops("await Task.Delay(100000);"),
        "sleep": stops("Thread.Sleep(100000);"),
        "wait": stops("Task.Delay(100000).Wait();"),
        "print": stops('while (true) Console.WriteLine("x");'),
        "token": stops(
            'var token = ((Func<CancellationToken>)AppContext.GetData("Jupyter.CellCancellation")!)();\n'
            "while (!token.IsCancellationRequested) { var until = DateTime.UtcNow.AddMilliseconds(200); while (DateTime.UtcNow < until) { } }"
        ),
        "loop": stops("long n = 0; void Count() { while (true) n++; } Count();"),
        "query": stops("new[] { 1, 2 }.Select(i => { Thread.Sleep(100000); return i; })"),
        "shadow": stops("var state = await Task.Run(async () => { await Task.Delay(100000); return 6; });"),
    }
    assert kernel.value("state") == "5"
    assert kernel.value("list.Count") == "1"
    assert int(kernel.value("n")) > 0
    kernel.execute("await Task.Delay(1); var after = 1;")
    assert kernel.value("after") == "1"
    return ", ".join(f"{k} {v:.2f}" for k, v in took.items()) + " s"


def an_interrupted_cells_threads_do_not_end_the_kernel():
    request = kernel.client.execute(
        'new Thread(() => { Thread.Sleep(2000); throw new Exception("too late"); }).Start();\nThread.Sleep(100000);',
        allow_stdin=False,
    )
    time.sleep(0.7)
    kernel.ask("control", "interrupt_request")
    assert kernel.reply(request)["ename"] == "Interrupted"
    next(c for _, c in kernel.published(request, until_idle=False) if "too late" in c.get("text", ""))
    assert kernel.value("1") == "1"


def interrupted_code_does_not_go_on():
    kernel.execute("var ticks = 0;")
    stops("while (true) { await Task.Delay(20); ticks++; }")
    first = kernel.value("ticks")
    time.sleep(0.3)
    assert kernel.value("ticks") == first


def blocking_on_own_tasks_does_not_deadlock():
    assert kernel.value("async Task<int> Slow() { await Task.Delay(20); return 9; }\nSlow().Result") == "9"


def knows_its_directives():
    folder = os.environ["CLIENT_FOLDER"]
    with open(os.path.join(folder, "kit.csx"), "w") as kit:
        kit.write("using System.Numerics;\nint FromKit(int n) => n * 3;\n")
    with open(os.path.join(folder, "Module.cs"), "w") as module:
        module.write("namespace My.Module;\n\npublic static class Thing\n{\n    public static int Answer => 42;\n}\n")
    with open(os.path.join(folder, "other.ipynb"), "w") as other:
        other.write('{"cells": [{"cell_type": "code", "source": ["int FromNotebook = 8;"]}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
    kernel.execute(f'Directory.SetCurrentDirectory(@"{folder}");')
    assert kernel.value("#!import kit.csx\nFromKit(2) + (int)new Vector2(1, 2).X") == "7"
    assert kernel.value('#load "kit.csx"\nFromKit(3)') == "9"
    assert kernel.value("#!import Module.cs\nMy.Module.Thing.Answer") == "42"
    assert kernel.value("#!import other.ipynb\nFromNotebook") == "8"
    assert kernel.value('var text = """\n#!import none.csx\n""";\ntext.Length') == "17"
    reply, _ = kernel.execute("var x1 = 1;\n#!fsharp\n")
    assert reply["evalue"] == "Line 2: '#!fsharp' is not known to this kernel, which has #r, #load and #!import; take the line out.", reply
    reply, _ = kernel.execute('#r "none.dll"')
    assert reply["evalue"].startswith('#r "none.dll": there is no file'), reply


def adds_packages():
    began = time.monotonic()
    outputs = kernel.outputs('#r "nuget: Google.Protobuf, 3.21.9"\ntypeof(Google.Protobuf.ByteString).Assembly.GetName().Version!.ToString()')
    first = time.monotonic() - began
    assert outputs[-1][1]["data"]["text/plain"].startswith("3.21"), outputs
    reply, _ = kernel.execute('#r "nuget: No.Such.Package.Anywhere.F2, 1.0.0"')
    assert reply["status"] == "error" and "cannot be installed" in reply["evalue"], reply
    return f"{first:.1f} s"


def shuts_down():
    kernel.execute("new Thread(() => Thread.Sleep(100000)).Start();")
    reply, published = kernel.ask("control", "shutdown_request", {"restart": True})
    assert reply["restart"] is True
    for _ in range(50):
        if not kernel.manager.is_alive():
            break
        time.sleep(0.1)
    assert not kernel.manager.is_alive()
    missing = set(CONTENT) - seen
    assert not missing, f"never seen: {missing}"


try:
    run(
        [
            starts_and_answers_kernel_info_on_both_channels,
            counts_and_echoes_cells,
            silent_cells_leave_no_trace,
            user_expressions_are_evaluated,
            streams_arrive_in_order_and_while_the_cell_runs,
            background_output_belongs_to_its_cell,
            displays_update_and_clear,
            values_become_tables,
            formatters_are_found_by_convention,
            errors_say_line_and_column,
            a_failed_cell_queues_no_others,
            an_exception_in_a_thread_does_not_end_the_kernel,
            asks_for_input,
            completes_members_locals_and_namespaces,
            inspects_signatures_and_summaries,
            says_what_is_complete,
            remembers_history,
            refuses_comms_and_answers_others_while_a_cell_runs,
            interrupts_at_once_and_keeps_the_state,
            an_interrupted_cells_threads_do_not_end_the_kernel,
            interrupted_code_does_not_go_on,
            blocking_on_own_tasks_does_not_deadlock,
            knows_its_directives,
            adds_packages,
            shuts_down,
        ]
    )
finally:
    if kernel:
        kernel.__exit__()
