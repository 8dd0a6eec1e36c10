// One test at a time: libtorch uses every core for one operator, and its seed and its count of live tensors are the process's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
