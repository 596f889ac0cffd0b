package android.view;

/** Stand-in for tests: the flags of a window. */
public interface WindowManager {
    /** As Android numbers them. */
    class LayoutParams {
        public static final int FLAG_SECURE = 0x00002000;
    }
}
