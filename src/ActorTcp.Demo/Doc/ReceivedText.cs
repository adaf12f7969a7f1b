using System.Text;

namespace ActorTcp.Demo.Doc;

/// <summary>
/// Decodes the UTF-8 text of one client. The bytes of one character may arrive in two packets: the decoder keeps the first bytes until the rest
/// arrives.
/// </summary>
internal sealed class ReceivedText
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Decodes the next bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The characters that are complete. May be empty.</returns>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, characters, flush: false);
        return new string(characters);
    }
}
