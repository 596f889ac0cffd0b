package android.view;

/** Stand-in for tests: keeps the flags, for the one thread that may set them. */
public class Window {
    public int flags;
    public boolean isOnItsThread;

    public void addFlags(int more) {
        if (!isOnItsThread) {
            throw new IllegalStateException("Only the original thread may touch its views.");
        }
        flags |= more;
    }
}
