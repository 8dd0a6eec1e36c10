using System.Text.Json.Nodes;

namespace F2Net.Kernel.Display;

/// <summary>Where shown values go: the kernel that runs in this process.</summary>
internal interface IDisplay
{
    /// <summary>Shows a bundle of MIME types under an id, by which it can be shown anew.</summary>
    void Show(JsonObject data, string displayId);

    /// <summary>Shows something else in the place of an earlier bundle.</summary>
    void Update(JsonObject data, string displayId);

    /// <summary>Removes what the running cell has shown so far; with <paramref name="wait"/>, only once something new comes.</summary>
    void Clear(bool wait);
}
