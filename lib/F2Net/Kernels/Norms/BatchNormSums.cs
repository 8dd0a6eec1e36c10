namespace F2Net.Kernels.Norms;

/// <summary>Sums over pixels of a channel that <see cref="BatchNormPlanes"/> needs: of G, G·x̂ and, for the second derivative, v, v·x̂ and v·G.</summary>
internal readonly record struct BatchNormSums(double Gradient, double GradientAlong, double Asked, double AskedAlong, double Both)
{
    internal BatchNormSums And(BatchNormSums other) =>
        new(
            Gradient + other.Gradient,
            GradientAlong + other.GradientAlong,
            Asked + other.Asked,
            AskedAlong + other.AskedAlong,
            Both + other.Both
        );
}

/// <summary>What <see cref="BatchNormPlanes"/>' second derivative knows of a channel: w = pull·G + turn·v and the rest of its formula.</summary>
internal readonly struct BatchNormTerms
{
    /// <param name="sums">Over the channel's pixels in all images.</param>
    /// <param name="count">Of these.</param>
    /// <param name="scale">γ.</param>
    /// <param name="rate">1 / √(variance + ε).</param>
    /// <param name="askedScale">v_γ.</param>
    /// <param name="askedShift">v_β.</param>
    internal BatchNormTerms(BatchNormSums sums, double count, float scale, float rate, float askedScale, float askedShift)
    {
        double ofG = sums.Gradient / count,
            gAlong = sums.GradientAlong / count,
            ofV = sums.Asked / count,
            vAlong = sums.AskedAlong / count,
            bend = sums.Both / count - ofV * ofG - vAlong * gAlong,
            pull = askedScale - scale * rate * vAlong,
            turn = -scale * rate * gAlong;
        (Pull, Turn) = ((float)pull, (float)turn);
        (OfW, WAlong) = ((float)(pull * ofG + turn * ofV), (float)(pull * gAlong + turn * vAlong));
        (OfV, VAlong) = ((float)ofV, (float)vAlong);
        (Scale, Shift) = (askedScale, askedShift);
        Bend = (float)(scale * rate * rate * bend);
        GradScale = (float)(count * rate * bend);
    }

    internal float Pull { get; }

    internal float Turn { get; }

    /// <summary>⟨w⟩.</summary>
    internal float OfW { get; }

    /// <summary>⟨w·x̂⟩.</summary>
    internal float WAlong { get; }

    /// <summary>⟨v⟩.</summary>
    internal float OfV { get; }

    /// <summary>⟨v·x̂⟩.</summary>
    internal float VAlong { get; }

    /// <summary>v_γ.</summary>
    internal float Scale { get; }

    /// <summary>v_β.</summary>
    internal float Shift { get; }

    /// <summary>γ·rate²·bend.</summary>
    internal float Bend { get; }

    /// <summary>γ's gradient.</summary>
    internal float GradScale { get; }
}
