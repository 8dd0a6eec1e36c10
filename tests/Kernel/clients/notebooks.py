"""Runs notebooks by nbclient and by the kit's own runner, and holds one against the other. RUNNER is the runner's command line."""

import os
import shlex
import signal
import subprocess
import time

import nbformat
from messages import run
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

folder = os.environ["CLIENT_FOLDER"]
runner = shlex.split(os.environ["RUNNER"]) + ["notebook", "run"]

CELLS = [
    'Console.WriteLine("é 😀");\nConsole.Error.WriteLine("aside");\nConsole.Write("more");',
    'var bar = display("0 %");\nbar.Update("50 %");',
    'bar.Update(HTML("<b>100 %</b>"));\nnew { Name = "x", Values = new[] { 1.5, 2 } }',
    'Console.WriteLine("gone");\nClearOutput(wait: true);\nPath.GetFileName(Environment.CurrentDirectory)',
    "// nothing to show\nvar last = 1;",
]


def write(name, cells, **metadata):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": ".net-csharp", "display_name": ".NET (C#)", "language": "C#"}, **metadata})
    notebook.cells = [nbformat.v4.new_markdown_cell("# Title\n\nText", id="text")]
    notebook.cells += [nbformat.v4.new_code_cell(c, id=f"c{i}") for i, c in enumerate(cells)]
    path = os.path.join(folder, name)
    nbformat.write(notebook, path)
    return path


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run_notebook(*arguments):
    return subprocess.run([*runner, *arguments], capture_output=True, text=True, timeout=120)


def same_outputs_as_nbclient():
    path = write("same.ipynb", CELLS, extra={"kept": [1, {}, []]})
    theirs = nbformat.read(path, as_version=4)
    NotebookClient(theirs, timeout=60, kernel_name=".net-csharp", resources={"metadata": {"path": folder}}, record_timing=False).execute()
    done = run_notebook(path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cell 2/6" in done.stdout and "same.ipynb: done in" in done.stdout, done.stdout
    ours = nbformat.read(path, as_version=4)
    nbformat.validate(ours)
    assert ours.metadata["extra"] == {"kept": [1, {}, []]}
    for mine, other in zip(ours.cells, theirs.cells):
        assert mine.get("outputs") == other.get("outputs"), (mine, other)
        assert mine.get("execution_count") == other.get("execution_count")
    assert ours.cells[4].outputs[0]["data"]["text/plain"] == os.path.basename(folder)


def writes_what_nbformat_writes():
    path = os.path.join(folder, "same.ipynb")
    text = read(path)
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text
    run_notebook(path)
    assert read(path) == text, "a second run changes the file"


def an_error_stops_the_notebook():
    path = write("fails.ipynb", ["1 + 1", 'throw new InvalidOperationException("boom");', "3"])
    other = write("other.ipynb", ["4"])
    done = run_notebook(path, other)
    assert done.returncode == 1, done
    assert "fails.ipynb: cell 3 failed: System.InvalidOperationException: boom" in done.stdout, done.stdout
    assert "other.ipynb: done in" in done.stdout, done.stdout
    cells = nbformat.read(path, as_version=4).cells
    assert cells[2].outputs[0]["ename"] == "InvalidOperationException" and not cells[3].outputs, cells
    notebook = nbformat.read(path, as_version=4)
    try:
        NotebookClient(notebook, kernel_name="f2net-csharp", resources={"metadata": {"path": folder}}).execute()
        raise AssertionError("nbclient saw no error")
    except CellExecutionError as error:
        assert "boom" in str(error)


def a_cell_that_takes_too_long_is_given_up():
    token = '((Func<CancellationToken>)AppContext.GetData("Jupyter.CellCancellation")!)()'
    # The cell before pays for what a kernel's first one compiles, so that the slow one is running when its time is up.
    path = write("slow.ipynb", ["1", f'{token}.WaitHandle.WaitOne();\nThread.Sleep(300);\nFile.WriteAllText("ended", "");'])
    began = time.monotonic()
    done = run_notebook(path, "--timeout", "8")
    assert done.returncode == 1 and "cell 3 failed: it took longer than 8 s" in done.stdout, done
    assert time.monotonic() - began < 60
    assert os.path.exists(os.path.join(folder, "ended")), "the cell had no time to end"
    try:
        NotebookClient(nbformat.read(path, as_version=4), timeout=8, kernel_name="f2net-csharp", resources={"metadata": {"path": folder}}).execute()
        raise AssertionError("nbclient saw no timeout")
    except CellTimeoutError:
        pass


def a_kernel_that_dies_is_told():
    path = write("dies.ipynb", ["1", 'Environment.FailFast("the end");'])
    done = run_notebook(path)
    assert done.returncode == 1 and "cell 3 failed: the kernel's process ended by signal 6" in done.stdout, done
    assert "the end" in done.stdout, done


def injected_gives(path, expected):
    cells = nbformat.read(path, as_version=4).cells
    assert [c.metadata.get("tags") for c in cells] == [None, ["parameters"], ["injected-parameters"], None], cells
    assert cells[3].outputs[0]["data"]["text/plain"] == expected, cells[3]


def parameters_are_set_by_papermills_convention():
    path = write("parameters.ipynb", ['var rate = 0.5;\nbool quick = false;\nstring name = "a";\nint? steps = null;', "(rate, quick, name, steps)"])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    before = read(path)
    out = os.path.join(folder, "out")
    done = run_notebook(path, "--set", "rate=2", "--set", "quick=True", "--set", 'name=5 "b"', "--set", "steps=7", "--out", out)
    assert done.returncode == 0, done
    assert read(path) == before
    injected_gives(os.path.join(out, "parameters.ipynb"), '(2, true, "5 "b"", 7)')
    again = run_notebook(os.path.join(out, "parameters.ipynb"), "--set", "rate=3e-4")
    assert again.returncode == 0, again
    injected_gives(os.path.join(out, "parameters.ipynb"), '(0.0003, false, "a", null)')
    unknown = run_notebook(path, "--set", "rat=2")
    assert unknown.returncode == 2, unknown
    assert unknown.stderr == "--set rat: no notebook has that parameter; the parameters are name, quick, rate, steps.\n", unknown


def control_c_stops_at_once_and_changes_nothing():
    path = write("stopped.ipynb", ["1", "Thread.Sleep(100000);"])
    before = read(path)
    process = subprocess.Popen([*runner, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    line = process.stdout.readline()
    assert "cell 2/3" in line, line
    time.sleep(0.5)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    output = process.communicate(timeout=20)
    took = time.monotonic() - began
    assert process.returncode == 130, (process.returncode, output)
    assert took < 10, took
    assert read(path) == before
    left = subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, text=True).stdout
    assert not left, left
    return f"{took:.2f} s"


def user_errors_are_one_sentence():
    missing = run_notebook(os.path.join(folder, "none.ipynb"))
    assert missing.returncode == 2 and missing.stderr.endswith("none.ipynb does not exist; check the path.\n"), missing
    with open(os.path.join(folder, "broken.ipynb"), "w") as file:
        file.write("{")
    broken = run_notebook(os.path.join(folder, "broken.ipynb"))
    assert broken.returncode == 2 and "broken.ipynb is no notebook: " in broken.stderr and broken.stderr.count("\n") == 1, broken
    for seconds, said in (("0", "0"), ("nan", "NaN")):
        timeout = run_notebook(os.path.join(folder, "other.ipynb"), "--timeout", seconds)
        assert timeout.returncode == 2, timeout
        assert timeout.stderr == f"--timeout {said}: say seconds, more than 0 and at most 1,000,000,000.\n", timeout


run(
    [
        same_outputs_as_nbclient,
        writes_what_nbformat_writes,
        an_error_stops_the_notebook,
        a_cell_that_takes_too_long_is_given_up,
        a_kernel_that_dies_is_told,
        parameters_are_set_by_papermills_convention,
        control_c_stops_at_once_and_changes_nothing,
        user_errors_are_one_sentence,
    ]
)
