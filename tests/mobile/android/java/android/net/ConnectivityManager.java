package android.net;

import java.util.HashSet;
import java.util.Set;

/** Stand-in for tests: one network at most, as the test says. */
public class ConnectivityManager {
    private Network active;
    private final Set<Integer> held = new HashSet<>();

    public Network getActiveNetwork() {
        return active;
    }

    public NetworkCapabilities getNetworkCapabilities(Network network) {
        return network == null ? null : new NetworkCapabilities(held);
    }

    public void connect(long handle, boolean isMetered) {
        active = new Network(handle);
        held.clear();
        held.add(NetworkCapabilities.NET_CAPABILITY_INTERNET);
        if (!isMetered) {
            held.add(NetworkCapabilities.NET_CAPABILITY_NOT_METERED);
        }
    }

    public void disconnect() {
        active = null;
    }
}
