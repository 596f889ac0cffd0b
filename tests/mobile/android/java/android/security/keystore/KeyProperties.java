package android.security.keystore;

/** Stand-in for tests: the constants and values of Android's class of this name (API 23). */
public abstract class KeyProperties {
    public static final int PURPOSE_ENCRYPT = 1;
    public static final int PURPOSE_DECRYPT = 2;
    public static final String BLOCK_MODE_GCM = "GCM";
    public static final String ENCRYPTION_PADDING_NONE = "NoPadding";

    private KeyProperties() {}
}
