using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Objects;

/// <summary>An object of the ground truth that two predictions treat differently, and where to look at it.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Pixels">Its size.</param>
/// <param name="Window">A square around the difference, cut to the picture.</param>
/// <param name="Extent">Over how many pixels the difference was looked for: along a border, or all of the object's.</param>
/// <param name="Score">Share of these in which the predictions differ, in (0, 1].</param>
public sealed record ObjectFinding(int Class, long Pixels, PixelWindow Window, long Extent, double Score);
