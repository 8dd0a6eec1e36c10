namespace F2Net;

/// <summary>
/// Something a person can put right: one sentence that says which file or value, what is wrong with it, and what to do.
/// The command line prints the message alone and ends with exit code 2; a notebook shows it without a stack trace.
/// </summary>
public class UserException : Exception
{
    public UserException(string message)
        : base(message) { }

    public UserException(string message, Exception? inner)
        : base(message, inner) { }
}
