using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using F2Net.Kernel.Display;
using F2Net.Kernel.Protocol;
using F2Net.Kernel.Scripting;

namespace F2Net.Kernel.Server;

/// <summary>Runs cells, one after the other, on a thread of their own.</summary>
internal sealed class CellQueue
{
    // Deep recursion in a cell should end in its own answer more often than in a stack overflow.
    private const int StackSize = 64 << 20;

    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<(Channel Channel, Message Request)> queue = [];
    private readonly CellSession session;
    private readonly Client client;
    private readonly History history;
    private readonly Action onIdle;
    private volatile CellExecution? running;
    private int count;

    /// <param name="onIdle">Called whenever no cell has come for a while: someone is reading or writing.</param>
    internal CellQueue(CellSession session, Client client, History history, Action onIdle)
    {
        (this.session, this.client, this.history, this.onIdle) = (session, client, history, onIdle);
        new Thread(Run, StackSize) { IsBackground = true, Name = "cells" }.Start();
    }

    internal void Add(Channel channel, Message request) => queue.Add((channel, request));

    /// <summary>Stops the running cell, if one runs.</summary>
    internal void Interrupt() => running?.Interrupt();

    private void Run()
    {
        session.WarmUp();
        while (true)
        {
            if (!queue.TryTake(out var next, IdleAfter))
            {
                onIdle();
                next = queue.Take();
            }

            var (channel, request) = next;
            client.Request = request;
            client.Status("busy", request);
            var succeeded = Execute(channel, request);
            client.Status("idle", request);
            if (!succeeded && request.Flag("stop_on_error", true))
                Abort();
        }
    }

    /// <summary>Cells that were queued behind a failed one are not run.</summary>
    private void Abort()
    {
        while (queue.TryTake(out var waiting))
        {
            client.Status("busy", waiting.Request);
            client.Reply(waiting.Channel, waiting.Request, new JsonObject { ["execution_count"] = count }, "aborted");
            client.Status("idle", waiting.Request);
        }
    }

    private bool Execute(Channel channel, Message request)
    {
        var code = request.Text("code");
        var silent = request.Flag("silent", false);
        var stored = !silent && request.Flag("store_history", true);
        if (stored)
            count++;
        if (!silent)
            client.Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = count }, request);

        var cell = running = new CellExecution(ShowUnhandled);
        CellError? error = null;
        JsonObject? result = null;
        try
        {
            result = cell.Run(async () =>
            {
                var value = await session.RunAsync(code, $"Cell [{count}]", Environment.CurrentDirectory, cell.Token);
                // Still the cell: a query computes its items here.
                return value.Exists && !silent ? MimeBundle.Of(value.Value) : null;
            });
        }
#pragma warning disable CA1031 // Whatever a cell throws is its answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = CellError.Of(e);
        }

        running = null;
        client.Streams.Flush();
        if (stored)
            history.Add(count, code, (string?)result?[MimeBundle.Plain]);
        if (result is not null)
            client.Publish("execute_result", Result(result), request);
        if (error is not null)
            client.Publish("error", error.ToJson(), request);
        Reply(channel, request, error);
        return error is null;
    }

    private JsonObject Result(JsonObject data) =>
        new()
        {
            ["execution_count"] = count,
            ["data"] = data,
            ["metadata"] = new JsonObject(),
        };

    private void Reply(Channel channel, Message request, CellError? error)
    {
        var content = error?.ToJson() ?? new JsonObject { ["user_expressions"] = Evaluate(request), ["payload"] = new JsonArray() };
        content["execution_count"] = count;
        client.Reply(channel, request, content, error is null ? "ok" : "error");
    }

    /// <summary>The values of the expressions that came with the cell, each with its own success or failure.</summary>
    private JsonObject Evaluate(Message request)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in request.Content["user_expressions"] as JsonObject ?? [])
        {
            var cell = running = new CellExecution(ShowUnhandled);
            JsonObject answer;
            try
            {
                answer = new JsonObject
                {
                    ["status"] = "ok",
                    ["data"] = cell.Run(async () => MimeBundle.Of(await session.EvaluateAsync((string)expression!, cell.Token))),
                    ["metadata"] = new JsonObject(),
                };
            }
#pragma warning disable CA1031 // Whatever an expression throws is its answer.
            catch (Exception e)
#pragma warning restore CA1031
            {
                answer = CellError.Of(e).ToJson();
                answer["status"] = "error";
            }

            running = null;
            values[name] = answer;
        }

        return values;
    }

    /// <summary>An exception that nobody awaits is shown by its cell; the kernel goes on.</summary>
    private void ShowUnhandled(Exception failure)
    {
        if (failure is not OperationCanceledException)
            client.Streams.Append(
                "stderr",
                $"Unhandled, in the background: {string.Join('\n', CellError.Of(failure).Traceback)}\n",
                client.Request
            );
    }
}
