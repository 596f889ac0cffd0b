package android.os;

/** Stand-in for tests. */
public final class Bundle {}
