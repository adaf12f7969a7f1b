namespace ActorTcp.Interop;

/// <summary>Linux's numbers for the socket calls, under their names without the prefix that C needs.</summary>
internal static class SocketNumbers
{
    public const int FamilyUnspecified = 0;
    public const int FamilyUnix = 1;
    public const int FamilyInet = 2;
    public const int FamilyInet6 = 10;

    public const int TypeStream = 1;
    public const int TypeNonBlocking = 0x800;
    public const int TypeCloseOnExec = 0x80000;
    public const int ProtocolTcp = 6;

    public const int MessageOutOfBand = 0x1;
    public const int MessageDontWait = 0x40;
    public const int MessageNoSignal = 0x4000;

    public const int ShutdownRead = 0;
    public const int ShutdownWrite = 1;
    public const int ShutdownBoth = 2;

    public const int LevelIp = 0;
    public const int LevelSocket = 1;
    public const int LevelTcp = 6;
    public const int LevelIPv6 = 41;

    public const int SoReuseAddr = 2;
    public const int SoType = 3;
    public const int SoError = 4;
    public const int SoSndBuf = 7;
    public const int SoRcvBuf = 8;
    public const int SoKeepAlive = 9;
    public const int SoLinger = 13;
    public const int SoPeerCredentials = 17;
    public const int SoBindToDevice = 25;
    public const int SoAcceptConn = 30;
    public const int SoMark = 36;
    public const int SoProtocol = 38;
    public const int SoDomain = 39;

    public const int IpTos = 1;
    public const int IpTtl = 2;
    public const int IpBindAddressNoPort = 24;
    public const int IPv6UnicastHops = 16;
    public const int IPv6Only = 26;
    public const int IPv6TrafficClass = 67;

    public const int TcpNoDelay = 1;
    public const int TcpKeepIdle = 4;
    public const int TcpKeepInterval = 5;
    public const int TcpKeepCount = 6;
    public const int TcpInfo = 11;
    public const int TcpQuickAck = 12;
    public const int TcpCongestion = 13;
    public const int TcpUserTimeout = 18;
    public const int TcpFastOpen = 23;
    public const int TcpNotSentLowWater = 25;
    public const int TcpFastOpenConnect = 30;

    public const int FcntlGetDescriptorFlags = 1;
    public const int FcntlSetDescriptorFlags = 2;
    public const int FcntlGetStatusFlags = 3;
    public const int FcntlSetStatusFlags = 4;
    public const int FcntlDuplicateCloseOnExec = 1030;
    public const int DescriptorCloseOnExec = 1;

    public const int IoctlPendingBytes = 0x541B;

    /// <summary>IFNAMSIZ without the terminating zero: the maximum length of an interface name.</summary>
    public const int InterfaceNameMax = 15;

    /// <summary>TCP_CA_NAME_MAX without the terminating zero: the maximum length of the name of a congestion control.</summary>
    public const int CongestionNameMax = 15;

    /// <summary>IOV_MAX: the maximum number of pieces of one gathering call.</summary>
    public const int VectorsMax = 1024;
}
