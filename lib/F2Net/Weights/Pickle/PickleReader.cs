namespace F2Net.Weights.Pickle;

/// <summary>
/// Reads Python's pickles, protocols 0 to 5 (PEP 307, 3154, 574), as data: a pickle is a small program, and of its instructions only those are
/// followed that build values. Where it would import something, <see cref="IPickleNames"/> says what stands for it, or the file is refused;
/// nothing is ever imported, looked up by reflection, or run.
/// </summary>
/// <remarks>
/// Work and memory grow linearly with the pickle's bytes, whatever they are. Values: null, bool, long, double, string, <see cref="PickleTuple"/>,
/// <see cref="PickleList"/>, <see cref="PickleDictionary"/>, <see cref="PickleIgnored"/> for what is no weight, and what the names give.
/// </remarks>
internal sealed class PickleReader
{
    private const int NewestProtocol = 5;

    private readonly string path;
    private readonly IPickleNames names;
    private readonly PickleInput input;
    private readonly PickleStack stack;

    private PickleReader(string path, byte[] bytes, int start, IPickleNames names)
    {
        (this.path, this.names) = (path, names);
        input = new(path, bytes, start);
        stack = new(input);
    }

    /// <summary>Reads the pickle that starts at a place.</summary>
    /// <param name="path">For the messages only.</param>
    /// <returns>Its value, and the place after its end.</returns>
    /// <exception cref="UserException">It is damaged, or names something without a meaning here.</exception>
    public static (object? Value, int End) Read(string path, byte[] bytes, int start, IPickleNames names)
    {
        var reader = new PickleReader(path, bytes, start, names);
        while (reader.Step()) { }
        return (reader.stack.Pop(), reader.input.Position);
    }

    private bool Step()
    {
        var opcode = input.Byte();
        if (opcode == (byte)'.')
            return false;
        if (!Constant(opcode) && !Text(opcode) && !Bytes(opcode) && !Container(opcode) && !Bookkeeping(opcode) && !Reference(opcode))
            throw input.Damaged($"its pickle has the instruction 0x{opcode:x2} at byte {input.Position - 1}, which there is none of");
        return true;
    }

    private bool Constant(byte opcode) =>
        opcode switch
        {
            (byte)'N' => Push(null),
            0x88 => Push(true), // NEWTRUE
            0x89 => Push(false), // NEWFALSE
            (byte)'J' => Push((long)input.Int32()),
            (byte)'K' => Push((long)input.Byte()),
            (byte)'M' => Push((long)input.UInt16()),
            0x8a => Push(input.Integer(input.Byte()) ?? PickleIgnored.Instance), // LONG1
            0x8b => Push(input.Integer(input.Int32()) ?? PickleIgnored.Instance), // LONG4
            (byte)'I' or (byte)'L' => Push(input.DecimalLine() ?? PickleIgnored.Instance),
            (byte)'F' => Push(input.DoubleLine()),
            (byte)'G' => Push(input.BigEndianDouble()),
            _ => false,
        };

    private bool Text(byte opcode) =>
        opcode switch
        {
            (byte)'X' => Push(input.Text(input.UInt32())), // BINUNICODE
            0x8c => Push(input.Text(input.Byte())), // SHORT_BINUNICODE
            0x8d => Push(input.Text(input.Int64())), // BINUNICODE8
            (byte)'V' => Push(input.Line()),
            (byte)'S' => Push(input.Line().Trim('\'', '"')),
            (byte)'T' => Push(input.TextOrBytes(input.Int32()) ?? (object)PickleIgnored.Instance), // BINSTRING of Python 2
            (byte)'U' => Push(input.TextOrBytes(input.Byte()) ?? (object)PickleIgnored.Instance), // SHORT_BINSTRING of Python 2
            _ => false,
        };

    private bool Bytes(byte opcode) =>
        opcode switch
        {
            (byte)'B' => PushIgnored(input.UInt32()), // BINBYTES
            (byte)'C' => PushIgnored(input.Byte()), // SHORT_BINBYTES
            0x8e or 0x96 => PushIgnored(input.Int64()), // BINBYTES8, BYTEARRAY8
            _ => false,
        };

    private bool Container(byte opcode) =>
        opcode switch
        {
            (byte)']' or 0x8f => Push(new PickleList()), // EMPTY_LIST, EMPTY_SET
            (byte)'}' => Push(new PickleDictionary()),
            (byte)')' => Push(PickleTuple.Empty),
            (byte)'t' or 0x91 => Push(new PickleTuple(stack.PopToMark())), // TUPLE, FROZENSET
            0x85 or 0x86 or 0x87 => Push(new PickleTuple(stack.Pop(opcode - 0x84))), // TUPLE1 to TUPLE3
            (byte)'l' => Push(Extended(stack.PopToMark(), new PickleList())),
            (byte)'d' => Push(Updated(stack.PopToMark(), new PickleDictionary())),
            (byte)'a' => Push(Extended(stack.Pop(1), stack.Pop())),
            (byte)'e' or 0x90 => Push(Extended(stack.PopToMark(), stack.Pop())), // APPENDS, ADDITEMS
            (byte)'s' => Push(Updated(stack.Pop(2), stack.Pop())),
            (byte)'u' => Push(Updated(stack.PopToMark(), stack.Pop())),
            _ => false,
        };

