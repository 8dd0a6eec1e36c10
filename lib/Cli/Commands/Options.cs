using System.CommandLine;
using static TorchSharp.torch;

namespace F2Net.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    internal static Option<string> Data() => new("--data") { Description = "The folder of a prepared data set.", Required = true };

    internal static Option<string> Run() => new("--run") { Description = "The folder of a training run.", Required = true };

    internal static Option<string> Device() => new("--device") { Description = "cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };

    /// <exception cref="UserException">The device is unknown or absent.</exception>
    internal static Device Parse(string device)
    {
        try
        {
            var parsed = new Device(device);
            if (parsed.type == TorchSharp.DeviceType.CUDA && !cuda.is_available())
                throw new UserException(
                    "--device cuda: this libtorch has no CUDA, or there is no GPU; leave the option out to compute on the CPU."
                );
            return parsed;
        }
        catch (ArgumentException e)
        {
            throw new UserException(e.Message, e);
        }
    }
}
