using F2Net.Kernels.Scans;
using F2Net.Model.Decompositions;
using F2Net.Model.LongRange;
using F2Net.Model.StateSpace;

namespace F2Net.Model;

// Which values make a network.
public sealed partial record F2NetConfig
{
    /// <summary>Checks every value and every combination of choices.</summary>
    /// <exception cref="ArgumentException">One sentence that names the values.</exception>
    public void Validate()
    {
        Require(Classes >= 2, $"classes ({Classes}) must be at least 2.");
        Require(DecompositionChannels >= 1, $"decompositionChannels ({DecompositionChannels}) must be at least 1.");
        if (Decomposition is DecompositionKind.Adaptive or DecompositionKind.AdaptiveAllOnes or DecompositionKind.AdaptiveThreeBands)
        {
            Require(
                DecompositionGroups >= 1 && DecompositionChannels % DecompositionGroups == 0,
                $"decompositionGroups ({DecompositionGroups}) must divide decompositionChannels ({DecompositionChannels})."
            );
            Require(DecompositionKernel >= 1 && DecompositionKernel % 2 == 1, $"decompositionKernel ({DecompositionKernel}) must be odd.");
        }

        Require(
            Branches.Count > 0 && Branches.Distinct().Count() == Branches.Count,
            $"branches ([{string.Join(", ", Branches)}]) must name at least one branch and none twice."
        );
        if (Has(Branch.High))
            ValidateHigh();
        if (Has(Branch.Short))
            RequireScale(ShortScale, "shortScale");
        if (Has(Branch.Short) || (Has(Branch.Long) && LongEncoder == LongEncoderKind.Convolutional))
        {
            Require(ShortWidth >= 2 && ShortWidth % 2 == 0, $"shortWidth ({ShortWidth}) must be even and at least 2.");
            Require(ShortChannels >= 1, $"shortChannels ({ShortChannels}) must be at least 1.");
            Require(
                ShortDilations.Count == 3 && ShortDilations.All(d => d >= 1),
                $"shortDilations ([{string.Join(", ", ShortDilations)}]) must be three numbers of at least 1."
            );
            Require(ShortPoolWindow is null or >= 1, $"shortPoolWindow ({ShortPoolWindow}) must be at least 1, or null for the whole map.");
        }
        if (Has(Branch.Long))
            ValidateLong();

        Require(FusionChannels >= 1, $"fusionChannels ({FusionChannels}) must be at least 1.");
        Require(Head != HeadKind.Pixel || FusionChannels >= 2, $"head {Head} needs fusionChannels ({FusionChannels}) to be at least 2.");
        Require(AlignmentChannels >= 1, $"alignmentChannels ({AlignmentChannels}) must be at least 1.");
        Require(
            Fusion != FusionKind.CrossAttention || Branches.Count == 1 || FusionChannels % 32 == 0,
            $"fusion CrossAttention needs fusionChannels ({FusionChannels}) to be a multiple of 32."
        );
        Require(
            Head == HeadKind.Coarse || Has(Branch.High) || Has(Branch.Short),
            $"head {Head} needs the branch High or Short for its fine features, but branches is [{string.Join(", ", Branches)}]."
        );
    }

    private void ValidateHigh()
    {
        RequireScale(HighScale, "highScale");
        Require(
            HighDepths.Count == 4 && HighDims.Count == 4 && HighDepths.All(d => d >= 1),
            $"highDepths ([{string.Join(", ", HighDepths)}]) and highDims ([{string.Join(", ", HighDims)}]) must have four stages of at least one block."
        );
        Require(HighDims.All(d => d >= 16 && d % 16 == 0), $"highDims ([{string.Join(", ", HighDims)}]) must be multiples of 16.");
        Require(HighStateSize >= 1, $"highStateSize ({HighStateSize}) must be at least 1.");
        ScanOptions.RequireDirections(HighDirections, "highDirections");
        Require(
            HighScanSegment is null or >= ScanChunk.Length,
            $"highScanSegment ({HighScanSegment}) must be at least {ScanChunk.Length}, or null for the whole scan."
        );
        Require(HighDropPath is >= 0 and < 1, $"highDropPath ({HighDropPath}) must lie in [0, 1).");
    }

    private void ValidateLong()
    {
        RequireScale(LongScale, "longScale");
        Require(
            LongEncoder == LongEncoderKind.VisionTransformer || LongPatch == ConvolutionalContext.Stride,
            $"longEncoder {LongEncoder} has a stride of {ConvolutionalContext.Stride} pixels, so longPatch ({LongPatch}) must be {ConvolutionalContext.Stride}."
        );
        Require(LongWidth >= 1, $"longWidth ({LongWidth}) must be at least 1.");
        if (LongEncoder == LongEncoderKind.VisionTransformer)
            ValidateTransformer();
        Require(LongRangeTokens is null or >= 1, $"longRangeTokens ({LongRangeTokens}) must be at least 1, or null for no budget.");
        Require(LongRangeSpan is null or >= 256, $"longRangeSpan ({LongRangeSpan}) must be at least 256, or null for the whole image.");
        // The smallest image the network takes must still give one token.
        var smallest = (int)(F2NetModel.MinimumSize * (LongRangeTokens is null ? LongScale : 1));
        Require(LongPatch >= 1 && LongPatch <= smallest, $"longPatch ({LongPatch}) must be 1 to {smallest} at longScale {LongScale}.");
    }

    private void ValidateTransformer()
    {
        Require(LongHeads >= 1 && LongWidth % LongHeads == 0, $"longHeads ({LongHeads}) must divide longWidth ({LongWidth}).");
        Require(LongDepth >= 1 && LongGrid >= 1, $"longDepth ({LongDepth}) and longGrid ({LongGrid}) must be at least 1.");
    }

    private static void RequireScale(double scale, string key) =>
        Require(scale is 1 or 0.5 or 0.25, $"{key} ({scale}) must be 1, 0.5 or 0.25.");

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
            throw new ArgumentException(sentence);
    }
}
