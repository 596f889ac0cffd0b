package android.location;

import android.os.Bundle;
import java.util.List;

/** Stand-in for tests: the methods of Android's interface as of API 35. The system calls the one
 *  that takes a list since API 31; its default is for listeners written in Java. */
public interface LocationListener {
    void onLocationChanged(Location location);

    default void onLocationChanged(List<Location> locations) {
        for (Location location : locations) {
            onLocationChanged(location);
        }
    }

    default void onFlushComplete(int requestCode) {}

    default void onStatusChanged(String provider, int status, Bundle extras) {}

    default void onProviderEnabled(String provider) {}

    default void onProviderDisabled(String provider) {}
}
