package android.net;

import java.util.Set;

/** Stand-in for tests: the numbers are Android's. */
public final class NetworkCapabilities {
    public static final int NET_CAPABILITY_NOT_METERED = 11;
    public static final int NET_CAPABILITY_INTERNET = 12;

    private final Set<Integer> held;

    NetworkCapabilities(Set<Integer> held) {
        this.held = held;
    }

    public boolean hasCapability(int capability) {
        return held.contains(capability);
    }
}
