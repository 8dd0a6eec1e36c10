// What every notebook starts from: the built library, its namespaces, and the machine's settings.
#r "../.artifacts/bin/Cli/release/TorchSharp.dll"
#r "../.artifacts/bin/Cli/release/F2Net.dll"
#r "../.artifacts/bin/Cli/release/F2Net.Notebook.dll"

using System.Diagnostics;
using System.IO;
using System.Linq;
using F2Net;
using F2Net.Benchmarks;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Data.Sampling;
using F2Net.Data.Statistics;
using F2Net.Data.Synthetic;
using F2Net.Evaluation;
using F2Net.Evaluation.Analysis;
using F2Net.Evaluation.Baselines;
using F2Net.Evaluation.Drawing;
using F2Net.Evaluation.Objects;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Model.Fusions;
using F2Net.Model.Heads;
using F2Net.Model.LongRange;
using F2Net.Model.ShortRange;
using F2Net.Model.StateSpace;
using F2Net.Model.Strips;
using F2Net.Notebook;
using F2Net.Notebook.Charts;
using F2Net.Notebook.Progress;
using F2Net.Notebook.Studies;
using F2Net.Notebook.Tables;
using F2Net.Notebook.Views;
using F2Net.Studies;
using F2Net.Studies.Costs;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Studies.Tables;
using F2Net.Training;
using TorchSharp;
using static TorchSharp.torch;

Machine.Prepare();
display(Plotly.Load()); // once a notebook; the charts find it
