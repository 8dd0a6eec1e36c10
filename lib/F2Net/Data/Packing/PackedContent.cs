using System.Text.Json.Serialization;

namespace F2Net.Data.Packing;

/// <summary>What a packed file says of one sample beside its two tensors: which files it was made from, and what its bytes hash to.</summary>
/// <param name="ImageFile">The image's file name; the mask's is NAME.png.</param>
/// <param name="ImageFileBytes">Length of the image's file.</param>
/// <param name="MaskFileBytes">Length of the mask's file.</param>
/// <param name="ImageHash">SHA-256 of the image's tensor, in hexadecimal digits.</param>
/// <param name="MaskHash">SHA-256 of the mask's.</param>
internal sealed record PackedContent(
    string Split,
    string Name,
    string ImageFile,
    long ImageFileBytes,
    long MaskFileBytes,
    string ImageHash,
    string MaskHash
)
{
    [JsonIgnore]
    public string ImageTensor => $"{Split}/{Name}/image";

    [JsonIgnore]
    public string MaskTensor => $"{Split}/{Name}/mask";
}
