using F2Net.Data.Pictures;

namespace F2Net.Data.Preparation;

/// <summary>Knows how one download is laid out; <see cref="DataSetPreparation"/> does with it what all downloads need.</summary>
public interface IPreparer
{
    DataSetInfo Info { get; }

    /// <summary>How many pictures a seeded split puts where.</summary>
    SplitShares Shares { get; }

    /// <summary>The pictures of the published data set and the sides they have; null for a data set of the user's own.</summary>
    (int Pictures, int? Side)? Published { get; }

    /// <summary>Who decided where <see cref="SourcePicture.Split"/> puts the pictures, in words.</summary>
    string SplitOrigin => "the download's folders";

    /// <summary>Every picture with its labels, and what the reader should know about what was left out.</summary>
    /// <exception cref="UserException">There are none, or an image or its labels are missing.</exception>
    (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Find();

    /// <summary>The name of the picture that an entry of a split list means.</summary>
    string NameOf(string entry);

    /// <summary>Whatever besides a picture's own files decides what becomes of it, in words that change when it does.</summary>
    string Fingerprint => JsonFile.Line(Info);

    /// <summary>Reads a picture's labels.</summary>
    /// <exception cref="UserException">A file is damaged, has another size than its image, or shows what is no class.</exception>
    Labels ReadLabels(SourcePicture picture, CancellationToken cancellation);

    /// <summary>Puts the image at <paramref name="stem"/> and its extension, or finds that it cannot.</summary>
    /// <exception cref="UserException">The image is damaged, or the folder cannot be written to.</exception>
    WrittenImage WriteImage(SourcePicture picture, string stem, CancellationToken cancellation) =>
        LinkedImage.Write(picture.Images[0], stem, cancellation);
}

/// <summary>A picture's mask.</summary>
/// <param name="Remark">What was put right while it was read; null for nothing.</param>
public sealed record Labels(Mask Mask, string? Remark = null);

/// <summary>An image in its place.</summary>
/// <param name="Remark">What was measured while it was made; null for nothing.</param>
public sealed record WrittenImage(string Path, string? Remark = null);
