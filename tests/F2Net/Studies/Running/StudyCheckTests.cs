using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;

namespace F2Net.Tests.Studies.Running;

public sealed class StudyCheckTests : TinyStudyTests
{
    [Fact]
    public void A_run_done_again_lands_within_the_spread_of_its_row()
    {
        var (store, runs) = (Store("results"), Plan([1, 2]));
        Runner(store).Run(runs);
        var file = store.FileOf(runs[1]);
        var check = StudyCheck.Begin(StudyResult.Read(file), store.Load(), file);
        var again = check.With(Runner(store).Do(runs[1], Folder.File("again")));
        Assert.Equal(again.Before, again.Again!.Value, 1e-3);
        Assert.True(again.Holds);
        Assert.False((check with { Again = again.Range.High + 0.01 }).Holds);
    }

    [Fact]
    public void A_run_that_fails_when_done_again_does_not_hold_and_says_why()
    {
        var result = MadeUpResults.Of(Pair, StudyRow.Full, 1, 0.5);
        var check = StudyCheck.Begin(result, new([result, result with { Seed = 2 }]), "full/seed-1.json");
        var again = check.With(MadeUpResults.Of(Pair, StudyRow.Full, 1, 0, failure: "The loss became NaN at step 7."));
        Assert.Equal((null, "The loss became NaN at step 7.", false), (again.Again, again.Failure, again.Holds));
    }

    [Fact]
    public void Refuses_to_check_a_result_whose_row_has_none_in_the_project()
    {
        var result = MadeUpResults.Of(Pair, StudyRow.Full, 1, 0.5);
        Assert.Equal(
            "full/seed-1.json: its row has no result among the project's; run a second seed first.",
            Assert.Throws<UserException>(() => StudyCheck.Begin(result, new([]), "full/seed-1.json")).Message
        );
    }

    [Fact]
    public void Refuses_to_check_a_row_of_one_seed()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        Runner(store).Run(runs);
        var file = store.FileOf(runs[0]);
        Assert.Equal(
            $"{file}: its row has 1 seed, which says nothing of spread; run a second seed first.",
            Assert.Throws<UserException>(() => StudyCheck.Begin(StudyResult.Read(file), store.Load(), file)).Message
        );
    }
}
