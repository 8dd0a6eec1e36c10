using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static partial class Options
{
    internal static Option<string> Data() =>
        new("--data") { Description = "A prepared data set: its folder, or its packed file.", Required = true };

    internal static Option<string> Run() => new("--run") { Description = "The folder of a training run.", Required = true };

    internal static Option<string> Device() => new("--device") { Description = "cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };

    /// <summary>Whether a person gave an option, and not its default.</summary>
    internal static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <param name="name">paper, nano, or a JSON file, which says its own number of classes.</param>
    /// <exception cref="UserException">The file is missing or describes no network.</exception>
    internal static F2NetConfig Network(string name, int classes) =>
        name switch
        {
            "paper" => F2NetConfig.Paper(classes),
            "nano" => F2NetConfig.Nano(classes),
            _ => F2NetConfig.Read(name),
        };

    /// <exception cref="UserException">The device is unknown or absent.</exception>
    internal static Device Parse(string device)
    {
        var known = Known().Match(device);
        if (!known.Success)
            throw new UserException($"'{device}' is no device: say cpu, cuda or cuda:N.");
        if (known.Groups["cuda"].Success && !cuda.is_available())
            throw new UserException(
                $"--device {device}: this libtorch has no CUDA, or there is no GPU; leave the option out to compute on the CPU."
            );
        var gpu = known.Groups["gpu"] is { Success: true } index ? int.Parse(index.Value, CultureInfo.InvariantCulture) : 0;
        if (gpu > 0 && gpu >= cuda.device_count())
            throw new UserException($"--device {device}: the last of this machine's GPUs is cuda:{cuda.device_count() - 1}.");
        return new Device(device);
    }

    [GeneratedRegex("^(cpu|(?<cuda>cuda)(:(?<gpu>[0-9]{1,3}))?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Known();
}
