using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using F2Net.Kernel.Display;
using F2Net.Kernel.Protocol;
using F2Net.Kernel.Scripting;

namespace F2Net.Kernel.Server;

/// <summary>The kernel as Jupyter knows it: answers every request of the messaging protocol, cells through <see cref="CellQueue"/>.</summary>
public sealed class KernelServer : IDisposable
{
    /// <summary>Where a library finds the running cell's token: AppContext data of this name, a Func of CancellationToken.</summary>
    private const string CancellationName = "Jupyter.CellCancellation";

    private static readonly TimeSpan ParentEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopped = new();
    private readonly CellSession session = new();
    private readonly History history = new();
    private readonly Channels channels;
    private readonly Client client;
    private readonly CellQueue cells;
    private readonly LanguageService language;

    private KernelServer(ConnectionInfo connection)
    {
        channels = new Channels(connection);
        client = new Client(channels);
        TakeOverProcess();
        client.Status("starting", null);
        language = new LanguageService(session);
        cells = new CellQueue(session, client, history, language.WarmUp);
    }

    /// <summary>Serves the clients of a connection file until one of them, the parent process or the caller says stop.</summary>
    /// <exception cref="KernelException">The file cannot be read, an address is taken, or libzmq is missing.</exception>
    public static void Run(string connectionFile, CancellationToken cancellation)
    {
        using var server = new KernelServer(ConnectionInfo.Read(connectionFile));
        using var registered = cancellation.Register(server.stopped.Cancel);
        server.channels.Run(server.Receive, server.stopped.Token);
    }

    public void Dispose() => channels.Dispose();

    /// <summary>From here on the process's console, displays and stray exceptions belong to cells.</summary>
    private void TakeOverProcess()
    {
        Console.SetOut(new CellWriter(client.Streams, "stdout", () => client.Request));
        Console.SetError(new CellWriter(client.Streams, "stderr", () => client.Request));
        Console.SetIn(new CellReader(client.Ask));
        DisplayFunctions.Display = client;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        AppContext.SetData(CancellationName, () => CellExecution.Current?.TakeToken() ?? CancellationToken.None);
        ExceptionHandling.SetUnhandledExceptionHandler(ShowUnhandled);
        if (int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out var parent))
            _ = StopWithAsync(parent);
    }

    /// <summary>An exception that leaves a thread of a cell would end the process; it is shown instead, and only the thread ends.</summary>
    private bool ShowUnhandled(Exception failure)
    {
        // A thread of the kernel itself: it cannot go on, and says why.
        if (CellExecution.Current is null)
        {
            Log.Write(failure.ToString());
            return false;
        }

        if (failure is not OperationCanceledException)
            client.Streams.Append(
                "stderr",
                $"Unhandled, in a thread: {string.Join('\n', CellError.Of(failure).Traceback)}\n",
                client.Request
            );
        return true;
    }

    /// <summary>A kernel whose Jupyter is gone has nobody left to stop it.</summary>
    private async Task StopWithAsync(int parent)
    {
        while (IsRunning(parent))
            await Task.Delay(ParentEvery).ConfigureAwait(false);
        await stopped.CancelAsync().ConfigureAwait(false);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Receive(Channel channel, Message message)
    {
        switch (message.Type)
        {
            case "execute_request":
                cells.Add(channel, message);
                break;
            case "input_reply":
                client.Answer(message);
                break;
            case "kernel_info_request":
                Answer(channel, message, KernelInfo);
                break;
            case "interrupt_request":
                Answer(channel, message, Interrupt);
                break;
            case "shutdown_request":
                Answer(channel, message, () => Shutdown(message));
                stopped.Cancel();
                break;
            case "comm_open":
                Answer(message, Refuse);
                break;
            case "comm_msg" or "comm_close":
                Answer(message, _ => { });
                break;
            case "comm_info_request":
                Answer(channel, message, () => new JsonObject { ["comms"] = new JsonObject() });
                break;
            case "history_request":
                Answer(channel, message, () => history.Answer(message));
                break;
            case "is_complete_request":
                AnswerLater(channel, message, () => Completeness.Of(message.Text("code")));
                break;
            case "complete_request":
                AnswerLater(channel, message, () => language.CompleteAsync(message).GetAwaiter().GetResult());
                break;
            case "inspect_request":
                AnswerLater(channel, message, () => language.InspectAsync(message).GetAwaiter().GetResult());
                break;
            default:
                Log.Write($"A message of type '{message.Type}' is not understood.");
                break;
        }
    }

    private void Answer(Channel channel, Message request, Func<JsonObject> answer) =>
        Answer(request, _ => client.Reply(channel, request, answer()));

    private void Answer(Message request, Action<Message> answer)
    {
        client.Status("busy", request);
        answer(request);
        client.Status("idle", request);
    }

    /// <summary>Answers that need the compiler come from the pool: meanwhile interrupts and kernel_info are taken.</summary>
    private void AnswerLater(Channel channel, Message request, Func<JsonObject> answer)
    {
        _ = Task.Run(() =>
            Answer(
                request,
                _ =>
                {
                    try
                    {
                        client.Reply(channel, request, answer());
                    }
#pragma warning disable CA1031 // A client that asks must be answered, and the kernel goes on.
                    catch (Exception e)
#pragma warning restore CA1031
                    {
                        Log.Write(e.ToString());
                        client.Reply(channel, request, CellError.Of(e).ToJson(), "error");
                    }
                }
            )
        );
    }

    private JsonObject Interrupt()
    {
        cells.Interrupt();
        return [];
    }

    private JsonObject Shutdown(Message request)
    {
        cells.Interrupt();
        return new JsonObject { ["restart"] = request.Flag("restart", false) };
    }

    /// <summary>No widget has its other half here.</summary>
    private void Refuse(Message open) =>
        client.Publish("comm_close", new JsonObject { ["comm_id"] = open.Text("comm_id"), ["data"] = new JsonObject() }, open);

    private static JsonObject KernelInfo() =>
        new()
        {
            ["protocol_version"] = Message.ProtocolVersion,
            ["implementation"] = "f2net-csharp",
            ["implementation_version"] = Version(typeof(KernelServer).Assembly),
            ["banner"] = $"C# on .NET {Environment.Version}",
            ["help_links"] = new JsonArray(),
            ["language_info"] = new JsonObject
            {
                ["name"] = "C#",
                ["version"] = CellCompiler.LanguageVersion,
                ["mimetype"] = "text/x-csharp",
                ["file_extension"] = ".cs",
                ["pygments_lexer"] = "csharp",
                ["codemirror_mode"] = "text/x-csharp",
            },
        };

    private static string Version(Assembly assembly) => assembly.GetName().Version?.ToString(3) ?? "0";
}
