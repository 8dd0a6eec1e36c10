using System.Text.Json;
using F2Net.Data;
using F2Net.Evaluation;

namespace F2Net.Tests.Evaluation;

public class ConfusionMatrixTests
{
    private static readonly DataSetInfo Info = new(
        "Test",
        [new("a", default), new("b", default), new("c", default), new("d", default, InMean: false)],
        AlsoWithout: ["c"]
    );

    [Fact]
    public void Scores_are_those_worked_out_by_hand()
    {
        var metrics = Of([0, 0, 1, 1, 1, 2, 3], [0, 0, 0, 1, 2, 2, 3]);
        Scores(metrics["a"], iou: 2.0 / 3, f1: 4.0 / 5, precision: 1, recall: 2.0 / 3);
        Scores(metrics["b"], iou: 1.0 / 3, f1: 2.0 / 4, precision: 1.0 / 3, recall: 1);
        Scores(metrics["c"], iou: 1.0 / 2, f1: 2.0 / 3, precision: 1, recall: 1.0 / 2);
        Assert.Equal((2.0 / 3 + 1.0 / 3 + 1.0 / 2) / 3, metrics.Mean.IoU, 12);
        Assert.Equal((4.0 / 5 + 2.0 / 4 + 2.0 / 3) / 3, metrics.Mean.F1, 12);
        Assert.Equal((2.0 / 3 + 1.0 / 3) / 2, metrics.MeanWithout!.IoU, 12);
        Assert.Equal("a b", string.Join(' ', metrics.MeanWithout.Over));
        Assert.Equal(5.0 / 7, metrics.PixelAccuracy, 12);
    }

    [Fact]
    public void A_perfect_prediction_scores_1_and_an_order_of_images_does_not_matter()
    {
        byte[] one = [0, 1, 2, 2],
            two = [3, 1, 0];
        var (forth, back) = (new ConfusionMatrix(Info), new ConfusionMatrix(Info));
        forth.Add(one, one);
        forth.Add(two, two);
        back.Add(two, two);
        back.Add(one, one);
        Assert.Equal(1, forth.Metrics().Mean.IoU);
        Assert.Equal(1, forth.Metrics().PixelAccuracy);
        Assert.Equal(JsonSerializer.Serialize(forth.Metrics()), JsonSerializer.Serialize(back.Metrics()));
    }

    [Fact]
    public void Ignored_pixels_count_nowhere() => Assert.Equal(1, Of([0, 1, 2], [0, 1, 255]).PixelAccuracy);

    [Fact]
    public void A_class_in_neither_truth_nor_prediction_is_left_out_and_said()
    {
        var metrics = Of([0, 0], [0, 1]);
        Assert.Equal("c d", string.Join(' ', metrics.Absent));
        Assert.Null(metrics["c"].IoU);
        Assert.Equal("a b", string.Join(' ', metrics.Mean.Over));
        Assert.Equal(0.25, metrics.Mean.IoU);
    }

    [Fact]
    public void A_class_that_is_only_predicted_or_only_true_scores_0()
    {
        var metrics = Of([1, 1], [0, 0]);
        Scores(metrics["a"], 0, 0, 0, 0);
        Scores(metrics["b"], 0, 0, 0, 0);
    }

    [Fact]
    public void Metrics_are_json_that_reads_back()
    {
        var json = JsonSerializer.Serialize(Of([0, 0], [0, 1]), JsonFile.Options);
        Assert.Contains("\"iou\": 0.5", json, StringComparison.Ordinal);
        Assert.Equal(
            json,
            JsonSerializer.Serialize(JsonSerializer.Deserialize<SegmentationMetrics>(json, JsonFile.Options), JsonFile.Options)
        );
    }

    [Fact]
    public void Refuses_lengths_that_differ_and_ids_that_are_no_class()
    {
        Assert.Equal(
            "2 predicted pixels for 1 true ones. (Parameter 'predicted')",
            Assert.Throws<ArgumentException>(() => Of([0, 0], [0])).Message
        );
        Assert.Equal(
            "Pixel 1: truth 0, prediction 4, but only 4 classes. (Parameter 'predicted')",
            Assert.Throws<ArgumentException>(() => Of([0, 4], [0, 0])).Message
        );
    }

    [Fact]
    public void Refuses_to_average_nothing() =>
        Assert.Equal(
            "No pixel of a class in the mean of Test was seen; check its masks and inMean in dataset.json.",
            Assert.Throws<UserException>(() => Of([3, 0], [3, 255])).Message
        );

    private static SegmentationMetrics Of(byte[] predicted, byte[] truth)
    {
        var matrix = new ConfusionMatrix(Info);
        matrix.Add(predicted, truth);
        return matrix.Metrics();
    }

    private static void Scores(ClassScore score, double iou, double f1, double precision, double recall)
    {
        Assert.Equal(iou, score.IoU!.Value, 12);
        Assert.Equal(f1, score.F1!.Value, 12);
        Assert.Equal(precision, score.Precision!.Value, 12);
        Assert.Equal(recall, score.Recall!.Value, 12);
    }
}
