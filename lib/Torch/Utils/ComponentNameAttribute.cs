namespace TorchSharp.Utils;

/// <summary>The name of a field's module, parameter or buffer in the state dictionary, where it differs from the field's.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string Name { get; set; } = "";
}
