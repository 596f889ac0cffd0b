package android.location;

/** Stand-in for tests. */
public class Criteria {}
