using System.Collections.Concurrent;
using F2Net.Data.Pictures;

namespace F2Net.Tests.Data.Pictures;

public class PictureCacheTests
{
    private readonly ConcurrentQueue<string> decoded = new();

    [Fact]
    public void What_was_longest_not_asked_for_goes_first()
    {
        var cache = new PictureCache(mostBytes: 30);
        Ask(cache, "a", 10);
        Ask(cache, "b", 10);
        Ask(cache, "c", 10);
        Ask(cache, "a", 10);
        Ask(cache, "d", 10); // b goes
        Ask(cache, "a", 10);
        Ask(cache, "c", 10);
        Ask(cache, "b", 10); // d goes
        Ask(cache, "d", 10); // a goes
        Ask(cache, "c", 10);
        Assert.Equal("a b c d b d", string.Join(' ', decoded));
    }

    [Fact]
    public void A_large_picture_drives_out_as_many_as_it_takes_and_one_alone_may_be_too_large()
    {
        var cache = new PictureCache(mostBytes: 30);
        foreach (var name in new[] { "a", "b", "c" })
            Ask(cache, name, 10);
        Ask(cache, "large", 20); // a and b go
        Ask(cache, "c", 10);
        Ask(cache, "huge", 100); // all go
        Ask(cache, "huge", 100);
        Ask(cache, "c", 10); // huge goes
        Assert.Equal("a b c large huge c", string.Join(' ', decoded));
    }

    [Fact]
    public void A_failure_is_not_kept()
    {
        var cache = new PictureCache(mostBytes: 30);
        for (var time = 0; time < 2; time++)
            Assert.Throws<UserException>(() => cache.Get("a", 10, () => throw new UserException("damaged")));
        Ask(cache, "b", 10);
        Ask(cache, "c", 20);
        Ask(cache, "b", 10); // the failures hold no place
        Assert.Equal("b c", string.Join(' ', decoded));
    }

    [Fact]
    public void Many_threads_decode_a_picture_once_while_there_is_room()
    {
        var cache = new PictureCache(mostBytes: 70);
        Parallel.For(0, 500, i => Assert.Equal(i % 7 + 1, cache.Get($"{i % 7}", 10, () => Decode($"{i % 7}", i % 7 + 1)).Width));
        Assert.Equal(7, decoded.Count);
    }

    [Fact]
    public void Many_threads_get_the_right_picture_where_there_is_none()
    {
        var cache = new PictureCache(mostBytes: 20);
        Parallel.For(0, 2000, i => Assert.Equal(i % 7 + 1, cache.Get($"{i % 7}", 10, () => Decode($"{i % 7}", i % 7 + 1)).Width));
        Assert.InRange(decoded.Count, 7, 2000);
    }

    [Fact]
    public void A_folder_keeps_a_quarter_of_the_memory() =>
        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, PictureCache.Share);

    private void Ask(PictureCache cache, string name, long size) => cache.Get(name, size, () => Decode(name, 1));

    private Mask Decode(string name, int width)
    {
        decoded.Enqueue(name);
        return new Mask(width, 1, new byte[width]);
    }
}