    private bool Push(object? value)
    {
        stack.Push(value);
        return true;
    }

    private bool PushIgnored(long length)
    {
        input.Skip(length);
        return Push(PickleIgnored.Instance);
    }

    private bool Bookkeeping(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                var protocol = input.Byte();
                if (protocol > NewestProtocol)
                    throw new UserException(
                        $"{path} is a pickle of protocol {protocol}, and {NewestProtocol} is the newest known here; save it again with protocol 2."
                    );
                return true;
            case 0x95: // FRAME: how far it reaches matters to who reads from a pipe
                input.Skip(8);
                return true;
            case (byte)'(':
                stack.Mark();
                return true;
            case (byte)'0':
                stack.Drop();
                return true;
            case (byte)'1': // POP_MARK
                stack.PopToMark();
                return true;
            case (byte)'2':
                stack.Push(stack.Peek());
                return true;
            case (byte)'p':
                stack.Remember(input.DecimalLine() is long n ? n : -1);
                return true;
            case (byte)'q':
                stack.Remember(input.Byte());
                return true;
            case (byte)'r':
                stack.Remember(input.UInt32());
                return true;
            case 0x94: // MEMOIZE
                stack.RememberNext();
                return true;
            case (byte)'g':
                stack.Push(stack.Recall(input.DecimalLine() is long m ? m : -1));
                return true;
            case (byte)'h':
                stack.Push(stack.Recall(input.Byte()));
                return true;
            case (byte)'j':
                stack.Push(stack.Recall(input.UInt32()));
                return true;
            default:
                return false;
        }
    }

    private bool Reference(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c': // GLOBAL
                stack.Push(Named(input.Line(), input.Line()));
                return true;
            case 0x93: // STACK_GLOBAL
                var name = stack.Pop(2);
                stack.Push(Named(name[0], name[1]));
                return true;
            case (byte)'R':
            case 0x81: // NEWOBJ
                Call(stack.Pop(2));
                return true;
            case 0x92: // NEWOBJ_EX: with arguments by name, which nothing known here takes
                Call(stack.Pop(3)[..2]);
                return true;
            case (byte)'b': // BUILD: attributes, as OrderedDict's _metadata; no weight lies there
                stack.Pop();
                return true;
            case (byte)'Q': // BINPERSID
                stack.Push(names.Persistent(stack.Pop()) ?? throw input.Damaged("its pickle refers to data in a way that makes no sense"));
                return true;
            case (byte)'P':
            case (byte)'i':
            case (byte)'o':
            case 0x82:
            case 0x83:
            case 0x84: // PERSID, INST, OBJ, EXT1 to EXT4: no PyTorch writes them
                throw new UserException(
                    $"{path} uses the pickle instruction 0x{opcode:x2}, which PyTorch does not write and which is not followed here; save it with torch.save."
                );
            default:
                return false;
        }
    }

    private PickleGlobal Named(object? module, object? name)
    {
        if (module is not string || name is not string)
            throw input.Damaged("its pickle names something without a text");
        return names.Find($"{module}.{name}")
            ?? throw new UserException(
                $"{path} needs '{module}.{name}', which is code and is not run here; in PyTorch, save the weights alone: torch.save(model.state_dict(), 'weights.pth')."
            );
    }

    private void Call(object?[] calledAndArguments)
    {
        if (calledAndArguments is [PickleIgnored, _])
        {
            stack.Push(PickleIgnored.Instance);
            return;
        }
        if (calledAndArguments is not [PickleGlobal called, PickleTuple arguments])
            throw input.Damaged("its pickle calls something that is no name");
        stack.Push(called.Call(arguments.Items) ?? throw input.Damaged($"its pickle gives {called.Name} arguments that make no sense"));
    }

    private object? Extended(object?[] items, object? target)
    {
        if (target is PickleList list)
            foreach (var item in items)
                list.Add(item);
        else if (target is not PickleIgnored)
            throw input.Damaged("its pickle appends to something that is no list");
        return target;
    }

    private object? Updated(object?[] items, object? target)
    {
        if (items.Length % 2 != 0)
            throw input.Damaged("its pickle has a key without a value");
        if (target is PickleDictionary dictionary)
            for (var i = 0; i < items.Length; i += 2)
                dictionary.Set(items[i], items[i + 1]);
        else if (target is not PickleIgnored)
            throw input.Damaged("its pickle sets an entry of something that is no dictionary");
        return target;
    }
}
