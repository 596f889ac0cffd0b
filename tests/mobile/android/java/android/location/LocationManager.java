package android.location;

import android.os.Looper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;

/** Stand-in for tests: Android's overloads, and a thread of the system's own that calls back. */
public class LocationManager {
    public static final String NETWORK_PROVIDER = "network";
    public static final String GPS_PROVIDER = "gps";

    public final List<String> asked = new ArrayList<>();
    /** Weak, by hash and equality, as Android's own: a listener nobody holds is forgotten. */
    private final Map<LocationListener, Looper> listeners = new WeakHashMap<>();
    private boolean isEnabled = true;

    public boolean isProviderEnabled(String provider) {
        return isEnabled && provider.equals(NETWORK_PROVIDER);
    }

    public void requestLocationUpdates(
            String provider, long minTimeMs, float minDistanceM, LocationListener listener) {
        throw new IllegalArgumentException("called from a thread without a looper");
    }

    public void requestLocationUpdates(
            String provider, long minTimeMs, float minDistanceM, LocationListener listener, Looper looper) {
        if (listener == null || looper == null) {
            throw new IllegalArgumentException("invalid null listener or looper");
        }
        asked.add(provider);
        listeners.put(listener, looper);
    }

    public void requestLocationUpdates(
            String provider, long minTimeMs, float minDistanceM, Executor executor, LocationListener listener) {
        throw new IllegalArgumentException("an executor was not meant");
    }

    public void requestLocationUpdates(
            long minTimeMs, float minDistanceM, Criteria criteria, LocationListener listener, Looper looper) {
        throw new IllegalArgumentException("criteria were not meant");
    }

    public void removeUpdates(LocationListener listener) {
        listeners.remove(listener);
    }

    public int listening() {
        return listeners.size();
    }

    public void disable() {
        isEnabled = false;
    }

    /** Calls everybody back as the system of that API level does, from a thread of its own. */
    public void tell(int apiLevel, double latitude, double longitude) throws InterruptedException {
        List<LocationListener> told = new ArrayList<>(listeners.keySet());
        Thread system =
                new Thread(
                        () -> {
                            for (LocationListener listener : told) {
                                listener.onProviderEnabled(NETWORK_PROVIDER);
                                listener.onStatusChanged(NETWORK_PROVIDER, 2, null);
                                if (apiLevel >= 31) {
                                    listener.onLocationChanged(
                                            List.of(
                                                    new Location(latitude, longitude),
                                                    new Location(latitude, longitude)));
                                    listener.onFlushComplete(1);
                                } else {
                                    listener.onLocationChanged(new Location(latitude, longitude));
                                }
                                listener.onProviderDisabled(NETWORK_PROVIDER);
                            }
                        });
        system.start();
        system.join();
    }
}
