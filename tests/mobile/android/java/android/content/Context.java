package android.content;

/** Stand-in for tests. */
public abstract class Context {
    public static final String CONNECTIVITY_SERVICE = "connectivity";
    public static final String LOCATION_SERVICE = "location";

    public abstract Object getSystemService(String name);

    public final <T> T getSystemService(Class<T> kind) {
        throw new IllegalArgumentException("asked by name, not by class");
    }
}
