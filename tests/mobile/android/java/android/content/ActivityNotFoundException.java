package android.content;

/** Stand-in for tests. */
public class ActivityNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ActivityNotFoundException(String name) {
        super(name);
    }
}
